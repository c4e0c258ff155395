"""The difference between two texts as a unified diff that `git apply` and `patch` take."""

from collections.abc import Iterator
from difflib import unified_diff

_NO_NEWLINE = "\n\\ No newline at end of file\n"


def unified(name: str, before: str | None, after: str) -> str:
    """Return how a file changes, "" when it does not; `before` is None for one that is not there.

    It has no `diff --git` line, so that its paths count from the folder that it is applied in.
    """
    old = f"a/{name}" if before is not None else "/dev/null"
    lines = unified_diff(_lines(before or ""), _lines(after), _path(old), _path(f"b/{name}"))
    return "".join(line if line.endswith("\n") else f"{line}{_NO_NEWLINE}" for line in lines)


def _lines(text: str) -> list[str]:
    """Return the lines as git counts them: nothing but a line feed ends one."""
    return list(_ended(text))


def _ended(text: str) -> Iterator[str]:
    *whole, rest = text.split("\n")
    yield from (f"{line}\n" for line in whole)
    if rest:
        yield rest


def _path(path: str) -> str:
    """Return a path with the tab that ends it where it holds spaces."""
    return f"{path}\t" if " " in path else path
