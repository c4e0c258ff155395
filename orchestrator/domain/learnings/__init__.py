"""Learnings: short, scoped lessons that attempts share, and what verdicts have made of them.

A learning is data from whoever wrote it. Nothing in one changes policy, commands, paths or budget;
what verdicts say of it decides who is told.
"""
