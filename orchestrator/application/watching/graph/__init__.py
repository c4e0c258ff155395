"""The graph of a run, in groups that a person can take in."""
