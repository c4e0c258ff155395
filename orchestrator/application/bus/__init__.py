"""Both ends of the bus, and what attempts under way read of it."""
