"""A change set held against guards and checks, on its commit in a worktree."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from orchestrator.application.redaction import clean_verdict
from orchestrator.application.workshop import Workshop
from orchestrator.domain.attempt import AttemptSpec
from orchestrator.domain.changes import ChangeSet
from orchestrator.domain.guards import Examined, examine
from orchestrator.domain.learnings.notebook import misused, notebooks
from orchestrator.domain.verdict import Verdict
from orchestrator.ports.repository import Worktree


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What is to be said of a change set; `residue` counts the occurrences that it leaves."""

    verdict: Verdict
    residue: int


def weigh(
    spec: AttemptSpec, worktree: Worktree, changes: ChangeSet, commit: str, shop: Workshop
) -> Weighed:
    """Let guards, and if they find nothing checks, look at `commit`, which holds the changes."""
    shop.prepare(worktree, commit)
    left = residue(spec, worktree, changes, shop)
    shared = notebooks(shop.learnings)
    guarded = examine(
        Examined(
            changes=changes,
            task_files=(*spec.task.files, *shared),
            guards=shop.guards,
            read=partial(shop.repository.read, spec.base),
            facts=shop.sources,
            residue_before=spec.task.occurrences,
            residue_after=left,
        )
    )
    guarded += tuple(misused(changes, shared))
    there = present(changes, shared)
    checks = () if guarded else shop.judge.judge(worktree, commit, there, "attempt")
    verdict = clean_verdict(Verdict(failures=guarded, checks=checks), shop.redact)
    return Weighed(verdict=verdict, residue=left)


def present(changes: ChangeSet, shared: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the changed files that are still there, but for those that all tasks share."""
    there = (change.path for change in changes.files if change.content is not None)
    return tuple(path for path in there if path not in shared)


def residue(spec: AttemptSpec, worktree: Worktree, changes: ChangeSet, shop: Workshop) -> int:
    """Count the occurrences in a worktree that nobody writes to."""
    files = sorted({*spec.task.files, *changes.paths} - {*notebooks(shop.learnings)})
    there = [path for path in files if (worktree.root / path).is_file()]
    found = shop.scan(worktree.root, there, worktree.scratch)
    return sum(len(lines) for lines in found.values())
