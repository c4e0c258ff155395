"""The critical path in words: what the time of a run went to."""

from typing import Any

from orchestrator.application.reporting.axis import Axis
from orchestrator.application.reporting.critical import Step
from orchestrator.application.reporting.facts import Report
from orchestrator.application.reporting.words import BECAUSE, OUTCOMES
from orchestrator.domain.counting import many
from orchestrator.domain.durations import in_two_units

SHOWN = 200
"""How many steps are listed: the longest ones, where there are more."""


_BETWEEN = "between the steps, where Leafcut and the tasks wait"


def critical_view(report: Report, axis: Axis) -> dict[str, Any]:
    """Return what the path's time went to, and its steps."""
    path = report.critical_path
    shares = {
        "the baseline": 0.0,
        "agents at work": 0.0,
        "checks of attempts": 0.0,
        "landing": 0.0,
        _BETWEEN: 0.0,
    }
    for step in path:
        baseline = _baseline(report, step, axis)
        shares["the baseline"] += baseline
        shares[_BETWEEN] += step.waited_s - baseline
        took = axis.at(step.ended) - axis.at(step.began)
        checking = _checking(report, step, axis)
        shares["landing" if step.kind == "landing" else "agents at work"] += took - checking
        shares["checks of attempts"] += checking
    total = sum(shares.values())
    longest = sorted(path, key=lambda one: one.began - one.ended - one.waited_s)[:SHOWN]
    return {
        "steps": len(path),
        "shares": [
            {"name": name, "took": in_two_units(took), "percent": _percent(took / total)}
            for name, took in shares.items()
            if total and took > 0
        ],
        "rows": [
            _row(report, step, axis) for step in path if len(path) <= SHOWN or step in longest
        ],
    }


def _baseline(report: Report, step: Step, axis: Axis) -> float:
    """Return how much of a step's wait went to the baseline."""
    until = axis.at(step.began)
    since = until - step.waited_s
    spans = [
        (axis.at(one.began), axis.at(one.ended))
        for one in report.whole_checks
        if one.kind == "baseline"
    ]
    return sum(max(0.0, min(until, end) - max(since, begin)) for begin, end in spans)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.01 else "less than 1 %"  # noqa: PLR2004 - a percent


def _checking(report: Report, step: Step, axis: Axis) -> float:
    began = report.attempts[step.at].checking if step.kind == "attempt" else None
    return axis.at(step.ended) - axis.at(began) if began is not None else 0.0


def _row(report: Report, step: Step, axis: Axis) -> dict[str, Any]:
    row: dict[str, Any] = {
        "at": in_two_units(axis.at(step.began)),
        "took": in_two_units(axis.at(step.ended) - axis.at(step.began)),
        "waited": in_two_units(step.waited_s) if step.waited_s >= 0.05 else "",  # noqa: PLR2004 - 0.0 s
        "because": BECAUSE[step.because],
    }
    if step.kind == "landing":
        one = report.landings[step.at]
        what = f"landing {one.batch} of {many(len(one.tasks), 'task')}"
        return row | {"what": what, "task": "", "glyph": ""}
    attempt = report.attempts[step.at]
    glyph, word = OUTCOMES[attempt.outcome or "running"]
    what = f"attempt {attempt.number} by {attempt.agent}: {word}"
    return row | {"what": what, "task": attempt.task, "glyph": glyph}
