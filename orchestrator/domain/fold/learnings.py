"""What attempts share: lessons and messages, and what verdicts make of the lessons."""

from orchestrator.domain.attempt import AttemptResult
from orchestrator.domain.clusters import signatures
from orchestrator.domain.events import BusChanged, LearningAdded, MessageSent
from orchestrator.domain.learnings import life
from orchestrator.domain.learnings.learning import Learning
from orchestrator.domain.run import Run
from orchestrator.domain.status import TaskStatus


def added(run: Run, event: LearningAdded) -> None:
    """Have one lesson more, or the same one once more."""
    run.ledger.count_offer(event.learning)
    if event.same_as:
        run.ledger.see_again(event.same_as)
    else:
        run.ledger.add(event.learning, suspicion=event.suspicion)


def sent(run: Run, event: MessageSent) -> None:
    """Remember a message."""
    run.ledger.messages.append(event.message)


def bus_changed(run: Run, event: BusChanged) -> None:
    """Know whether what is shared arrives at once."""
    run.degraded = event.reason if event.state == "degraded" else ""


def weigh(run: Run, status: TaskStatus, result: AttemptResult, *, repeated: bool) -> None:
    """Let an attempt that was judged speak of the learnings that it was told.

    `status` is how its task stood before; what its agent was told by `verify` counts as met, too. A
    change set that was turned down once and is offered again says nothing new, whatever its
    verdict.
    """
    if not life.counts(result.outcome):
        return
    ledger = run.ledger
    met = signatures(result.verdict.reasons) if result.outcome == "rejected" else frozenset()
    ledger.count(met, result.usage.tokens)
    before = status.met.union(result.met)
    for name in dict.fromkeys(result.learnings):
        if standing := ledger.standings.get(name):
            said = life.vote(standing.learning, result.outcome, before, met)
            own = _is_own(run, standing.learning, result)
            praises = said in {"helpful", "clean"}
            ledger.put(life.judged(standing, "none" if repeated or (own and praises) else said))


def _is_own(run: Run, learning: Learning, result: AttemptResult) -> bool:
    """Say whether a lesson is from the task that speaks of it: nobody praises their own."""
    here = run.started.run if run.started else ""
    return (learning.provenance.run, learning.provenance.task) == (here, result.task)
