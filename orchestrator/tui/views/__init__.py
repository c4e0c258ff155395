"""The views of the dashboard, one file each."""
