"""The command line: typer commands that print and exit, with no logic of their own."""
