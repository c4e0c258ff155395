"""What lies over the views for a while, one file each."""
