"""The outside world, one adapter a folder or file."""
