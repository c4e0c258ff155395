"""What a run finds after its process died: effects whose result was never recorded."""

from collections.abc import Sequence

from orchestrator.domain.events import Event, Landed, LandingEnded, RunResumed
from orchestrator.domain.messages import TASK
from orchestrator.domain.run import Run
from orchestrator.ports.repository import Repository


def reconcile(run: Run, repository: Repository, ref: str, concurrency: int) -> Sequence[Event]:
    """Return the events that bring the journal up to what really happened.

    Landing moves the integration branch before it is recorded, so the branch is the truth: its
    commits beyond the journal's head name their tasks. Attempts leave no trace that counts and
    are simply made again.
    """
    head = repository.head(ref)
    events: list[Event] = []
    if head is not None and head != run.head:
        events.append(_landed_unseen(run, repository, head))
    events.append(RunResumed(concurrency=concurrency))
    return events


def _landed_unseen(run: Run, repository: Repository, head: str) -> LandingEnded:
    landed = tuple(
        Landed(
            task=commit.trailers[TASK],
            commit=commit.oid,
            checked=head,
            files=repository.changes(commit.parents[0], commit.oid).paths,
        )
        for commit in repository.history(run.head, head)
    )
    return LandingEnded(batch=run.batches, head=head, landed=landed)
