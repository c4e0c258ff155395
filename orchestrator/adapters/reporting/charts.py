"""The charts over time as positions: shares of the width in percent, so that they can be zoomed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from orchestrator.application.reporting.axis import Axis, ticks
from orchestrator.application.reporting.critical import Step
from orchestrator.application.reporting.facts import Point, Report
from orchestrator.application.reporting.lanes import BARS, Bar, Lane, lanes, merged
from orchestrator.application.reporting.words import OUTCOMES
from orchestrator.domain.counting import many
from orchestrator.domain.durations import in_two_units

LANE = 26
"""The height of a lane, in pixels."""
GLYPH_FROM = 1.3
"""The share of the width, in percent, from which a bar has room for its glyph."""
LINKED = 400
"""Up to how many steps of the critical path are tied together by lines."""
SIDE = 1000
"""Width and height of the box that a curve is drawn in before it is stretched."""
ROWS = 24
"""How many moments the table beside a curve has at most."""


@dataclass(frozen=True, slots=True)
class Time:
    """The axis that all charts share: its marks, the cut times, and where a moment lies."""

    axis: Axis

    def x(self, worked: float) -> float:
        """Return a moment's place in percent of the width."""
        return round(100 * worked / self.axis.total, 3) if self.axis.total else 0.0

    def marks(self) -> list[dict[str, Any]]:
        """Return where the words of the axis stand."""
        return [
            {"x": self.x(at), "text": text, "last": self.x(at) > 92}  # noqa: PLR2004 - words end there
            for at, text in ticks(self.axis.total, 8)
        ]

    def gaps(self) -> list[dict[str, Any]]:
        """Return the times that are cut out: nobody worked then."""
        return [{"x": self.x(one.at), "text": in_two_units(one.seconds)} for one in self.axis.gaps]


def curves(report: Report, time: Time) -> list[dict[str, Any]]:
    """Return the burndown of tasks and that of the residue, where anything is known of it."""
    points = report.burndown
    most = max((point.tasks for point in points), default=0)
    tasks = {
        "name": "Tasks left",
        "most": most,
        "lines": [
            {"kind": "left", "d": _path(points, "tasks", most, time)},
            {"kind": "stuck", "d": _path(points, "stuck", most, time)},
        ],
        "first": points[0].tasks if points else 0,
        "last": points[-1].tasks if points else 0,
        "stuck": points[-1].stuck if points else 0,
    }
    left = max((point.residue or 0 for point in points), default=0)
    residue = {
        "name": "Residue: occurrences left",
        "most": left,
        "lines": [{"kind": "residue", "d": _path(points, "residue", left, time)}],
        "first": (points[0].residue or 0) if points else 0,
        "last": (points[-1].residue or 0) if points else 0,
        "stuck": 0,
    }
    return [chart for chart in (tasks, residue) if chart["most"]]


def sampled(points: Sequence[Point]) -> list[dict[str, Any]]:
    """Return moments for the table beside the curves: evenly chosen, the first and the last too."""
    step = max(1, -(-len(points) // ROWS))
    chosen = [*points[::step], *([] if (len(points) - 1) % step == 0 else points[-1:])]
    return [
        {
            "at": in_two_units(one.worked),
            "tasks": one.tasks,
            "landed": one.landed,
            "stuck": one.stuck,
            "residue": one.residue,
        }
        for one in chosen
    ]


def _path(points: Sequence[Point], name: str, most: int, time: Time) -> str:
    """Return a curve of steps, which hold until the next moment."""
    parts: list[str] = []
    for point in points:
        x = round(time.x(point.worked) * SIDE / 100, 1)
        y = round(SIDE - SIDE * (getattr(point, name) or 0) / (most or 1), 1)
        parts.append(f"H{x:g}V{y:g}" if parts else f"M{x:g} {y:g}")
    return "".join(parts)


def gantt(report: Report, time: Time) -> dict[str, Any]:
    """Return the lanes with their bars, and the critical path on top of them."""
    rows = lanes(report, time.axis)
    shown = [_lane(report, row, number, time) for number, row in enumerate(rows)]
    outcomes = {bar.outcome for row in rows for bar in row.bars}
    merging = any(bar.count > 1 for row in rows for bar in row.bars)
    return {
        "lanes": shown,
        "height": LANE * len(rows),
        "legend": [(name, *OUTCOMES[name]) for name in OUTCOMES if name in outcomes],
        "merged": merging,
        "critical": list(_critical(report, rows, time)),
        "links": list(_links(report, rows, time)),
    }


def _lane(report: Report, lane: Lane, number: int, time: Time) -> dict[str, Any]:
    names = {"landing": "landing", "whole": "whole tree"}
    busy = sum(bar.ended - bar.began for bar in lane.bars)
    return {
        "name": names.get(lane.key) or f"slot {int(lane.key) + 1}",
        "y": number * LANE,
        "busy": round(100 * busy / time.axis.total) if time.axis.total else 0,
        "count": sum(bar.count for bar in lane.bars),
        "bars": [_bar(report, lane.key, bar, time) for bar in lane.bars],
    }


def _bar(report: Report, key: str, bar: Bar, time: Time) -> dict[str, Any]:
    x, width = time.x(bar.began), max(time.x(bar.ended) - time.x(bar.began), 0.04)
    glyph, word = OUTCOMES[bar.outcome]
    return {
        "x": f"{x:g}",
        "w": f"{round(width, 3):g}",
        "outcome": bar.outcome,
        "glyph": glyph if width >= GLYPH_FROM else "",
        "middle": f"{round(x + width / 2, 3):g}",
        "title": _said(report, key, bar, word),
    }


def _said(report: Report, key: str, bar: Bar, word: str) -> str:
    took = in_two_units(bar.ended - bar.began)
    kinds = {"landing": "landing", "whole": "look"}
    if bar.count > 1:
        said = ", ".join(f"{count} {OUTCOMES[one][1]}" for one, count in bar.outcomes.items())
        return f"{many(bar.count, kinds.get(key, 'attempt'))}: {said}, {took}"
    if key == "landing":
        one = report.landings[bar.at]
        return f"landing {one.batch}: {len(one.landed)} of {len(one.tasks)} landed, {took}"
    if key == "whole":
        what = "the baseline" if report.whole_checks[bar.at].kind == "baseline" else "the head"
        return f"all checks on {what}, {took}"
    attempt = report.attempts[bar.at]
    trial = ", a trial" if attempt.trial else ""
    who = f"{attempt.agent}, attempt {attempt.number}{trial}"
    return f"{attempt.task}: {who}: {word}, {took}"


def _critical(report: Report, rows: Sequence[Lane], time: Time) -> Iterator[dict[str, Any]]:
    """Yield the bars that mark the steps of the critical path below their lanes."""
    place = {lane.key: at for at, lane in enumerate(rows)}
    steps: dict[str, list[Bar]] = {}
    for at, step in enumerate(report.critical_path):
        began, ended = time.axis.at(step.began), time.axis.at(step.ended)
        bar = Bar(began=began, ended=ended, outcome="", at=at)
        steps.setdefault(_key(report, step), []).append(bar)
    for key, bars in steps.items():
        for bar in merged(bars, time.axis.total / BARS):
            yield {
                "x": f"{time.x(bar.began):g}",
                "w": f"{max(round(time.x(bar.ended) - time.x(bar.began), 3), 0.08):g}",
                "y": place[key] * LANE + LANE - 4,
            }


def _links(report: Report, rows: Sequence[Lane], time: Time) -> Iterator[dict[str, Any]]:
    """Yield the lines from each step of the critical path to the next, where they are few."""
    path = report.critical_path
    place = {lane.key: at * LANE + LANE - 2 for at, lane in enumerate(rows)}
    if len(path) > LINKED:
        return
    for before, after in pairwise(path):
        yield {
            "x1": f"{time.x(time.axis.at(before.ended)):g}",
            "x2": f"{time.x(time.axis.at(after.began)):g}",
            "y1": place[_key(report, before)],
            "y2": place[_key(report, after)],
        }


def _key(report: Report, step: Step) -> str:
    return "landing" if step.kind == "landing" else str(report.attempts[step.at].slot)
