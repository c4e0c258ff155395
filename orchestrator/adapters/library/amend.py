"""Changes to a playbook's files that a person has accepted: all valid, or none made."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from orchestrator.adapters import temporary
from orchestrator.adapters.library import playbooks
from orchestrator.domain.learnings.proposal import FileChange
from orchestrator.errors import UsageError


def amend(folder: Path, changes: Sequence[FileChange], agent_shelves: Sequence[Path]) -> list[Path]:
    """Write the files as they are after the changes and return them; each is replaced whole.

    New files come first, so that what names them is never there without them.

    Raises:
        UsageError: a file is not as it was before the changes, or cannot be written.
        InvalidFileError: the playbook would have faults.
    """
    for one in changes:
        if text_of(folder / one.name) != one.before:
            raise UsageError(
                f"{folder / one.name} has changed since the proposal",
                hint="leafcut learnings distil makes a new one",
            )
    _validate(folder, changes, agent_shelves)
    return [_replaced(folder / one.name, one.after) for one in changes]


def text_of(path: Path) -> str | None:
    """Return a file's text just as it is, None where there is no file.

    Raises:
        UsageError: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error


def _validate(folder: Path, changes: Sequence[FileChange], agent_shelves: Sequence[Path]) -> None:
    staged = temporary.make_folder()
    try:
        copy = staged / folder.name
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(*playbooks.NOT_DIGESTED))
        for one in changes:
            (copy / one.name).write_bytes(one.after.encode())
        playbooks.load(copy, playbooks.PATH, agent_shelves)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _replaced(path: Path, text: str) -> Path:
    staged = path.with_name(f".{path.name}.new")
    try:
        staged.write_bytes(text.encode())
        if path.exists():
            shutil.copymode(path, staged)
        staged.replace(path)
    except OSError as error:
        staged.unlink(missing_ok=True)
        raise UsageError(f"cannot write {path}: {error.strerror}") from error
    return path
