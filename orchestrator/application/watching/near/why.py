"""One sentence for a person: why a task is where it is, and what happens next."""

from collections.abc import Callable, Mapping

from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.tasks import by_urgency
from orchestrator.domain.attempt import REPEATED
from orchestrator.domain.counting import many
from orchestrator.domain.durations import moment
from orchestrator.domain.lifecycle import TaskState
from orchestrator.domain.reasons import objection_of, reason_of
from orchestrator.domain.shortening import cut
from orchestrator.domain.status import TaskStatus

A_PERSON = "nobody tries again unless a person retries it"
LONGEST_REASON = 140
"""How many characters of a reason are told: what comes next must be seen, too."""


def why(look: Look, task: str) -> str:
    """Return why a task is where it is and what happens next."""
    said = _STATES[look.run.tasks[task].state](look, task)
    return said[:1].upper() + said[1:] + "."


def _pending(look: Look, task: str) -> str:
    needs = look.run.unmet(task)
    if not needs:
        return "it waits for its turn"
    return f"it waits for {_named(look, needs)}; it begins by itself after that"


def _named(look: Look, needs: frozenset[str]) -> str:
    """Name the one that matters most, and say how many others there are."""
    run = look.run
    worst = by_urgency(run, needs)[0]
    more = f" and {len(needs) - 1} more" if len(needs) > 1 else ""
    return f"{run.by_id[worst].title} ({run.tasks[worst].state}){more}"


def _ready(look: Look, task: str) -> str:
    status, agent = look.run.tasks[task], look.run.agent_of(task)
    if task in look.run.spreading:
        breaks = many(len(look.run.spreading[task].files), "file")
        return f"its change breaks {breaks} of other tasks; they become one task, which goes on"
    if not status.attempts:
        return f"nothing holds it up; {agent} begins {_when(look)}"
    return f"{_last(look, task)}; {_next_try(look, task)} {_when(look)}"


def _next_try(look: Look, task: str) -> str:
    status, agent = look.run.tasks[task], look.run.agent_of(task)
    latest = look.timeline.latest(task)
    if latest is not None and latest.agent != agent:
        return f"{agent} takes over"
    return f"{agent} tries again ({status.agent_attempts + 1} of {look.run.policy.attempts})"


def _when(look: Look) -> str:
    if look.run.limited:
        return "at a resume: no more tasks were asked for"
    if look.run.paused:
        return "once somebody lets the paused run go on"
    if look.measuring:
        return "when the checks have looked at the base"
    return "when a slot is free" if not look.abandoned else "at a resume: nobody works on the run"


def _last(look: Look, task: str) -> str:
    """Say how the last attempt ended, and why."""
    status, latest = look.run.tasks[task], look.timeline.latest(task)
    reason = f": {cut(status.reason, LONGEST_REASON)}" if status.reason else ""
    if status.reason_code in {"conflict", "red_landing"}:
        return f"landing sent it back{reason}"
    if latest is None:
        return status.reason or "it is to be done anew"
    if status.reason_code == REPEATED:
        return f"attempt {latest.number}, by {latest.agent}, {status.reason}"
    word = {"lost": "was lost with its process", "unchanged": "changed nothing"}.get(
        latest.outcome, f"was {latest.outcome}"
    )
    return f"attempt {latest.number}, by {latest.agent}, {word}{reason}"


def _held(look: Look, task: str) -> str:
    return f"{look.run.tasks[task].reason or 'it is on hold'}; it waits until a person approves it"


def _at_work(doing: str, then: str) -> Callable[[Look, str], str]:
    def said(look: Look, task: str) -> str:
        status, agent = look.run.tasks[task], look.run.agent_of(task)
        if look.abandoned:
            return (
                f"attempt {status.attempts} was lost when the run stopped; a resume begins another"
            )
        tries = f"{status.agent_attempts} of {look.run.policy.attempts}"
        return doing.format(agent=agent, number=status.attempts, tries=tries) + f"; {then}"

    return said


def _parked(look: Look, task: str) -> str:
    agent = look.run.agent_of(task)
    reason = look.run.tasks[task].reason or "it has met a limit"
    until = moment(look.run.parked_until.get(agent, 0.0))
    return f"{agent} may not work: {reason}; it goes on at {until}, and no attempt is spent"


def _queued(look: Look, task: str) -> str:
    run, attempt = look.run, look.run.tasks[task].attempts
    accepted = f"attempt {attempt} was accepted"
    if run.landing is not None and task in run.landing.tasks:
        return f"{accepted} and is under check in batch {run.landing.batch}; it lands if green"
    place = run.queue.index(task) + 1
    return f"{accepted} and is number {place} in the queue; it lands if the checks stay green"


def _landed(look: Look, task: str) -> str:
    status = look.run.tasks[task]
    commit = f" as {status.commit[:10]}" if status.commit else ""
    if status.reason:
        return f"it had landed and counts no more: {status.reason}"
    if status.residue:
        left = many(status.residue, "occurrence")
        return f"it landed{commit} with {left} left"
    return f"it landed{commit}; nothing is left to do"


def _failed(look: Look, task: str) -> str:
    status = look.run.tasks[task]
    tried = f"{status.attempts} attempts, none landed; " if status.attempts > 1 else ""
    return f"{tried}{_last(look, task)}{_objection(status)}; {A_PERSON}"


def _objection(status: TaskStatus) -> str:
    """Say what an attempt before was turned down for, where the last one had nothing new."""
    what = cut(objection_of(status), LONGEST_REASON)
    return f"; one before had failed on {what}" if what else ""


def _blocked(look: Look, task: str) -> str:
    run = look.run
    failed = [need for need in run.unmet(task) if run.tasks[need].state == "failed"]
    roots = frozenset(failed or run.tasks[task].blocked_by)
    if not roots:
        return f"{run.tasks[task].reason or 'it is blocked'}; it goes on when that is mended"
    first = min(roots)
    reason = cut(reason_of(run.tasks[first]), LONGEST_REASON)
    because = f" ({reason})" if reason else ""
    return f"it needs {_named(look, roots)}{because}; it goes on when that is retried and lands"


def _skipped(look: Look, task: str) -> str:
    return f"{look.run.tasks[task].reason or 'a person left it out'}; tasks that need it go on"


_STATES: Mapping[TaskState, Callable[[Look, str], str]] = {
    "pending": _pending,
    "ready": _ready,
    "held": _held,
    "working": _at_work("{agent} is at work on attempt {number} ({tries})", "its checks come next"),
    "checking": _at_work(
        "attempt {number} by {agent} is being checked ({tries})", "if accepted, it queues to land"
    ),
    "parked": _parked,
    "queued": _queued,
    "landed": _landed,
    "unchanged": lambda _, __: "there was nothing left to change; nothing is left to do",
    "failed": _failed,
    "blocked": _blocked,
    "skipped": _skipped,
}
