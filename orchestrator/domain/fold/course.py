"""The run as a whole: begun, resumed, ended."""

from dataclasses import replace

from orchestrator.domain.events import (
    BaselineTaken,
    BudgetChanged,
    PlaybookChanged,
    RunEnded,
    RunResumed,
    RunStarted,
)
from orchestrator.domain.lifecycle import BUSY, ENDED
from orchestrator.domain.run import Run


def started(run: Run, event: RunStarted) -> None:
    """The run exists."""
    run.started = event
    _make_at_once(run, event.concurrency)
    run.sample = frozenset(event.sample)
    if event.trial:
        tasks = [replace(run.by_id[task], depends_on=()) for task in event.sample]
        policy = replace(run.policy, max_spread=0)  # a trial stays within its tasks' files
        run.trial = Run(replace(run.plan, tasks=tuple(tasks)), policy)


def resumed(run: Run, event: RunResumed) -> None:
    """What was under way is lost; a lost attempt is not spent."""
    if run.trial is not None:
        resumed(run.trial, event)
    _make_at_once(run, event.concurrency)
    run.ended = None
    run.paused = False
    run.fault = ""
    run.landing = None
    run.looks = ()
    run.checking_head = None
    run.red_head = ""
    run.ledger.forget_attempts()
    for task, status in run.tasks.items():
        if status.state in BUSY:
            unspent = max(0, status.agent_attempts - 1)
            run.change(task, "ready", token="", agent_attempts=unspent)


def _make_at_once(run: Run, attempts: int) -> None:
    """Follow the process that works on the run; one like the last keeps the pace as it was."""
    if attempts != run.policy.concurrency:
        run.make_at_once(attempts)


def budget_changed(run: Run, event: BudgetChanged) -> None:
    """What is spent counts against another limit."""
    run.policy = replace(run.policy, budget=replace(run.policy.budget, usd=event.usd))


def playbook_changed(run: Run, event: PlaybookChanged) -> None:
    """What is not done yet goes on under another policy, and what failed is tried again."""
    if run.trial is not None:
        playbook_changed(run.trial, event)
    run.policy = replace(event.policy, concurrency=run.policy.concurrency)
    run.pace = run.pace.within(run.policy.max_batch)
    if event.rebase:
        run.baseline = None
        run.verified, run.rebased = run.base, run.head != run.base
    run.unpark(list(run.tasks))
    for task, status in run.tasks.items():
        if status.state == "failed":
            run.again(task)
        elif status.state not in {"queued", *ENDED}:
            run.update(task, agent_index=0, agent_attempts=0, refused=frozenset())
    run.reconsider()


def baseline_taken(run: Run, event: BaselineTaken) -> None:
    """Only new failures count from now on."""
    run.baseline = event
    run.objected.clear()


def ended(run: Run, event: RunEnded) -> None:
    """The run stands still, and who goes on with it need not know that it was paused."""
    run.ended = event
    run.paused = False
