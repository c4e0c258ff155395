"""What one attempt leaves word of for the next, which starts in a fresh context.

The agent's own note is taken where there is one; else it is made of what is known: the change set's
size by file, and what was held against it.
"""

from collections.abc import Sequence
from typing import Any

from orchestrator.domain.attempt import AttemptResult
from orchestrator.domain.counting import many
from orchestrator.domain.guards.size import LinesChanged
from orchestrator.domain.shortening import bounded
from orchestrator.domain.status import TaskStatus
from orchestrator.domain.verdict import Failure, Verdict

LINE = 200
"""Characters of an attempt's line in the history."""
REMEMBERED = 8
"""Attempts that the history tells of."""
SHOWN = 8
"""Files, and failures, that a note made of facts names."""


def note(
    agent: str, reason: str, changed: Sequence[LinesChanged], verdict: Verdict, residue: int | None
) -> str:
    """Return the note of an attempt whose agent left none."""
    lines = [f"{agent}: {reason or 'ended without a word'}"]
    if changed:
        more = f" and {len(changed) - SHOWN} more" if len(changed) > SHOWN else ""
        lines.append(f"changed {', '.join(map(_stat, changed[:SHOWN]))}{more}")
    else:
        lines.append("changed nothing")
    if residue:
        lines.append(f"left {many(residue, 'occurrence')}")
    lines += [f"- {said(failure)}" for failure in verdict.reasons[:SHOWN]]
    if len(verdict.reasons) > SHOWN:
        lines.append(f"- and {len(verdict.reasons) - SHOWN} more")
    return bounded("\n".join(lines))


def said(failure: Failure) -> str:
    """Return one failure as one line: `check: file:line: message`."""
    where = f"{failure.path}:{failure.line}" if failure.line else failure.path
    words = failure.message or failure.rule
    return bounded(": ".join(part for part in (failure.check, where, words) if part), LINE)


def remembered(status: TaskStatus, agent: str, result: AttemptResult) -> dict[str, Any]:
    """Return what is changed about a task's memory by an attempt that has ended."""
    why = f": {result.reason}" if result.reason else ""
    line = bounded(" ".join(f"{result.number} {agent}: {result.outcome}{why}".split()), LINE)
    stale = result.outcome in {"accepted", "rejected", "unchanged", "blocked"}
    return {
        "history": (*status.history, line)[-REMEMBERED:],
        "hand_off": result.hand_off or ("" if stale else status.hand_off),
    }


def _stat(changed: LinesChanged) -> str:
    return f"{changed.path} (+{changed.added} −{changed.removed})"
