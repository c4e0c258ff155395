"""Playbooks and agents as files: reading, validating, looking them up."""
