"""GitHub Actions: what starts a run there, and what is shown of it. Text in, values out."""
