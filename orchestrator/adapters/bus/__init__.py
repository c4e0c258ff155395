"""What carries letters between processes: Redis Streams, Leafcut's own server, or this process."""

CLAIM_AFTER_S = 15.0
"""How long a consumer may take to acknowledge before another gets its letter, in seconds."""
DEAD_KEPT = 1000
"""How many dead letters of a channel are kept."""
PREFIX = "leafcut"
"""What Leafcut's keys on a server begin with, where nobody says otherwise."""
