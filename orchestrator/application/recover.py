"""What a run finds after its process died: effects whose result was never recorded."""

from collections.abc import Sequence

from orchestrator.domain.events import (
    Event,
    HeadChecked,
    Landed,
    LandingEnded,
    Reverted,
    RunResumed,
)
from orchestrator.domain.messages import REVERTS, TASK
from orchestrator.domain.run import Run
from orchestrator.ports.repository import CommitInfo, Repository

BASE = "refs/leafcut/base"
"""The ref of the canonical repository that names the commit a run stands on."""


def reconcile(run: Run, repository: Repository, ref: str, concurrency: int) -> Sequence[Event]:
    """Return the events that bring the journal up to what really happened.

    Landing moves the integration branch before it is recorded, so the branch is the truth: its
    commits beyond the journal's head name their tasks, and what they revert. Updating records first
    and moves the branch then, so a branch that was left behind follows. Attempts leave no trace
    that counts and are simply made again.
    """
    follow(run, repository, ref)
    head = repository.head(ref)
    events: list[Event] = []
    if head is not None and head != run.head:
        events += _seen_now(run, repository, head)
    events.append(RunResumed(concurrency=concurrency))
    return events


def _seen_now(run: Run, repository: Repository, head: str) -> list[Event]:
    history = repository.history(run.head, head)
    if any(REVERTS in commit.trailers for commit in history):
        return [HeadChecked(head=head, reverted=tuple(map(_reverted, history)))]
    return [_landed_unseen(run, repository, head, history)]


def _reverted(commit: CommitInfo) -> Reverted:
    return Reverted(task=commit.trailers[TASK], commit=commit.trailers[REVERTS], revert=commit.oid)


def follow(run: Run, repository: Repository, ref: str) -> None:
    """Bring the branch to where the journal says that an update of the base has taken it."""
    if run.left is not None and repository.head(ref) == run.left != run.head:
        repository.move(ref, run.head, run.left)
    at = repository.head(BASE)
    if run.left is not None and at != run.base:
        repository.move(BASE, run.base, at)


def _landed_unseen(
    run: Run, repository: Repository, head: str, history: Sequence[CommitInfo]
) -> LandingEnded:
    landed = tuple(
        Landed(
            task=commit.trailers[TASK],
            commit=commit.oid,
            checked=head,
            files=repository.changes(commit.parents[0], commit.oid).paths,
        )
        for commit in history
    )
    return LandingEnded(batch=run.batches, head=head, landed=landed, unseen=True)
