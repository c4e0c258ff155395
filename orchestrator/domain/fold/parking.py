"""Tasks that are parked until their agent may work again."""

from orchestrator.domain.attempt import AttemptResult
from orchestrator.domain.events import Unparked
from orchestrator.domain.run import Run
from orchestrator.domain.status import TaskStatus

MAX_OVERLOADS = 5
"""How often in a row an overload may cut a task's attempts short without spending one."""


def is_worn_out(status: TaskStatus, result: AttemptResult) -> bool:
    """Say whether an overload spends the attempt, since there were too many."""
    return result.outcome == "overloaded" and status.overloads >= MAX_OVERLOADS


def park(whole: Run, run: Run, result: AttemptResult) -> None:
    """Keep a task, and its agent in the whole run, from being started before it is time.

    Attempts that were under way together meet one limit, and slow the run down once.
    """
    agent, status = run.agent_of(result.task), run.tasks[result.task]
    overloaded = result.outcome == "overloaded"
    if agent not in whole.parked_until:
        whole.strikes[agent] = whole.strikes.get(agent, 0) + 1
        whole.pace = whole.pace.after_overload() if overloaded else whole.pace
    until = result.retry_at or 0.0
    whole.parked_until[agent] = max(until, whole.parked_until.get(agent, until))
    whole.attempts -= 1
    run.change(
        result.task,
        "parked",
        token="",
        agent_attempts=max(0, status.agent_attempts - 1),
        overloads=status.overloads + overloaded,
        seed=result.commit if run.policy.keep_work and result.commit else status.seed,
    )


def unparked(run: Run, event: Unparked) -> None:
    """Let every task of an agent go on."""
    lift(run, event.agent)


def lift(run: Run, agent: str) -> None:
    """Forget an agent's limit; the tasks that waited for it are ready."""
    run.parked_until.pop(agent, None)
    for of in (run, run.trial):
        if of is not None:
            parked = [task for task, status in of.tasks.items() if status.state == "parked"]
            of.unpark(task for task in parked if of.agent_of(task) not in run.parked_until)
