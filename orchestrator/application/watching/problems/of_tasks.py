"""What is wrong with some tasks of a run, each kind as one row."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from orchestrator.application.timeline import OBSERVED, AttemptSpan
from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.problems.problem import Problem
from orchestrator.domain.attempt import UNSPENT
from orchestrator.domain.clusters import Cluster
from orchestrator.domain.counting import many
from orchestrator.domain.durations import MINUTE, lasting, moment
from orchestrator.domain.lifecycle import SATISFYING
from orchestrator.domain.reasons import IN_WORDS
from orchestrator.domain.run import Run

GAVE_UP = "agent_blocked"
"""The code of a task whose agent said that it cannot do it."""
MANY_TIMES = 2
"""How often a task comes back from landing before it is odd: once is bad luck."""

ENOUGH = 5
"""From how many attempts on a percentile is worth something."""
PATIENCE = 3.0
"""How many times as long as others an attempt may take before it has stalled."""
SHORTEST_S = 60.0
"""How long it may take at least, in seconds."""
UNKNOWN_S = 20 * MINUTE
"""How long it may take while nobody knows what is usual, in seconds."""


@dataclass(frozen=True, slots=True)
class Found:
    """The tasks of a run that anything may be wrong with, found in one pass.

    `failed` counts those of the run itself, `blocked` has the tasks behind each failed one.
    """

    failed: int
    held: tuple[str, ...]
    returned: tuple[str, ...]
    blocked: dict[str, tuple[str, ...]]


def find(run: Run) -> Found:
    """Go through all tasks."""
    held, returned = [], []
    blocked: dict[str, list[str]] = {}
    for task, status in run.tasks.items():
        if status.state == "held":
            held.append(task)
        elif status.state == "blocked":
            blocked.setdefault(next(iter(status.blocked_by), ""), []).append(task)
        elif status.sent_back >= MANY_TIMES and status.state not in SATISFYING:
            returned.append(task)
    return Found(
        run.counts["failed"],
        tuple(held),
        tuple(returned),
        {root: tuple(tasks) for root, tasks in blocked.items()},
    )


def failing(look: Look, found: Found, clusters: Iterable[Cluster]) -> Iterator[Problem]:
    """Yield what failed, alike together, with what is blocked behind it."""
    run = look.run
    for cluster in clusters:
        behind = tuple(one for task in cluster.tasks for one in found.blocked.get(task, ()))
        of = run.tasks if found.failed or run.trial is None else run.trial.tasks
        gave_up = all(of[task].reason_code == GAVE_UP for task in cluster.tasks)
        yield Problem(
            key=f"cluster:{cluster.key}",
            severity="needs you" if gave_up else "fails",
            what=_what_failed(run, cluster, gave_up=gave_up),
            why=cluster.told,
            since=_first_end(look, cluster.tasks),
            tasks=cluster.tasks,
            behind=behind,
            mute=cluster.mute,
            press="r",
            advice="tries again, with a note or another agent",
        )


def _what_failed(run: Run, cluster: Cluster, *, gave_up: bool) -> str:
    one = len(cluster.tasks) == 1
    named = run.by_id[cluster.tasks[0]].title if one else many(len(cluster.tasks), "task")
    if gave_up:
        return f"the agent could not do {named}"
    return f"{named} failed: {IN_WORDS.get(cluster.check, cluster.check)}"


def _first_end(look: Look, tasks: Sequence[str]) -> float | None:
    spans = (look.timeline.latest(task) for task in tasks)
    return min((span.ended for span in spans if span and span.ended is not None), default=None)


def held(look: Look, found: Found) -> Iterator[Problem]:
    """Yield the tasks that a person holds back."""
    run = look.run
    if found.held:
        behind = dict.fromkeys(one for task in found.held for one in run.waiting_for(task))
        yield Problem(
            key="held",
            severity="needs you",
            what=f"{many(len(found.held), 'task')} on hold",
            why=run.tasks[found.held[0]].reason,
            tasks=found.held,
            behind=tuple(behind),
            press="a",
            advice="lets them go",
        )


def returned(look: Look, found: Found) -> Iterator[Problem]:
    """Yield the tasks that come back from landing, again and again."""
    if not found.returned:
        return
    run = look.run
    worst = max(found.returned, key=lambda task: run.tasks[task].sent_back)
    title, times = run.by_id[worst].title, run.tasks[worst].sent_back
    since, why = look.signs.sent_back[worst]
    one = len(found.returned) == 1
    come = f"{title} comes" if one else f"{len(found.returned)} tasks come"
    yield Problem(
        key="returned",
        severity="odd",
        what=f"{come} back from landing",
        why=f"{title} {many(times, 'time')}: {why}",
        since=since,
        tasks=found.returned,
        advice="after the sixth time a task fails; fewer agents at once meet less often",
    )


def parked(look: Look) -> Iterator[Problem]:
    """Yield the agents that have met a limit, the one that may work first, first."""
    run = look.run
    for agent, until in sorted(run.parked_until.items(), key=lambda item: item[1]):
        tasks = _parked_of(run, agent)
        yield Problem(
            key=f"parked:{agent}",
            severity="waits",
            what=f"{agent} may not work, {lasting(max(0.0, until - look.now))} left",
            why=f"till {moment(until)}: {_limit(run, tasks)}",
            since=_first_end(look, tasks),
            tasks=tasks,
            press="r",
            advice="tries at once, or with another agent; else it goes on by itself",
        )


def _parked_of(run: Run, agent: str) -> tuple[str, ...]:
    return tuple(
        task
        for of in (run, run.trial)
        if of is not None and of.counts["parked"]
        for task, status in of.tasks.items()
        if status.state == "parked" and of.agent_of(task) == agent
    )


def _limit(run: Run, tasks: Sequence[str]) -> str:
    trial = run.trial.tasks if run.trial else {}
    reasons = (run.tasks[task].reason or trial[task].reason for task in tasks if task in run.tasks)
    return next((reason for reason in reasons if reason), "a limit of its service")


def stalled(look: Look) -> Iterator[Problem]:
    """Yield the attempts that take far longer than others, the longest first.

    An attempt has stalled when it takes three times as long as nine in ten of its agent's have
    taken: a hard file takes two or three times the usual, a client that hangs any time. Under a
    minute nobody would look. Where its agent has ended too few, those of all agents stand in, and
    twenty minutes, an attempt's usual limit, where those are too few as well.
    """
    if not look.alive:
        return
    for span in sorted(_under_way(look), key=lambda span: span.began):
        usual = usual_s(look.timeline.attempts, span.agent)
        most = UNKNOWN_S if usual is None else max(SHORTEST_S, PATIENCE * usual)
        if (took := span.seconds(look.now)) > most:
            doing = "at its agent" if span.checking is None else "at its checks"
            yield Problem(
                key=f"stalled:{span.token}",
                severity="odd",
                what=f"{look.run.by_id[span.task].title} has been {doing} for {lasting(took)}",
                why=f"attempt {span.number} of {span.agent}"
                + (f"; nine in ten end within {lasting(usual)}" if usual is not None else ""),
                since=span.began,
                tasks=(span.task,),
                advice="see what it says last; it ends at its time limit",
            )


def _under_way(look: Look) -> Iterator[AttemptSpan]:
    for of in (look.run, look.run.trial):
        for task in of.under_way if of is not None else ():
            span = look.timeline.latest(task)
            if span is not None and span.ended is None:
                yield span


def usual_s(attempts: Sequence[AttemptSpan], agent: str) -> float | None:
    """Return what nine in ten of an agent's last attempts took at most, in seconds.

    None where too few have ended. Attempts that met a limit tell nothing.
    """
    ended = [
        span
        for span in attempts[-OBSERVED:]
        if span.result is not None and span.result.outcome not in UNSPENT
    ]
    own = [span for span in ended if span.agent == agent]
    took = sorted(span.seconds(0.0) for span in (own if len(own) >= ENOUGH else ended))
    return took[len(took) * 9 // 10] if len(took) >= ENOUGH else None
