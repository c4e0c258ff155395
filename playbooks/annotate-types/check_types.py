"""Run mypy for an old Python, or for the oldest that this mypy still knows.

Everything but `--python VERSION` is mypy's own.
"""

import subprocess
import sys

FLAG = "--python"


def main() -> int:
    """Return mypy's exit code."""
    at = sys.argv.index(FLAG)
    wanted, rest = sys.argv[at + 1], [*sys.argv[1:at], *sys.argv[at + 2 :]]
    version = "{}.{}".format(*max(_version(wanted), _oldest_known()))
    command = [sys.executable, "-m", "mypy", "--python-version", version, *rest]
    return subprocess.run(command, check=False).returncode  # noqa: S603 - a list, no shell


def _version(text: str) -> tuple[int, int]:
    major, minor = text.split(".")[:2]
    return int(major), int(minor)


def _oldest_known() -> tuple[int, int]:
    try:
        from mypy.defaults import PYTHON3_VERSION_MIN
    except ImportError:  # `-m mypy` says it better
        return (3, 0)
    return PYTHON3_VERSION_MIN


if __name__ == "__main__":
    sys.exit(main())
