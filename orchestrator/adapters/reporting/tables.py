"""The tables of the page: tasks, what they cost, and receipts."""

from collections.abc import Mapping
from os.path import commonprefix
from typing import Any

from orchestrator.application.glyphs import STATE_GLYPHS
from orchestrator.application.reporting.facts import Reason, Report, TaskFacts
from orchestrator.application.reporting.graph import MOST
from orchestrator.application.tail import tail
from orchestrator.domain.evidence import Evidence
from orchestrator.domain.lifecycle import STATES
from orchestrator.domain.receipt import Environment

OBJECTIONS = 20
"""Of how many clusters the page shows what a check printed."""
LAST_LINES = 30
"""How many lines of that are shown."""
TOP = 12
"""How many tasks the table of the dearest has."""
NAMED = 12
"""How many of the tasks that another waits for are named."""
LISTED = 400
"""Up to how many commits with the same evidence are listed there."""
SHORT = 12
"""How many digits of a commit are shown."""


def states(report: Report) -> list[dict[str, Any]]:
    """Return the tasks by state with their share in percent; what is done comes first."""
    total = report.verdict.tasks or 1
    order = ["landed", "unchanged", *(one for one in STATES if one not in {"landed", "unchanged"})]
    found, x = [], 0.0
    for state in order:
        if count := report.verdict.counts.get(state, 0):
            share = 100 * count / total
            found.append({
                "state": state, "glyph": STATE_GLYPHS[state], "count": count,
                "x": f"{x:.3f}", "w": f"{share:.3f}", "percent": round(share, 1),
            })  # fmt: skip
            x += share
    return found


def objections(report: Report) -> list[dict[str, Any]]:
    """Return what checks said at the largest clusters, the end of it in lines."""
    return [
        {
            "cluster": one.cluster, "task": one.task, "check": one.check, "command": one.command,
            "exit_code": one.exit_code, "lines": shown.lines, "lacks": shown.lacks,
        }
        for one in report.objections[:OBJECTIONS]
        for shown in [tail(one.output.strip("\n"), LAST_LINES)]
    ]  # fmt: skip


def undone(report: Report) -> list[dict[str, Any]]:
    """Return the groups of files that are not done; what all files of one say is said once."""
    return [
        {
            "reason": group.reason,
            "files": [
                {"file": file, "why": "" if why == group.reason else why[len(shared) :]}
                for file, why in group.files
            ],
        }
        for group in report.not_done
        for shared in [_shared(group)]
    ]


def _shared(group: Reason) -> str:
    """Return how the words for all files of a group begin, up to the end of a part of them."""
    if group.reason.startswith("blocked by"):
        return ""
    common = commonprefix([why for _, why in group.files])  # noqa: RUF071 - characters
    return common[: max(common.rfind(": "), common.rfind(", "), -2) + 2]


def dearest(report: Report) -> tuple[str, list[TaskFacts]]:
    """Return the tasks that took most, and of what: dollars, else tokens, else working time."""
    for word in ("cost_usd", "tokens", "worked_s"):
        ranked = sorted(report.tasks, key=lambda task: (-getattr(task, word), task.id))
        if ranked and getattr(ranked[0], word):
            return word, [task for task in ranked[:TOP] if getattr(task, word)]
    return "worked_s", []


def rows(report: Report) -> list[dict[str, Any]]:
    """Return a row for each task, in the plan's order."""
    titles = {task.id: task.title for task in report.tasks}
    return [
        {
            "state": task.state,
            "glyph": STATE_GLYPHS[task.state],
            "title": task.title,
            "id": task.id,
            "files": [file for file in task.files if file != task.title],
            "layer": task.layer,
            "agent": task.agent,
            "attempts": task.attempts or "",
            "worked": f"{task.worked_s:.1f}" if task.attempts else "",
            "tokens": task.tokens or "",
            "cost": f"{task.cost_usd:.4f}" if task.cost_usd else "",
            "waits": _waits(task, titles) if len(titles) <= MOST else len(task.depends_on) or "",
            "commit": (task.commit or "")[:SHORT],
            "why": "" if task.state == "landed" else task.reason,
        }
        for task in report.tasks
    ]


def _waits(task: TaskFacts, titles: Mapping[str, str]) -> str:
    named = [titles.get(one, one) for one in task.depends_on]
    more = [f"and {len(named) - NAMED} more"] if len(named) > NAMED else []
    return ", ".join([*named[:NAMED], *more])


def evidence(report: Report) -> list[dict[str, Any]]:
    """Return landed commits in groups whose checks said the same, the largest first."""
    groups: dict[tuple[Any, ...], list[Evidence]] = {}
    environments: list[Environment] = []
    for one in report.receipts:
        if one.environment not in environments:  # there is one a process
            environments.append(one.environment)
        groups.setdefault((environments.index(one.environment), *_said(one)), []).append(one)
    titles = {task.id: task.title for task in report.tasks}
    ordered = sorted(groups.values(), key=len, reverse=True)
    return [_group(group, titles) for group in ordered]


def _said(one: Evidence) -> tuple[Any, ...]:
    checks = tuple((check.check, check.outcome, check.exit_code) for check in one.checks)
    return (one.lost, one.tested == one.commit, checks)


def _group(group: list[Evidence], titles: dict[str, str]) -> dict[str, Any]:
    first = group[0]
    return {
        "count": len(group),
        "lost": first.lost,
        "own_tree": first.tested == first.commit,
        "environment": first.environment,
        "digest": first.environment.digest[:SHORT],
        "checks": first.checks,
        "commits": [
            {"commit": one.commit[:SHORT], "title": titles.get(one.task, one.task)}
            for one in group[:LISTED]
        ],
        "more": max(0, len(group) - LISTED),
    }
