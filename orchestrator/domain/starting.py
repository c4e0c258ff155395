"""What an attempt is given when it starts."""

from collections.abc import Mapping

from orchestrator.domain.attempt import AttemptSpec, Usage
from orchestrator.domain.events import attempt_key
from orchestrator.domain.learnings.choice import chosen
from orchestrator.domain.run import Run
from orchestrator.domain.schedule import StartAttempt


def spec_of(run: Run, action: StartAttempt, now: float, giving: Mapping[str, int]) -> AttemptSpec:
    """Return what an attempt is given: a trial sees the plan's base, others what has landed.

    `now` is in seconds since the epoch. `giving` says how many attempts that start at the same time
    are given a learning, by its id.
    """
    of = run.trial if action.trial and run.trial else run
    name = run.started.run if run.started else ""
    status = of.tasks[action.task]
    return AttemptSpec(
        run=name,
        task=run.by_id[action.task],
        number=action.number,
        agent=action.agent,
        base=run.base if action.trial else run.head,
        token=attempt_key(name, action.task, action.number, trial=action.trial),
        last_verdict=status.verdict,
        rejected=status.rejected,
        note=status.note,
        hand_off=status.hand_off,
        history=status.history,
        spent=Usage(tokens=status.tokens, cost_usd=status.cost_usd),
        seed=status.seed,
        trial=action.trial,
        learnings=chosen(run, run.by_id[action.task], status, now, giving),
    )
