"""The planning use case: what is there, what depends on what, where the occurrences are."""

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

from orchestrator.application.inventory import examine, excluded, selection, unsuitable
from orchestrator.application.stages import stages_of
from orchestrator.domain.graph import Graph
from orchestrator.domain.owners import PLACES, Owners
from orchestrator.domain.plan import NO_OCCURRENCE, Plan, Untouched
from orchestrator.domain.planning import Heading, Survey, make_plan
from orchestrator.domain.playbook import Playbook
from orchestrator.ports.imports import ImportEdges, ImportGraph
from orchestrator.ports.repository import TreeEntry

Lines = tuple[int, ...]
Find = Callable[[Path, Sequence[str], Path], Mapping[str, Lines]]

SOURCE_SUFFIXES: Mapping[str, tuple[str, ...]] = {"python": (".py", ".pyi"), "none": ()}
"""Which files a language's import graph is read from."""


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

    def plan(
        self,
        playbook: Playbook,
        heading: Heading,
        include: Sequence[str] = (),
        exclude: Sequence[str] = (),
    ) -> Plan:
        """Return the plan for the heading's base commit.

        `include` and `exclude` are globs that narrow what the playbook selects.

        Raises:
            UsageError: a glob is none.
            InvalidInputError: `find` failed, or a stage has no file.
            MissingRequirementError: the imports cannot be read.
        """
        survey = self.survey(playbook, heading.base, include, exclude)
        return make_plan(heading, survey, playbook.partition, ordered=playbook.ordered)

    def survey(
        self, playbook: Playbook, commit: str, include: Sequence[str], exclude: Sequence[str]
    ) -> Survey:
        """Return what there is to plan with at a commit; see `plan`."""
        entries = self.export.entries(commit)
        tree = self.export.prepare(commit)
        files = sources(entries, playbook.graph.language)
        with ThreadPoolExecutor(1) as aside:
            reading = aside.submit(self._imports, playbook.graph.language, tree, files)
            chosen, left_out = selection(entries, playbook.select, include, exclude)
            lines, untouched = examine(tree, chosen)
            edges = reading.result()
        untouched += excluded(left_out)
        for file in edges.unreadable.keys() & lines.keys():
            untouched.append(Untouched(file=file, reason=edges.unreadable[file]))
            del lines[file]
        occurrences = self._occurrences(tree, [entry for entry in chosen if entry.path in lines])
        if self.find is not None:
            none_in = [file for file in lines if not occurrences[file]]
            untouched += [Untouched(file=file, reason=NO_OCCURRENCE) for file in none_in]
            lines = {file: count for file, count in lines.items() if occurrences[file]}
        return Survey(
            graph=_file_graph(edges, lines),
            lines=lines,
            occurrences=occurrences,
            owners=_owners(tree, entries),
            packages=_packages(files),
            untouched=untouched,
            stages=stages_of(playbook, entries, tree) if lines else None,
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


def sources(entries: Sequence[TreeEntry], language: str) -> list[str]:
    """Return the files whose imports the language's graph is read from."""
    suffixes = SOURCE_SUFFIXES[language]
    return [e.path for e in entries if e.path.endswith(suffixes) and not unsuitable(e)]


def _file_graph(edges: ImportEdges, files: Mapping[str, int]) -> Graph:
    """Return the graph of all files that could be read, and of `files` that have no imports."""
    alone: dict[str, set[str]] = {file: set() for file in files}
    return alone | {
        file: {to for to in targets if to in edges.edges} for file, targets in edges.edges.items()
    }


def _packages(sources: Sequence[str]) -> frozenset[str]:
    inits = ("__init__.py", "__init__.pyi")
    return frozenset(
        str(PurePosixPath(file).parent)
        for file in sources
        if file.endswith(inits) and PurePosixPath(file).name in inits
    )


def _owners(tree: Path, entries: Sequence[TreeEntry]) -> Owners:
    files = {entry.path for entry in entries if not unsuitable(entry)}
    for place in PLACES:
        if place in files:
            return Owners((tree / place).read_text(encoding="utf-8", errors="replace"))
    return Owners()
