"""The panes of a task seen from near, one file each, and the paper that they write on."""
