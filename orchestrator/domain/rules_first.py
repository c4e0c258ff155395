"""A rule that a person applies: the first agent of every task that it may still do."""

from orchestrator.domain.attempt import Usage
from orchestrator.domain.lifecycle import BUSY
from orchestrator.domain.run import Run
from orchestrator.domain.synthesis.rule import Rule

_OVER = frozenset({*BUSY, "queued", "landed", "unchanged", "failed", "skipped"})
"""States of tasks that keep the agent that they have."""


def to_be_tried(run: Run) -> tuple[str, ...]:
    """Return the tasks that a rule would be tried on before anybody else."""
    return tuple(
        task
        for task, status in run.tasks.items()
        if run.by_id[task].stage == "migrate" and status.state not in _OVER and not status.agent
    )


def put_first(run: Run, rule: Rule) -> None:
    """Let a rule be the first agent of the ladder; what is at work or over keeps its own agent.

    It comes after rules that were applied before, and costs nothing. What waits for a limit of its
    agent need not wait with the rule. A failed task that a person retries begins with the rules, as
    it begins anew.
    """
    tried, at = to_be_tried(run), len(run.rules)
    run.rules = (*run.rules, rule)
    run.prices.setdefault(rule.agent, Usage())
    for task, status in run.tasks.items():
        if run.by_id[task].stage == "migrate" and status.agent_index >= at:
            run.update(task, agent_index=status.agent_index + 1)
    for task in tried:
        index = at if run.tasks[task].attempts else 0
        run.update(task, agent_index=index, agent_attempts=0)
    run.unpark(tried)
