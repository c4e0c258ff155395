"""Plans and events for tests, made the short way."""

from collections.abc import Mapping, Sequence

from orchestrator.domain.attempt import UNSPENT, AttemptOutcome, AttemptResult
from orchestrator.domain.events import (
    AttemptEnded,
    AttemptStarted,
    CheckingStarted,
    Landed,
    LandingEnded,
)
from orchestrator.domain.fold import apply
from orchestrator.domain.plan import Plan, Task
from orchestrator.domain.policy import Policy
from orchestrator.domain.run import Run
from orchestrator.domain.verdict import Verdict

BASE = "b" * 40


def make_plan(
    edges: Mapping[str, Sequence[str]], priority: Mapping[str, float] | None = None
) -> Plan:
    """Return a plan whose tasks are `edges`' keys, each with the tasks that it depends on."""
    tasks = tuple(
        Task(
            id=name,
            title=name,
            files=(f"{name}.py",),
            depends_on=tuple(needs),
            priority=(priority or {}).get(name, 1.0),
            occurrences=1,
        )
        for name, needs in edges.items()
    )
    return Plan(
        playbook="p",
        playbook_digest="d",
        params={},
        repository="/nowhere",
        base=BASE,
        hash="h",
        layers=1,
        tasks=tasks,
    )


def make_run(edges: Mapping[str, Sequence[str]], **policy: object) -> Run:
    """Return a run over such a plan with one agent called `codemod`."""
    return Run(make_plan(edges), Policy(**{"agents": ("codemod",), **policy}))  # type: ignore[arg-type]


def start(run: Run, task: str, token: str = "t", *, trial: bool = False) -> None:
    """Send a task to its agent."""
    number = run.tasks[task].attempts + 1
    apply(
        run,
        AttemptStarted(
            task=task,
            number=number,
            agent=run.agent_of(task),
            base=run.head,
            token=token,
            trial=trial,
        ),
    )


def finish(  # noqa: PLR0913 - what a result may say
    run: Run,
    task: str,
    outcome: AttemptOutcome,
    *,
    token: str = "t",
    change: str = "c",
    residue: int | None = None,
    retry_at: float | None = None,
    verdict: Verdict = Verdict(),  # noqa: B008 - frozen
) -> None:
    """End a task's attempt."""
    result = AttemptResult(
        task=task,
        number=run.tasks[task].attempts,
        token=token,
        outcome=outcome,
        commit="c" * 40 if outcome == "accepted" else None,
        files=(f"{task}.py",),
        change_hash=change,
        residue=residue,
        reason=outcome,
        retry_at=retry_at,
        verdict=verdict,
    )
    if outcome not in UNSPENT:
        apply(run, CheckingStarted(task=task, token=token))
    apply(run, AttemptEnded(result=result))


def land(run: Run, *tasks: str) -> None:
    """Land tasks that wait in the queue."""
    landed = tuple(
        Landed(task=t, commit=f"{t}-commit", checked=t, files=(f"{t}.py",)) for t in tasks
    )
    apply(run, LandingEnded(batch=run.batches + 1, head=f"{tasks[-1]}-commit", landed=landed))


def do(run: Run, *tasks: str) -> None:
    """Take tasks from ready to landed, one after the other."""
    for task in tasks:
        start(run, task)
        finish(run, task, "accepted")
        land(run, task)
