"""What people ask for while a run goes on or stands still."""

from collections.abc import Callable, Mapping

from orchestrator.domain.events import CommandAccepted, CommandRefused, Steering
from orchestrator.domain.fold import learnings
from orchestrator.domain.fold.parking import lift
from orchestrator.domain.learnings import life
from orchestrator.domain.lifecycle import ENDED
from orchestrator.domain.reviewing import reader, review_task
from orchestrator.domain.rules_first import put_first
from orchestrator.domain.run import Run


def accepted(run: Run, event: CommandAccepted) -> None:
    """Carry a command out."""
    _MEANING[event.action](run, event)


def refused(_: Run, __: CommandRefused) -> None:
    """Leave everything as it is."""


def _stop(_: Run, __: CommandAccepted) -> None:
    """Stopping is the engine's own affair."""


def _pause(run: Run, _: CommandAccepted) -> None:
    run.paused = True


def _unpause(run: Run, _: CommandAccepted) -> None:
    run.paused = False


def _concurrency(run: Run, event: CommandAccepted) -> None:
    run.make_at_once(event.concurrency)


def _retry(run: Run, event: CommandAccepted) -> None:
    for task in (*event.tasks, *event.rest):
        run.update(task, agent=event.agent, note=event.note or run.tasks[task].note)
    if event.rest:
        run.canaries[event.tasks[0]] = event.rest
    for task in event.tasks:
        if run.tasks[task].state == "parked":
            _hurry(run, task, event.agent)
        elif run.tasks[task].state == "skipped":
            run.again(task, reason="", reason_code="")
        elif run.tasks[task].state in ENDED:
            run.again(task)  # why it failed is still worth knowing
    run.reconsider()


def _hurry(run: Run, task: str, agent: str) -> None:
    """Let another agent do a parked task, or try at once whether its agent may work again."""
    if agent:
        run.unpark([task])
    else:
        lift(run, run.agent_of(task))


def _approve(run: Run, event: CommandAccepted) -> None:
    if event.checkpoint:
        run.approved.add(event.checkpoint)
    for task in event.tasks:
        del run.on_hold[task]
        if run.tasks[task].state == "held":
            run.change(task, "ready", reason="", reason_code="")


def _hold(run: Run, event: CommandAccepted) -> None:
    why = f": {event.reason}" if event.reason else ""
    for task in event.tasks:
        run.on_hold[task] = f"held by {event.who}{why}"
        if run.tasks[task].state == "ready":
            run.change(task, "ready")  # which is held, as it is on hold now


def _skip(run: Run, event: CommandAccepted) -> None:
    for task in event.tasks:
        run.change(
            task, "skipped", reason=f"skipped by {event.who}: {event.reason}", reason_code="skipped"
        )
    run.reconsider()


def _add_learning(run: Run, event: CommandAccepted) -> None:
    """Trust a lesson of a person's at once, unless it reads like poison: that asks for a second."""
    if event.added is None:
        return
    learnings.added(run, event.added)
    if run.ledger.standings[event.learnings[0]].status != "quarantined":
        _trust(run, event)


def _trust(run: Run, event: CommandAccepted) -> None:
    for name in event.learnings:
        run.ledger.put(life.trusted(run.ledger.standings[name]))


def _retire(run: Run, event: CommandAccepted) -> None:
    why = f": {event.reason}" if event.reason else ""
    for name in event.learnings:
        run.ledger.put(life.retired(run.ledger.standings[name], f"retired by {event.who}{why}"))


def _apply_rule(run: Run, event: CommandAccepted) -> None:
    if event.rule is not None:
        put_first(run, event.rule)


def _address(run: Run, event: CommandAccepted) -> None:
    task = review_task(run, event.tasks)
    run.add([task])
    index = reader(run, task.id) or 0
    run.update(task.id, note=event.note, agent=event.agent, agent_index=index)


_MEANING: Mapping[Steering, Callable[[Run, CommandAccepted], None]] = {
    "stop": _stop,
    "pause": _pause,
    "unpause": _unpause,
    "concurrency": _concurrency,
    "retry": _retry,
    "approve": _approve,
    "hold": _hold,
    "skip": _skip,
    "add_learning": _add_learning,
    "retire_learning": _retire,
    "trust_learning": _trust,
    "apply_rule": _apply_rule,
    "address": _address,
}
