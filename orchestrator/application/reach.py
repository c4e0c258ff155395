"""Which checks a landing must run, by what the base commit's files import."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from pathspec import GitIgnoreSpec

from orchestrator.application.plan import Export, sources
from orchestrator.domain.affected import affected, importers
from orchestrator.domain.playbook import Check
from orchestrator.ports.imports import ImportGraph


@dataclass(slots=True)
class Reach:
    """Chooses checks; the graph is read once, when it is first asked for.

    It is the base's: a change that adds an import may reach further, which is why all checks look
    at the last commit of the run.
    """

    export: Export
    imports: ImportGraph | None
    base: str
    _dependents: Mapping[str, set[str]] | None = None
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, checks: Sequence[Check], files: Sequence[str]) -> Sequence[Check]:
        """Return the checks that a change of these files can reach."""
        return affected(checks, files, self._graph(), _matcher)

    def _graph(self) -> Mapping[str, set[str]]:
        with self._lock:
            if self._dependents is None:
                self._dependents = importers(self._read())
            return self._dependents

    def _read(self) -> Mapping[str, Sequence[str]]:
        if self.imports is None:
            return {}
        names = sources(self.export.entries(self.base), "python")
        return self.imports.read(self.export.prepare(self.base), names).edges


def _matcher(globs: Sequence[str]) -> Callable[[str], bool]:
    return GitIgnoreSpec.from_lines(globs).match_file
