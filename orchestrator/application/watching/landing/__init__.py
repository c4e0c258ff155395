"""The merge queue and what it has done."""
