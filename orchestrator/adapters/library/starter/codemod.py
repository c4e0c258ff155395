"""Replace `log.warn(` by `log.warning(` in the files of a task."""

import re
import sys
from pathlib import Path


def rewritten(source: bytes, method: str) -> bytes:
    """Return the source with every call replaced; bytes, so that line ends stay what they are."""
    return re.sub(rb"\blog\.warn\(", b"log." + method.encode() + b"(", source)


def main(files_from: str, method: str) -> None:
    """Edit the files of a NUL-separated list in place."""
    for name in Path(files_from).read_bytes().split(b"\0")[:-1]:
        path = Path(name.decode("utf-8", "surrogateescape"))
        path.write_bytes(rewritten(path.read_bytes(), method))


if __name__ == "__main__":
    main(*sys.argv[1:])
