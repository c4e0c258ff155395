"""A report's file, whole or not at all."""

from pathlib import Path
from secrets import token_hex


def write(file: Path, text: str) -> None:
    """Put text into a file: staged beside it, then moved into its place.

    A link stays one, and what is no file, such as /dev/null or a pipe, is written to and stays
    what it is. What is no Unicode, such as a file name of other bytes, is written out.

    Raises:
        OSError: it cannot be written.
    """
    file = file.resolve()
    if file.exists() and not file.is_file():
        file.write_bytes(encoded(text))
        return
    staged = file.with_name(f".{token_hex(8)}.new")
    try:
        with staged.open("xb") as stream:
            stream.write(encoded(text))
        staged.replace(file)
    finally:
        staged.unlink(missing_ok=True)


def encoded(text: str) -> bytes:
    """Return text as UTF-8; what is no Unicode is written out."""
    return text.encode("utf-8", "backslashreplace")
