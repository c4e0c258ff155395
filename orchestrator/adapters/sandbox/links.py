"""The tree's own `.git`: what a command finds there instead of the way to the run's repository."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestrator.ports.sandbox import Command


def is_link(tree: Path) -> bool:
    """Say whether the tree has the link of a worktree; a folder or a symbolic link is none."""
    try:
        return stat.S_ISREG((tree / ".git").lstat().st_mode)
    except FileNotFoundError:
        return False


def link_text(command: Command) -> str:
    """Return what the link says to a command: where its private repository is, or nothing."""
    return f"gitdir: {command.repository}\n" if command.repository else ""


@contextmanager
def linked(tree: Path, command: Command) -> Iterator[None]:
    """Let the tree's link itself lead to the private repository, where nothing can stand before it.

    Without one the link stays as it is. A reset of the worktree restores it in any case.
    """
    link = tree / ".git"
    if command.repository is None or not is_link(tree):
        yield
        return
    before = link.read_bytes()
    _replace(link, link_text(command).encode())
    try:
        yield
    finally:
        if is_link(tree):
            _replace(link, before)


def _replace(link: Path, content: bytes) -> None:
    """Write a new file aside and put it there: nothing that a command left is written through."""
    staged = link.parent.with_name("link.new")
    staged.unlink(missing_ok=True)
    with staged.open("xb") as file:
        file.write(content)
    staged.replace(link)
