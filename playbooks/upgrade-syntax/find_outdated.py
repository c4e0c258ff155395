"""Print where pyupgrade would change a file: `path:line: text`, the first line of each change."""

import json
import re
import sys
from collections.abc import Iterator
from difflib import SequenceMatcher

from upgrading import Upgraded, arguments, lines, upgraded


def main() -> None:
    """Read the list of files, print the occurrences."""
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    settings, paths = arguments(__doc__)
    for file in upgraded(paths, settings):
        for line, text in changes(file):
            print(f"{printable(file.path)}:{line}: {text!a}")


def changes(file: Upgraded) -> Iterator[tuple[int, str]]:
    """Yield number and text of the first line of each change, as it is now."""
    if file.after == file.before:
        return
    before, after = lines(file.before), lines(file.after)
    for tag, first, *_ in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            at = min(first, len(before) - 1)
            yield at + 1, before[at].strip()


def printable(path: str) -> str:
    """Return a path as `path:line` output may carry it: a JSON string where it is ambiguous."""
    plain = path.isprintable() and '"' not in path and not re.search(r":\d", path)
    return path if plain else json.dumps(path)


if __name__ == "__main__":
    main()
