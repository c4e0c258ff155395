"""Leafcut: one large refactor as hundreds of small commits, each known to be green."""

__version__ = "0.1.0"
