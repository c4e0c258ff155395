"""Python's file graph from `ruff analyze graph`.

ruff calls the command experimental, so its version is pinned and its contract tested. Known traps:
it leaves out files that are ignored by .gitignore unless told not to, answers `[]` for a file that
it cannot parse, and leaves out one that is not UTF-8; both only with a warning.
"""

import json
import posixpath
import re
import subprocess
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ruff import find_ruff_bin

from orchestrator.errors import MissingRequirementError
from orchestrator.ports.imports import ImportEdges

_WARNING = re.compile(
    r"^warning: Failed to (?:read source|generate import map) for (.*?)(?=^warning: |\Z)",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class RuffImportGraph:
    """Reads the imports of Python files. `type_checking` counts imports for type checkers too."""

    type_checking: bool = True

    def read(self, tree: Path, files: Sequence[str]) -> ImportEdges:
        """Return the edges among `files`; see the port."""
        with tempfile.NamedTemporaryFile("w", suffix=".toml", encoding="utf-8") as config:
            # A file, since a large repository's source roots do not fit an argument. It takes the
            # place of every configuration that the target has.
            config.write(_configuration(tree, files))
            config.flush()
            types = (
                "--type-checking-imports" if self.type_checking else "--no-type-checking-imports"
            )
            done = subprocess.run(  # noqa: S603 - the ruff of our own environment
                [find_ruff_bin(), "analyze", "graph", "--config", config.name, types, "."],
                cwd=tree,
                capture_output=True,
                check=False,
                env={"LC_ALL": "C.UTF-8"},
            )
        said = done.stderr.decode("utf-8", "replace")
        try:
            answer = json.loads(done.stdout)
        except ValueError as error:
            raise MissingRequirementError(
                f"ruff analyze graph failed ({done.returncode}): {said.strip()[-500:]}",
                hint="reinstall Leafcut with the ruff version that it pins",
            ) from error
        return _edges(answer, files, _complaints(said, tree, set(files)))


def _configuration(tree: Path, files: Sequence[str]) -> str:
    roots = [str(tree.resolve() / root) for root in source_roots(files)]
    return "\n".join(
        [
            f"src = {json.dumps(roots, ensure_ascii=False)}",
            "exclude = []",
            "respect-gitignore = false",
        ]
    )


def source_roots(files: Sequence[str]) -> list[str]:
    """Return the folders that imports start from: `.`, `src`, and the parents of top packages."""
    split = {posixpath.split(file) for file in files}
    packages = {folder for folder, name in split if name in {"__init__.py", "__init__.pyi"}}
    parents = {posixpath.dirname(package) for package in packages}
    sources = {above for folder in {folder for folder, _ in split} for above in _sources(folder)}
    return sorted({".", *(root or "." for root in (parents - packages) | sources)})


def _sources(folder: str) -> list[str]:
    """Return the folders named `src` on the way to a folder, itself included."""
    parts = folder.split("/")
    return ["/".join(parts[: at + 1]) for at, part in enumerate(parts) if part == "src"]


def _complaints(said: str, tree: Path, files: Collection[str]) -> dict[str, str]:
    """Return ruff's reason for each of the files that it could not read.

    It writes `path: reason`, and either may hold a colon or a newline.
    """
    found = {}
    for warning in _WARNING.finditer(said):
        text = warning[1].removeprefix(f"{tree}/").removeprefix(f"{tree.resolve()}/")
        for colon in re.finditer(": ", text):
            if text[: colon.start()] in files:
                found[text[: colon.start()]] = " ".join(text[colon.end() :].split())
                break
    return found


def _edges(
    answer: Mapping[str, Sequence[str]], files: Sequence[str], complaints: Mapping[str, str]
) -> ImportEdges:
    wanted = set(files)
    unseen = wanted - answer.keys() - complaints.keys()
    reasons = {**complaints, **dict.fromkeys(unseen, "ruff does not see it")}
    unreadable = {path: f"cannot be parsed: {reasons[path]}" for path in sorted(reasons)}
    edges = {
        path: tuple(sorted(to for to in targets if to in wanted and to != path))
        for path, targets in answer.items()
        if path in wanted and path not in unreadable
    }
    return ImportEdges(edges, unreadable)
