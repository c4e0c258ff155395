"""The report as a page that loads nothing, and as a file."""
