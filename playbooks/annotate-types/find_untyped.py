"""Print where a function says not what it returns: `path:line: message`, one function a line.

With `--what all` a parameter without annotation counts too, each on its own.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from annotate.functions import (
    functions,
    has_return_type,
    has_type_comment,
    untyped_parameters,
)
from annotate.sources import Source, listed, printable, readable


def main() -> None:
    """Read the list of files, print the occurrences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files-from", type=Path, required=True)
    parser.add_argument("--what", choices=["returns", "all"], default="returns")
    given = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    for source in readable(Path(), listed(given.files_from)):
        for line, message in sorted(occurrences(source, given.what)):
            print(f"{printable(source.path)}:{line}: {message}")


def occurrences(source: Source, what: str) -> Iterator[tuple[int, str]]:
    """Yield line and message of everything without annotation."""
    lines = source.lines
    for function in functions(source):
        if not has_return_type(function.node, lines):
            yield function.node.lineno, f"{function.qualname} has no return type"
        if what == "all" and not has_type_comment(function.node, lines):
            for argument in untyped_parameters(function):
                yield argument.lineno, f"{function.qualname}: {argument.arg} has no type"


if __name__ == "__main__":
    main()
