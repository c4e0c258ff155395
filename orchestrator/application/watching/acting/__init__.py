"""What a person can ask for, and what each asking means."""
