"""The `leafcut` command: the command line within its error boundary."""

import sys

from orchestrator.cli.boundary import guarded


def main() -> None:
    """Run the command line and exit; see docs/architecture.md for the exit codes."""
    sys.exit(guarded(_app))


def _app() -> None:
    from orchestrator.cli.app import app

    app(prog_name="leafcut")


if __name__ == "__main__":
    main()
