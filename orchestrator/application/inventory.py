"""What is there: the files of a commit that are selected, and those that can be worked on."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from pathspec import GitIgnoreSpec

from orchestrator.domain.plan import Untouched
from orchestrator.domain.playbook import Select
from orchestrator.errors import UsageError
from orchestrator.ports.repository import TreeEntry

Matches: TypeAlias = Callable[[str], bool]

LFS_POINTER = b"version https://git-lfs.github.com/spec/"

_NOT_FILES = {"submodule": "is a submodule", "symlink": "is a symbolic link"}
_LOOKED_AT = 8192  # bytes in which git looks for a zero, too, to tell that a file is binary


def selection(
    entries: Sequence[TreeEntry], select: Select, include: Sequence[str], exclude: Sequence[str]
) -> tuple[list[TreeEntry], list[TreeEntry]]:
    """Return the entries that are selected, and those that would be but for an exclusion.

    `include` and `exclude` come from the command line and only make the playbook's `select`
    narrower.

    Raises:
        UsageError: a glob is none.
    """
    wanted, also, unwanted = _globs(select.include), _globs(include), _globs(exclude)
    barred = _globs(select.exclude)
    candidates = [
        entry
        for entry in entries
        if wanted(entry.path) and (not include or also(entry.path)) and not unwanted(entry.path)
    ]
    left_out = [entry for entry in candidates if barred(entry.path)]
    return [entry for entry in candidates if not barred(entry.path)], left_out


def selects(select: Select) -> Matches:
    """Return what says of a path whether a playbook is about it."""
    wanted, barred = _globs(select.include), _globs(select.exclude)
    return lambda path: wanted(path) and not barred(path)


def _globs(globs: Sequence[str]) -> Matches:
    if not globs:
        return lambda _: False
    try:
        return GitIgnoreSpec.from_lines(globs).match_file
    except ValueError as error:
        raise UsageError(
            f"{', '.join(globs)}: no glob: {error}", hint="write it as in .gitignore"
        ) from error


def examine(tree: Path, entries: Sequence[TreeEntry]) -> tuple[dict[str, int], list[Untouched]]:
    """Return the number of lines of each file that can be worked on, and why others cannot."""
    lines: dict[str, int] = {}
    untouched: list[Untouched] = []
    for entry in entries:
        reason = unsuitable(entry)
        content = b"" if reason else _content(f"{tree}/{entry.path}")
        reason = reason or _unworkable(content)
        if reason:
            untouched.append(Untouched(file=_shown(entry.path), reason=reason))
        else:
            lines[entry.path] = content.count(b"\n") + (content[-1:] not in {b"", b"\n"})
    return lines, untouched


def _content(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:
        return file.read()


def unsuitable(entry: TreeEntry) -> str:
    """Return why an entry cannot be worked on whatever it holds, nothing when it can."""
    if entry.path != _shown(entry.path):
        return "has a name that is not UTF-8"
    return _NOT_FILES.get(entry.kind, "")


def _unworkable(content: bytes) -> str:
    if content.startswith(LFS_POINTER):
        return "is a Git LFS pointer"
    return "is binary" if b"\0" in content[:_LOOKED_AT] else ""


def _shown(path: str) -> str:
    """Return a path with the bytes that are no UTF-8 written out."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def excluded(entries: Sequence[TreeEntry]) -> list[Untouched]:
    """Say of files that the playbook's own exclusions leave them out."""
    return [Untouched(file=_shown(entry.path), reason="is excluded") for entry in entries]
