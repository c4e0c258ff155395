"""What is wrong with a run, the worst first."""
