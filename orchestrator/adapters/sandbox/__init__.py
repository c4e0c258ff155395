"""Isolation boundaries: the local machine and bubblewrap, both under a supervisor."""
