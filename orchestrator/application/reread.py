"""Imports read again after landings changed them, so that the remaining order stays right."""

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from orchestrator.domain.events import LandingEnded
from orchestrator.domain.graph import Graph
from orchestrator.ports.imports import ImportGraph
from orchestrator.ports.repository import Repository, Worktrees

Reread: TypeAlias = Callable[[str, str], Graph | None]
"""Takes two integration heads; returns the newer one's graph, None when no import has changed."""


@dataclass(frozen=True, slots=True)
class ImportsRead:
    """The graph of an integration head, None where it is the one before's."""

    head: str
    graph: Graph | None


class UnreadLandings:
    """Which landings nobody has looked at yet for changed imports; one look at a time.

    Nothing of it is journaled: a look that is lost is taken again by the next process.
    """

    def __init__(self, reread: Reread | None, base: str) -> None:
        """Begin at `base`; without `reread` order does not matter and nothing is looked at."""
        self._reread = reread
        self._read_at = base
        self._looking = False
        self._waiting: set[str] = set()
        self._being_read: set[str] = set()

    @property
    def tasks(self) -> frozenset[str]:
        """The landed tasks whose imports are not known yet."""
        return frozenset(self._waiting | self._being_read)

    def add(self, ended: LandingEnded) -> None:
        """Take note of what has landed."""
        if self._reread is not None:
            self._waiting |= {landed.task for landed in ended.landed}

    def look(self, head: str) -> Callable[[], ImportsRead] | None:
        """Return what looks at all that has landed up to `head`, None where nothing is to do."""
        read, since = self._reread, self._read_at
        if read is None or self._looking or since == head:
            return None
        self._looking = True
        self._being_read, self._waiting = self._waiting, set()
        return lambda: ImportsRead(head, read(since, head))

    def looked_at(self, read: ImportsRead) -> None:
        """Take note that a look is over."""
        self._looking, self._read_at = False, read.head
        self._being_read = set()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReader:
    """Reads the graph of a commit where a landing has changed an import; `Reread`.

    A folder with the changed files alone would resolve no import of another file, so the whole
    tree is read, but only when an import statement is another one: most landings change none.
    `sources` lists the source files of a commit, `keep` the paths that a reset spares.
    """

    repository: Repository
    worktrees: Worktrees
    imports: ImportGraph
    sources: Callable[[str], Sequence[str]]
    keep: tuple[str, ...] = ()

    def __call__(self, since: str, head: str) -> Graph | None:
        """Return the graph at `head`, None when what files import of each other is the same."""
        changed = self._changed(since, head)
        if not changed:
            return None
        files = self.sources(head)
        if changed.isdisjoint(_names(files)):
            return None
        with self.worktrees.lease() as worktree:
            worktree.reset(head, self.keep)
            edges = self.imports.read(worktree.root, files).edges
        return {file: tuple(to for to in targets if to in edges) for file, targets in edges.items()}

    def _changed(self, since: str, head: str) -> set[str]:
        """Return the first names of the modules that files import now or did, but not both."""
        return {
            module
            for change in self.repository.changes(since, head).files
            if change.path.endswith((".py", ".pyi"))
            for _, module in imports_in(self.repository.read(since, change.path))
            ^ imports_in(change.content)
        }


def _names(files: Sequence[str]) -> set[str]:
    """Return all that a module of the repository may begin with, and "" for relative imports."""
    return {"", *(part.partition(".")[0] for file in files for part in file.split("/"))}


def imports_in(source: bytes | None) -> set[tuple[str, str]]:
    """Return the import statements of a Python source, each with the first name of its modules.

    Positions do not count. The name of a relative import is empty. A source that cannot be parsed
    imports nothing, as ruff sees it.
    """
    try:
        tree = ast.parse(source or b"")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return {
        (ast.dump(node), name.partition(".")[0])
        for node in ast.walk(tree)
        for name in _modules(node)
    }


def _modules(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return ["" if node.level else node.module or ""]
    return []
