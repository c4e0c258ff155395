"""What an attempt is given when it starts."""

from collections.abc import Mapping

from orchestrator.domain.attempt import AttemptSpec, Usage
from orchestrator.domain.events import attempt_key
from orchestrator.domain.learnings.choice import chosen
from orchestrator.domain.run import Run
from orchestrator.domain.schedule import StartAttempt
from orchestrator.domain.slices import is_machine


def spec_of(run: Run, action: StartAttempt, now: float, giving: Mapping[str, int]) -> AttemptSpec:
    """Return what an attempt is given: a trial sees the plan's base, others what has landed.

    `now` is in seconds since the epoch. `giving` says how many attempts that start at the same time
    are given a learning, by its id. A codemod and a rule are given none: they would not read them,
    and their verdicts must not speak of what nobody has read.
    """
    of = run.trial if action.trial and run.trial else run
    name = run.started.run if run.started else ""
    task, status = run.by_id[action.task], of.tasks[action.task]
    reads = not is_machine(action.agent)
    return AttemptSpec(
        run=name,
        task=task,
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
        learnings=chosen(run, task, status, now, giving) if reads else (),
    )
