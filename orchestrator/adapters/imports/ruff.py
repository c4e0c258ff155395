"""Python's file graph from `ruff analyze graph`.

ruff calls the command experimental, so its version is pinned and its contract tested. Known traps:
it leaves out files that are ignored by .gitignore unless told not to, answers `[]` for a file that
it cannot parse, and leaves out one that is not UTF-8; both only with a warning.
"""

import json
import os
import posixpath
import re
import subprocess
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ruff import find_ruff_bin

from orchestrator.errors import MissingRequirementError
from orchestrator.ports.imports import ImportEdges

_WARNING = re.compile(
    r"^warning: Failed to (?:read source|generate import map) for (.*?)(?=^warning: |\Z)",
    re.MULTILINE | re.DOTALL,
)


_ARGUMENTS = 512 * 1024
"""How many bytes of names one call is given; Linux allows 2 MiB in all."""


@dataclass(frozen=True, slots=True)
class RuffImportGraph:
    """Reads the imports of Python files. `type_checking` counts imports for type checkers too."""

    type_checking: bool = True

    def read(self, tree: Path, files: Sequence[str]) -> ImportEdges:
        """Return the edges among `files`; see the port.

        Nothing else is opened: a folder that ruff walks through by itself may have links in it to
        files without end.
        """
        answer: dict[str, Sequence[str]] = {}
        complaints: dict[str, str] = {}
        with tempfile.NamedTemporaryFile("w", suffix=".toml", encoding="utf-8") as config:
            # A file, since a large repository's source roots do not fit an argument. It takes the
            # place of every configuration that the target has.
            config.write(_configuration(tree, files))
            config.flush()
            for some in _batches(files):
                told, said = self._analyzed(tree, config.name, some)
                answer |= told
                complaints |= _complaints(said, tree, set(some))
        return _edges(answer, files, complaints)

    def _analyzed(
        self, tree: Path, config: str, files: Sequence[str]
    ) -> tuple[Mapping[str, Sequence[str]], str]:
        """Return what each of the files imports, and what ruff says besides."""
        types = "--type-checking-imports" if self.type_checking else "--no-type-checking-imports"
        done = subprocess.run(  # noqa: S603 - the ruff of our own environment
            [find_ruff_bin(), "analyze", "graph", "--config", config, types, "--", *files],
            cwd=tree,
            capture_output=True,
            check=False,
            env={"LC_ALL": "C.UTF-8"},
        )
        said = done.stderr.decode("utf-8", "replace")
        try:
            return json.loads(done.stdout), said
        except ValueError as error:
            raise MissingRequirementError(
                f"ruff analyze graph failed ({done.returncode}): {said.strip()[-500:]}",
                hint="reinstall Leafcut with the ruff version that it pins",
            ) from error


def _batches(files: Sequence[str]) -> Iterator[list[str]]:
    """Yield the files, as many at a time as fit into the arguments of a call."""
    batch: list[str] = []
    size = 0
    for file in files:
        length = len(os.fsencode(file)) + 1
        if batch and size + length > _ARGUMENTS:
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += length
    if batch:
        yield batch


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
