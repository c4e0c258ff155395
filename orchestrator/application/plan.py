"""The planning use case: what is there, what depends on what, where the occurrences are."""

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Protocol

from pathspec import GitIgnoreSpec

from orchestrator.domain.graph import Graph
from orchestrator.domain.owners import PLACES, Owners
from orchestrator.domain.plan import Plan, Untouched
from orchestrator.domain.planning import Heading, Survey, make_plan
from orchestrator.domain.playbook import Playbook, Select
from orchestrator.ports.imports import ImportEdges, ImportGraph
from orchestrator.ports.repository import TreeEntry

Lines = tuple[int, ...]
Find = Callable[[Path, Sequence[str], Path], Mapping[str, Lines]]

LFS_POINTER = b"version https://git-lfs.github.com/spec/"
SOURCE_SUFFIXES: Mapping[str, tuple[str, ...]] = {"python": (".py", ".pyi"), "none": ()}
"""Which files a language's import graph is read from."""

_NOT_FILES = {"submodule": "is a submodule", "symlink": "is a symbolic link"}


class Export(Protocol):
    """A commit's files on disk."""

    def entries(self, commit: str) -> Sequence[TreeEntry]:
        """Return all files of the commit's tree, sorted by path."""
        ...

    def prepare(self, commit: str) -> Path:
        """Return a folder with the commit's files, which nobody may change."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """Makes plans. `find` is None when every selected file is to be a task's.

    `remembered` keeps what `find` said of a content, by object id; `scratch` is an empty folder.
    """

    export: Export
    imports: Mapping[str, ImportGraph]
    find: Find | None
    scratch: Path
    remembered: MutableMapping[str, Lines] = field(default_factory=dict)

    def plan(self, playbook: Playbook, heading: Heading, select: Select) -> Plan:
        """Return the plan for the heading's base commit."""
        tree = self.export.prepare(heading.base)
        entries = self.export.entries(heading.base)
        survey = self._survey(playbook, tree, entries, select)
        return make_plan(
            heading, survey, playbook.partition, ordered=playbook.strategy == "dependency"
        )

    def _survey(
        self, playbook: Playbook, tree: Path, entries: Sequence[TreeEntry], select: Select
    ) -> Survey:
        language = playbook.graph.language
        sources = [
            entry.path
            for entry in entries
            if entry.kind not in _NOT_FILES
            and not _bad_name(entry.path)
            and entry.path.endswith(SOURCE_SUFFIXES[language])
        ]
        chosen = selected(entries, select)
        with ThreadPoolExecutor(1) as aside:
            reading = aside.submit(self._imports, language, tree, sources)
            lines, untouched = _look_at(tree, chosen)
            edges = reading.result()
        for file in [file for file in lines if file in edges.unreadable]:
            untouched.append(Untouched(file=file, reason=edges.unreadable[file]))
            del lines[file]
        occurrences = self._occurrences(tree, [e for e in chosen if e.path in lines])
        if self.find is not None:
            none_in = [file for file in lines if not occurrences.get(file)]
            untouched += [Untouched(file=file, reason="no occurrence") for file in none_in]
            lines = {file: count for file, count in lines.items() if occurrences.get(file)}
        return Survey(
            graph=_file_graph(edges, lines),
            lines=lines,
            occurrences=occurrences,
            owners=_owners(tree),
            packages=_packages(sources),
            untouched=untouched,
        )

    def _imports(self, language: str, tree: Path, sources: Sequence[str]) -> ImportEdges:
        reader = self.imports.get(language)
        return reader.read(tree, sources) if reader and sources else ImportEdges({})

    def _occurrences(self, tree: Path, entries: Sequence[TreeEntry]) -> dict[str, int]:
        if self.find is None:
            return {}
        unknown = [entry for entry in entries if entry.oid not in self.remembered]
        found = self.find(tree, [entry.path for entry in unknown], self.scratch)
        for entry in unknown:
            self.remembered[entry.oid] = found.get(entry.path, ())
        return {entry.path: len(self.remembered[entry.oid]) for entry in entries}


def selected(entries: Sequence[TreeEntry], select: Select) -> list[TreeEntry]:
    """Return the entries that the globs include and do not exclude."""
    include = GitIgnoreSpec.from_lines(select.include)
    exclude = GitIgnoreSpec.from_lines(select.exclude)
    return [
        entry
        for entry in entries
        if include.match_file(entry.path) and not exclude.match_file(entry.path)
    ]


def narrowed(select: Select, include: Sequence[str], exclude: Sequence[str]) -> Select:
    """Return a playbook's selection narrowed by what the command line adds."""
    return replace(
        select,
        include=tuple(include) or select.include,
        exclude=(*select.exclude, *exclude),
    )


def _look_at(tree: Path, entries: Sequence[TreeEntry]) -> tuple[dict[str, int], list[Untouched]]:
    """Return the lines of each file that can be worked on, and why others cannot."""
    lines: dict[str, int] = {}
    untouched: list[Untouched] = []
    for entry in entries:
        reason = _NOT_FILES.get(entry.kind, "") or _bad_name(entry.path)
        content = b"" if reason else (tree / entry.path).read_bytes()
        if content.startswith(LFS_POINTER):
            reason = "is a Git LFS pointer"
        elif b"\0" in content[:8192]:
            reason = "is binary"
        if reason:
            untouched.append(Untouched(file=_shown(entry.path), reason=reason))
        else:
            lines[entry.path] = content.count(b"\n") + (
                not content.endswith(b"\n") and bool(content)
            )
    return lines, untouched


def _bad_name(path: str) -> str:
    return "" if path.isprintable() or _shown(path) == path else "has a name that is not UTF-8"


def _shown(path: str) -> str:
    """Return a path with the bytes that are no UTF-8 written out."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _file_graph(edges: ImportEdges, files: Mapping[str, int]) -> Graph:
    """Return the graph of all files that could be read, and of `files` that have no imports."""
    alone: dict[str, set[str]] = {file: set() for file in files}
    return alone | {
        file: {to for to in targets if to in edges.edges} for file, targets in edges.edges.items()
    }


def _packages(sources: Sequence[str]) -> frozenset[str]:
    inits = {"__init__.py", "__init__.pyi"}
    return frozenset(
        str(PurePosixPath(file).parent) for file in sources if PurePosixPath(file).name in inits
    )


def _owners(tree: Path) -> Owners:
    for place in PLACES:
        if (tree / place).is_file():
            return Owners((tree / place).read_text(encoding="utf-8", errors="replace"))
    return Owners()
