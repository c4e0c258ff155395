"""What opens on top of the views: a task, a question."""
