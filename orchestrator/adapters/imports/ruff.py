"""Python's file graph from `ruff analyze graph`.

ruff calls the command experimental, so its version is pinned and its contract tested. Known traps:
it leaves out files that are ignored by .gitignore unless told not to, answers `[]` for a file that
it cannot parse, and leaves out one that is not UTF-8; both only with a warning.
"""

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ruff import find_ruff_bin

from orchestrator.errors import MissingRequirementError
from orchestrator.ports.imports import ImportEdges

_WARNING = re.compile(
    r"^warning: Failed to (?:read source|generate import map) for (.*?): (.*)$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class RuffImportGraph:
    """Reads the imports of Python files. `type_checking` counts imports for type checkers too."""

    type_checking: bool = True

    def read(self, tree: Path, files: Sequence[str]) -> ImportEdges:
        """Return the edges among `files`; see the port."""
        done = subprocess.run(  # noqa: S603 - the ruff of our own environment
            [
                find_ruff_bin(), "analyze", "graph", "--isolated",
                "--config", "respect-gitignore=false", "--config", "exclude=[]",
                "--config", f"src={json.dumps(source_roots(files))}",
                "--type-checking-imports" if self.type_checking else "--no-type-checking-imports",
                ".",
            ],
            cwd=tree,
            capture_output=True,
            check=False,
            env={"LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        said = done.stderr.decode("utf-8", "replace")
        try:
            answer = json.loads(done.stdout)
        except ValueError as error:
            raise MissingRequirementError(
                f"ruff analyze graph failed ({done.returncode}): {said.strip()[-500:]}",
                hint="reinstall Leafcut with the ruff version that it pins",
            ) from error
        return _edges(answer, files, _complaints(said, tree))


def source_roots(files: Sequence[str]) -> list[str]:
    """Return the folders that imports start from: `.`, `src`, and the parents of top packages."""
    folders = {str(PurePosixPath(file).parent) for file in files}
    packages = {
        str(PurePosixPath(file).parent)
        for file in files
        if PurePosixPath(file).name in {"__init__.py", "__init__.pyi"}
    }
    parents = {
        str(PurePosixPath(package).parent)
        for package in packages
        if str(PurePosixPath(package).parent) not in packages
    }
    sources = {folder for folder in folders if PurePosixPath(folder).name == "src"}
    sources |= {
        str(parent)
        for folder in folders
        for parent in PurePosixPath(folder).parents
        if parent.name == "src"
    }
    return sorted({".", *parents, *sources})


def _complaints(said: str, tree: Path) -> dict[str, str]:
    """Return ruff's reason for each file that it could not read, by path in the tree."""
    prefixes = (f"{tree}/", f"{tree.resolve()}/")
    found = {}
    for match in _WARNING.finditer(said):
        path = match[1]
        for prefix in prefixes:
            path = path.removeprefix(prefix)
        found[path] = match[2]
    return found


def _edges(
    answer: Mapping[str, Sequence[str]], files: Sequence[str], complaints: Mapping[str, str]
) -> ImportEdges:
    wanted = set(files)
    unreadable = {path: f"cannot be parsed: {why}" for path, why in complaints.items()}
    for path in files:
        if path not in answer:
            unreadable[path] = complaints.get(path, "ruff does not see it")
    edges = {
        path: tuple(sorted(to for to in targets if to in wanted and to != path))
        for path, targets in answer.items()
        if path in wanted and path not in unreadable
    }
    return ImportEdges(edges, {path: why for path, why in unreadable.items() if path in wanted})
