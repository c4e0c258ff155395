"""A new playbook: a copy of the starter, which works as it stands."""

import shutil
from pathlib import Path

from orchestrator.adapters.library.playbooks import FILE
from orchestrator.domain.playbook import is_playbook_name
from orchestrator.errors import UsageError

STARTER = Path(__file__).with_name("starter")


def write_starter(name: str, parent: Path) -> Path:
    """Write a playbook called `name` into a folder of that name below `parent`; return the folder.

    Raises:
        UsageError: the name cannot be one, or something is there already.
    """
    if not is_playbook_name(name):
        raise UsageError(
            f"{name!r} cannot be the name of a playbook",
            hint="use a-z, 0-9 and single hyphens, for example rename-logger",
        )
    folder = parent / name
    if folder.exists():
        raise UsageError(f"{folder} is there already", hint="choose another name or --dir")
    try:
        shutil.copytree(STARTER, folder, ignore=shutil.ignore_patterns("__pycache__"))
        for file in (folder / FILE, folder / "README.md"):
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace("starter", name), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror}") from error
    return folder
