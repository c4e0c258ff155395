"""The use cases: plan, run, attempt, accept, land, collate, report."""
