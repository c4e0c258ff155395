"""The demonstration's target: a package that is installed anyway, as a git repository."""

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from orchestrator.errors import MissingRequirementError, UsageError

PACKAGE = "networkx"
NEEDED = ("mypy", "pytest")


def require_tools() -> None:
    """See that what the demonstration's checks call is there.

    Raises:
        MissingRequirementError: something is missing.
    """
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise MissingRequirementError(
            f"the demonstration needs {' and '.join(missing)}",
            hint='pip install "leafcut[demo]"',
        )


def make_repository(folder: Path) -> Path:
    """Copy the installed package into a new git repository below `folder` and return it.

    Raises:
        UsageError: the folder is not empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty", hint="give another folder")
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise MissingRequirementError(f"{PACKAGE} is not installed", hint=f"pip install {PACKAGE}")
    source = Path(spec.submodule_search_locations[0])
    shutil.copytree(source, folder / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / ".gitignore").write_text("__pycache__/\n.mypy_cache/\n", encoding="utf-8")
    for words in (
        ["init", "--quiet", "--initial-branch=main"],
        ["config", "user.name", "Leafcut demo"],
        ["config", "user.email", "demo@localhost"],
        ["config", "commit.gpgsign", "false"],
        ["add", "--all"],
        ["commit", "--quiet", "--message", f"{PACKAGE} as it is installed"],
    ):
        subprocess.run(["git", "-C", str(folder), *words], check=True)  # noqa: S603, S607 - a new repository of our own
    return folder
