"""The report of a run: what happened, as one value, and what is drawn and written of it."""
