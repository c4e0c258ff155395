"""The dashboard: one screen that shows what a run does, and lets a person act."""
