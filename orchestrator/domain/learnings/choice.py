"""Which learnings an attempt is given when it starts."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice

from orchestrator.domain.clusters import signatures
from orchestrator.domain.learnings.holding import holds
from orchestrator.domain.learnings.learning import Learning
from orchestrator.domain.learnings.ledger import Ledger
from orchestrator.domain.learnings.life import harm, worth
from orchestrator.domain.learnings.room import characters
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.plan import Task
from orchestrator.domain.run import Run
from orchestrator.domain.status import TaskStatus

FRAME = 80
"""How many characters a learning takes in a prompt beside its text: its subject, its source."""
MOST_AT_ONCE = 3
"""How many attempts whose outcome is not known may try a candidate at once."""
MOST_GIVEN = 40
"""How many learnings an attempt is given, whatever room there is."""


def chosen(
    run: Run, task: Task, status: TaskStatus, now: float, giving: Mapping[str, int]
) -> tuple[Learning, ...]:
    """Return the learnings for an attempt at a task, the most useful first.

    Those about the task's last failure go first, then those that have helped most, trusted ones
    before candidates. `now` is in seconds since the epoch; `giving` says how many attempts that
    start at the same time are given a learning.
    """
    wanted = run.policy.learnings
    if wanted.strategy not in {"shared", "messages"} or not run.ledger.open:
        return ()
    last = signatures(status.verdict.reasons) if status.verdict else frozenset()
    ranked = sorted(_free(run.ledger, giving), key=lambda standing: _rank(standing, last))
    fitting = (
        standing.learning
        for standing in ranked
        if holds(standing.learning, task.files, run.plan.playbook, now)
    )
    return tuple(islice(_within(fitting, characters(wanted.max_tokens)), MOST_GIVEN))


def _free(ledger: Ledger, giving: Mapping[str, int]) -> Iterator[Standing]:
    """Yield what may be told; a candidate only while few attempts are trying it."""
    for name in ledger.open:
        standing = ledger.standings[name]
        trying = ledger.trying[name] + giving.get(name, 0)
        if standing.status == "trusted" or trying < MOST_AT_ONCE:
            yield standing


def _rank(standing: Standing, last: Collection[str]) -> tuple[bool, bool, int, int, str]:
    learning = standing.learning
    return (
        learning.signature not in last,
        standing.status != "trusted",
        harm(standing) - worth(standing),
        -standing.seen,
        learning.id,
    )


def _within(learnings: Iterable[Learning], room: int) -> Iterator[Learning]:
    """Yield what fits into `room` characters; a long one is left out for shorter ones behind it."""
    for learning in learnings:
        if room <= FRAME:
            return
        size = len(learning.text) + FRAME
        if size <= room:
            room -= size
            yield learning
