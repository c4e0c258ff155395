"""The `leafcut` command: the command line within its error boundary."""

import os
import sys

from orchestrator.cli.boundary import guarded


def main() -> None:
    """Run the command line and exit; see docs/architecture.md for the exit codes."""
    _speak_utf8()
    sys.exit(guarded(_app))


def _speak_utf8() -> None:
    """Begin anew in UTF-8 where the locale has another encoding: to git, names are UTF-8."""
    if sys.getfilesystemencoding() == "utf-8" or os.environ.get("PYTHONUTF8") == "1":
        return
    command = [sys.executable, *sys.orig_argv[1:]]
    os.execve(command[0], command, {**os.environ, "PYTHONUTF8": "1"})  # noqa: S606 - ourselves


def _app() -> None:
    from orchestrator.cli.app import app

    app(prog_name="leafcut")


if __name__ == "__main__":
    main()
