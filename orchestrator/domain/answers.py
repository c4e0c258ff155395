"""What an agent is told of its files when it asks for a verdict: short, nothing to argue with."""

from collections.abc import Sequence

from orchestrator.domain.counting import many
from orchestrator.domain.handoff import said
from orchestrator.domain.shortening import bounded
from orchestrator.domain.verdict import CheckResult, Verdict

SHOWN = 20
"""How many failures are told."""
TAIL = 1500
"""How many characters of a red check's output are told, where its failures name no place."""


def accepted(verdict: Verdict, residue: int, later: Sequence[str]) -> str:
    """Return the answer for a change set that nothing speaks against.

    `later` names the checks that run at landing only.
    """
    green = ", ".join(check.check for check in verdict.checks)
    parts = ["accepted: the guards hold", f"green: {green}" if green else "no checks to run"]
    if residue:
        parts.append(f"{many(residue, 'occurrence')} left")
    if later:
        parts.append(f"at landing also: {', '.join(later)}")
    return "; ".join(parts)


def rejected(verdict: Verdict) -> str:
    """Return what speaks against a change set, the first failures only."""
    told = [f"- {one}" for one in against(verdict)]
    return "\n".join([f"rejected: {many(len(verdict.reasons), 'failure')}", *told])


def against(verdict: Verdict) -> list[str]:
    """Return what speaks against a change set: its first failures, and what red checks printed."""
    reasons = verdict.reasons
    lines = [said(failure) for failure in reasons[:SHOWN]]
    if len(reasons) > SHOWN:
        lines.append(f"and {len(reasons) - SHOWN} more")
    return lines + [_tail(check) for check in verdict.checks if _says_too_little(check)]


def _says_too_little(check: CheckResult) -> bool:
    return not check.green and bool(check.output) and not any(one.path for one in check.failures)


def _tail(check: CheckResult) -> str:
    return f"{check.check} printed at its end:\n{bounded(check.output[-TAIL:])}"
