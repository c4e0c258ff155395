"""A report's file, whole or not at all."""

import os
import tempfile
from pathlib import Path


def write(file: Path, text: str) -> None:
    """Put text into a file: staged beside it, then moved into its place.

    What is no Unicode, such as a file name of other bytes, is written out.

    Raises:
        OSError: it cannot be written.
    """
    handle, staged = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(encoded(text))
        Path(staged).chmod(0o644)
        Path(staged).replace(file)
    except BaseException:
        Path(staged).unlink(missing_ok=True)
        raise


def encoded(text: str) -> bytes:
    """Return text as UTF-8; what is no Unicode is written out."""
    return text.encode("utf-8", "backslashreplace")
