"""Learnings and rules: made of verdicts, exchanged, told, proposed for prompts."""
