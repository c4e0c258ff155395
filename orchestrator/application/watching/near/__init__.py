"""One task from near: what it is, why it is so, what was said, and what it changed."""
