"""The coding tools that do attempts."""
