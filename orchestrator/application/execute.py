"""The run use case: baseline first, then the engine, then the rescan that says what is left."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from orchestrator.application.engine import Engine, Received, no_time
from orchestrator.application.intents import Effects
from orchestrator.application.recover import reconcile
from orchestrator.application.reread import Reread
from orchestrator.application.timeline import Timeline
from orchestrator.application.workshop import Scan
from orchestrator.domain.events import (
    BaselineTaken,
    BudgetChanged,
    Event,
    RunEnded,
    RunResumed,
    RunStarted,
)
from orchestrator.domain.exits import CriterionResult, unmet
from orchestrator.domain.fold import apply
from orchestrator.domain.learnings.notebook import notebooks
from orchestrator.domain.run import Run
from orchestrator.domain.schedule import End
from orchestrator.errors import LeafcutError
from orchestrator.ports.executor import Executor
from orchestrator.ports.journal import Journal, Recorded
from orchestrator.ports.repository import Repository, Worktree, Worktrees

Observe = Callable[[Run, Sequence[Recorded]], None]


class Baseline(Protocol):
    """Takes the baseline and remembers it, so that only new failures count from then on."""

    def take(self) -> BaselineTaken:
        """Run every check on the base, and on the base with one file broken."""
        ...

    def recall(self, taken: BaselineTaken) -> None:
        """Remember a baseline that an earlier process took."""
        ...


class Exits(Protocol):
    """Looks at the exit criteria."""

    def __call__(
        self, run: Run, worktree: Worktree, residue: Mapping[str, int], /
    ) -> tuple[CriterionResult, ...]:
        """Return how each stands on the run's head, which the worktree shows."""
        ...


def no_criteria(
    _run: Run, _worktree: Worktree, _residue: Mapping[str, int]
) -> tuple[CriterionResult, ...]:
    """Ask for nothing."""
    return ()


def share_nothing(_run: Run, _recorded: Sequence[Recorded]) -> None:
    """Let nobody know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """What a run needs; `ref` is the integration branch in the canonical repository.

    `keep` are the paths that a setup made and that outlast a worktree's reset. `selects` says of a
    path whether the playbook is about it.
    `concurrency` is how many attempts this process makes at once until a person says otherwise.
    `share` sees every event before anybody who only looks on.
    `budget_usd` is a new limit on money, None to leave it; `timeline` has when things happened so
    far, and is kept; `now` says the seconds since the epoch.
    """

    journal: Journal
    repository: Repository
    worktrees: Worktrees
    effects: Effects
    baseline: Baseline
    scan: Scan
    ref: str
    concurrency: int
    executor: Executor[Received]
    keep: tuple[str, ...] = ()
    reread: Reread | None = None
    selects: Callable[[str], bool] = lambda _: True
    exits: Exits = no_criteria
    share: Observe = share_nothing
    budget_usd: float | None = None
    timeline: Timeline = field(default_factory=Timeline)
    now: Callable[[], float] = no_time


def execute(
    run: Run,
    started: RunStarted,
    execution: Execution,
    observe: Observe,
    on_engine: Callable[[Engine], None],
) -> Run:
    """Take a run, new or resumed, as far as it goes and return its state.

    `on_engine` receives the engine before it works, so that a signal can stop it.
    """

    def seen(run: Run, recorded: Sequence[Recorded]) -> None:
        execution.timeline.take_in(recorded)
        execution.share(run, recorded)
        observe(run, recorded)

    def record(events: Sequence[Event]) -> None:
        for event in events:
            apply(run, event)
        seen(run, execution.journal.append(events))

    if run.started is None:
        execution.repository.move(execution.ref, run.plan.base, None)
        record([started])
    else:
        found = reconcile(run, execution.repository, execution.ref, execution.concurrency)
        record([by_process(event, started) for event in found])
    if execution.budget_usd is not None:
        record([BudgetChanged(usd=execution.budget_usd)])
    if run.baseline is not None:
        execution.baseline.recall(run.baseline)
    engine = Engine(
        run,
        execution.journal,
        execution.effects,
        execution.executor,
        observe=seen,
        baseline=lambda: _baseline(execution, started.run),
        reread=execution.reread,
        elapsed=lambda: execution.timeline.worked_s(execution.now()),
        now=execution.now,
    )
    on_engine(engine)
    record([_ended(run, engine.go(), execution)])
    return run


def _baseline(execution: Execution, name: str) -> BaselineTaken:
    """Take the baseline; where that is impossible, tell a person how to go on.

    Raises:
        LeafcutError: a check is of no use on the base commit.
    """
    try:
        return execution.baseline.take()
    except LeafcutError as error:
        again = f"then leafcut run again, and leafcut clean {name}"
        hint = "; ".join(filter(None, (error.hint, again)))
        raise type(error)(error.message, hint=hint) from error


def by_process(event: Event, started: RunStarted) -> Event:
    """Let a resumption say what the process is made of that goes on; `started` is its own."""
    if not isinstance(event, RunResumed):
        return event
    return replace(
        event,
        sandbox=started.sandbox,
        version=started.version,
        python=started.python,
        platform=started.platform,
        image=started.image,
        agent_images=started.agent_images,
    )


def _ended(run: Run, end: End, execution: Execution) -> RunEnded:
    if end.state in {"stopped", "waiting"}:
        return RunEnded(state=end.state, reason=end.reason, checkpoint=end.checkpoint)
    with execution.worktrees.lease() as worktree:
        worktree.reset(run.head, execution.keep)
        remaining = _rescan(run, execution, worktree)
        criteria = execution.exits(run, worktree, remaining)
    broken = unmet(criteria)
    return RunEnded(
        state="incomplete" if broken else end.state,
        reason="; ".join(reason for reason in (end.reason, broken) if reason),
        residue=sum(remaining.values()),
        remaining=tuple(sorted(remaining.items())),
        criteria=criteria,
    )


def _rescan(run: Run, execution: Execution, worktree: Worktree) -> dict[str, int]:
    """Return what the playbook's rule still finds, by file.

    What it says depends on nothing but a file's content, so only the tasks' files and what landed
    beside them can have any.
    """
    tasks = run.by_id.values()
    planned = {file for task in tasks if task.stage == "migrate" for file in task.files}
    beside = {file for task in tasks for file in (*task.files, *run.tasks[task.id].files)}
    files = sorted(planned | {file for file in beside - planned if execution.selects(file)})
    shared = notebooks(run.policy.learnings)
    there = [file for file in files if file not in shared and (worktree.root / file).is_file()]
    found = execution.scan(worktree.root, there, worktree.scratch)
    return {file: len(lines) for file, lines in found.items() if lines}
