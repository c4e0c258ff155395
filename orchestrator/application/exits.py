"""Exit criteria looked at: what is left on the integration head, by the playbook's own rules."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestrator.application.inventory import examine, selection
from orchestrator.application.workshop import Scan
from orchestrator.domain.exits import CriterionResult, criteria, is_share, judged
from orchestrator.domain.playbook import Find, OwnBound, Playbook, Select
from orchestrator.domain.run import Run
from orchestrator.ports.repository import Repository, TreeEntry, Worktree

RESIDUE = "residue"
SCAFFOLD = "scaffold"


def selected(tree: Path, select: Select, keep: Sequence[str] = ()) -> list[str]:
    """Return the files of a tree that a playbook is about; `keep` are paths that are no part of it.

    The tree shows a commit, as a worktree does after its reset.
    """
    apart = {".git", *(os.path.normpath(path) for path in keep)}
    entries = [TreeEntry(path, "file", "") for path in _walk(tree, apart)]
    chosen, _ = selection(entries, select, (), ())
    workable, _ = examine(tree, chosen)
    return sorted(workable)


def _walk(tree: Path, apart: set[str]) -> Iterator[str]:
    for parent, folders, names in os.walk(tree):
        here = os.path.relpath(parent, tree)
        folders[:] = [one for one in folders if os.path.normpath(f"{here}/{one}") not in apart]
        for name in names:
            path = os.path.normpath(f"{here}/{name}")
            if path not in apart and not os.path.islink(tree / path):
                yield path


@dataclass(frozen=True, slots=True, kw_only=True)
class Everywhere:
    """Finds in all selected files of a tree, whatever files it is asked about.

    So a teardown is judged by all that is left of the old world and of the scaffold.
    """

    scans: Sequence[Scan]
    select: Select
    keep: Sequence[str]
    unplanned: frozenset[str]

    def __call__(
        self,
        tree: Path,
        files: Sequence[str],  # noqa: ARG002 - all are looked at
        scratch: Path,
    ) -> Mapping[str, tuple[int, ...]]:
        """Return the lines of what any of the scans finds, by file."""
        everything = [
            file for file in selected(tree, self.select, self.keep) if file not in self.unplanned
        ]
        found: dict[str, tuple[int, ...]] = {}
        for scan in self.scans:
            for file, lines in scan(tree, everything, scratch).items():
                found[file] = (*found.get(file, ()), *lines)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Exits:
    """Looks at a playbook's exit criteria; `scan_for` gives the scan of a rule."""

    playbook: Playbook
    repository: Repository
    scan_for: Callable[[Find], Scan]

    def __call__(
        self, run: Run, worktree: Worktree, residue: Mapping[str, int]
    ) -> tuple[CriterionResult, ...]:
        """Return how each criterion stands on the run's head; `residue` is what is left, by file.

        The worktree may show another commit afterwards.
        """
        results = []
        for criterion in criteria(self.playbook):
            if criterion.residue is not None:
                before = run.baseline.residue if run.baseline else 0
                results.append(judged(RESIDUE, criterion.residue.at_most, residue, before))
            elif criterion.scaffold is not None:
                left = self._scaffold_left(run, worktree)
                results.append(
                    judged(SCAFFOLD, criterion.scaffold.at_most, left, sum(left.values()))
                )
            elif criterion.find is not None:
                results.append(self._own(criterion.find, run, worktree))
        return tuple(results)

    def _own(self, bound: OwnBound, run: Run, worktree: Worktree) -> CriterionResult:
        found = self._found(bound, run.head, worktree)
        before = self._found(bound, run.base, worktree) if is_share(bound.at_most) else {}
        return judged(bound.name, bound.at_most, found, sum(before.values()))

    def _found(self, bound: OwnBound, commit: str, worktree: Worktree) -> dict[str, int]:
        return self._count(bound, bound.select or self.playbook.select, commit, worktree)

    def _scaffold_left(self, run: Run, worktree: Worktree) -> dict[str, int]:
        """Return the scaffold's uses, and its files that the base did not have, by file."""
        left: Counter[str] = Counter()
        stage = self.playbook.scaffold
        if stage is not None and stage.find is not None:
            left.update(self._count(stage.find, self.playbook.select, run.head, worktree))
        for task in run.by_id.values():
            if task.stage == "scaffold":
                left.update(file for file in task.files if self._is_new(file, run))
        return dict(left)

    def _is_new(self, file: str, run: Run) -> bool:
        read = self.repository.read
        return read(run.head, file) is not None and read(run.base, file) is None

    def _count(self, rule: Find, select: Select, commit: str, worktree: Worktree) -> dict[str, int]:
        keep = self.playbook.setup.keep
        worktree.reset(commit, keep)
        files = selected(worktree.root, select, keep)
        found = self.scan_for(rule)(worktree.root, files, worktree.scratch)
        return {file: len(lines) for file, lines in found.items() if lines}
