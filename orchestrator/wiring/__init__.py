"""The composition root: builds the adapters and hands typed objects to the command line.

Each module is imported where a command needs it, so that a command pays only for what it uses.
"""
