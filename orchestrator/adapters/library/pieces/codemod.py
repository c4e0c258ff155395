"""The codemod: edits the files of a task in place."""

import re
import sys
from pathlib import Path

FIND = ""
BECOMES = ""


def rewritten(source: str) -> str:
    """Return the source with every occurrence replaced. This is the part to make your own."""
    return re.sub(FIND, BECOMES, source, flags=re.MULTILINE)


def main(files_from: str) -> None:
    """Edit the files of a NUL-separated list; bytes that are no UTF-8 stay what they are."""
    for name in Path(files_from).read_bytes().split(b"\0")[:-1]:
        path = Path(name.decode("utf-8", "surrogateescape"))
        source = path.read_bytes().decode("utf-8", "surrogateescape")
        path.write_bytes(rewritten(source).encode("utf-8", "surrogateescape"))


if __name__ == "__main__":
    main(*sys.argv[1:])
