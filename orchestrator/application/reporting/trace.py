"""A run as a Chrome trace, which Perfetto and chrome://tracing open.

The format is the JSON object of "Trace Event Format": complete events (`X`) for attempts, their
checks and landings, counters (`C`), names (`M`), and flow events (`s`, `f`) from each step of the
critical path to the next. Times are microseconds since the run began, by the wall clock.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, TypeAlias

from orchestrator.application.reporting.critical import Step
from orchestrator.application.reporting.facts import Report

Event: TypeAlias = dict[str, Any]

AGENTS, LANDING, COUNTERS = 1, 2, 3
WHOLE = 2
"""The processes, and the thread of looks at whole trees beside that of landings, 1."""


def trace(report: Report) -> dict[str, Any]:
    """Return the document; its events are in no order, as the format allows."""
    verdict = report.verdict
    told = {
        "run": verdict.run,
        "playbook": verdict.playbook,
        "base": verdict.base,
        "state": verdict.state,
    }
    return {
        "displayTimeUnit": "ms",
        "otherData": told,
        "traceEvents": [
            *_names(report),
            *_attempts(report),
            *_landings(report),
            *_counters(report),
            *_flows(report),
        ],
    }


def _names(report: Report) -> Iterator[Event]:
    for pid, name in ((AGENTS, "agents"), (LANDING, "landing"), (COUNTERS, "progress")):
        yield _name("process_name", pid, 0, name)
    for slot in sorted({one.slot for one in report.attempts}):
        yield _name("thread_name", AGENTS, slot + 1, f"slot {slot + 1}")
    yield _name("thread_name", LANDING, 1, "landings")
    if report.whole_checks:
        yield _name("thread_name", LANDING, WHOLE, "checks of whole trees")


def _name(kind: str, pid: int, tid: int, name: str) -> Event:
    return {"ph": "M", "name": kind, "pid": pid, "tid": tid, "args": {"name": name}}


def _attempts(report: Report) -> Iterator[Event]:
    titles = {task.id: task.title for task in report.tasks}
    last = report.lives[-1][1]
    for one in report.attempts:
        place = {"pid": AGENTS, "tid": one.slot + 1}
        ended = last if one.ended is None else one.ended
        args = {
            "task": one.task,
            "attempt": one.number,
            "agent": one.agent,
            "outcome": one.outcome or "running",
            "reason": one.reason,
            "tokens": one.tokens,
            "cost_usd": one.cost_usd,
        }
        name, kind = titles.get(one.task, one.task), one.outcome or "running"
        yield _span(report, name, kind, place, one.began, ended) | {"args": args}
        if one.checking is not None:
            yield _span(report, "checks", "checks", place, one.checking, ended)


def _landings(report: Report) -> Iterator[Event]:
    last = report.lives[-1][1]
    for one in report.landings:
        args = {"landed": list(one.landed), "sent_back": list(one.sent_back)}
        ended = last if one.ended is None else one.ended
        place = {"pid": LANDING, "tid": 1}
        name = f"landing {one.batch} of {len(one.tasks)}"
        yield _span(report, name, "landing", place, one.began, ended) | {"args": args}
    for look in report.whole_checks:
        place = {"pid": LANDING, "tid": WHOLE}
        reverted = {"args": {"reverted": list(look.reverted), "fault": look.fault}}
        yield _span(report, look.kind, look.kind, place, look.began, look.ended) | reverted


def _span(report: Report, name: str, kind: str, place: Event, began: float, ended: float) -> Event:
    at = _us(report, began)
    return {
        "ph": "X",
        "name": name,
        "cat": kind,
        "ts": at,
        "dur": max(0, _us(report, ended) - at),
        **place,
    }


def _us(report: Report, moment: float) -> int:
    return max(0, round((moment - report.verdict.began_at) * 1e6))


def _counters(report: Report) -> Iterator[Event]:
    yield from _count(report, "attempts under way", _busy(report))
    landed = ((one.ended, len(one.landed)) for one in report.landings if one.ended is not None)
    yield from _count(report, "landed", landed)
    for point in report.burndown:
        if point.residue is not None:
            yield _counter(_us(report, _moment(report, point.worked)), "residue", point.residue)


def _busy(report: Report) -> Iterator[tuple[float, int]]:
    for one in report.attempts:
        yield one.began, 1
        if one.ended is not None:
            yield one.ended, -1


def _count(report: Report, name: str, changes: Iterable[tuple[float, int]]) -> Iterator[Event]:
    total = 0
    for moment, change in sorted(changes):
        total += change
        yield _counter(_us(report, moment), name, total)


def _counter(at: int, name: str, value: int) -> Event:
    return {"ph": "C", "name": name, "ts": at, "pid": COUNTERS, "tid": 0, "args": {name: value}}


def _moment(report: Report, worked: float) -> float:
    """Return when so many seconds had been worked."""
    for begin, end in report.lives:
        if worked <= end - begin:
            return begin + worked
        worked -= end - begin
    return report.lives[-1][1]


def _flows(report: Report) -> Iterator[Event]:
    for number, (before, after) in enumerate(pairwise(report.critical_path), start=1):
        for phase, step, moment in (("s", before, before.ended), ("f", after, after.began)):
            yield {
                "ph": phase,
                "name": "critical path",
                "cat": "critical path",
                "id": number,
                "ts": _within(report, step, moment),
                **({"bp": "e"} if phase == "f" else {}),
                **_place(report, step),
            }


def _within(report: Report, step: Step, moment: float) -> int:
    """Return a time inside of a step: a flow binds to the event that it falls into."""
    first, last = _us(report, step.began), _us(report, step.ended)
    return min(max(first, _us(report, moment)), max(first, last - 1))


def _place(report: Report, step: Step) -> Event:
    if step.kind == "landing":
        return {"pid": LANDING, "tid": 1}
    return {"pid": AGENTS, "tid": report.attempts[step.at].slot + 1}
