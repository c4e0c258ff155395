"""Why a task is where it is, for whoever reads one line of it."""

from collections.abc import Mapping

from orchestrator.domain.attempt import NO_CHANGE, REPEATED
from orchestrator.domain.handoff import said
from orchestrator.domain.lifecycle import BUSY
from orchestrator.domain.status import TaskStatus
from orchestrator.domain.verdict import Failure

IN_WORDS: Mapping[str, str] = {
    NO_CHANGE: "nothing to offer",
    "gave_up": "the agent gave up",
    "red_landing": "red on the integration branch",
}
"""What reason codes say to a person, where they do not say it themselves."""

_INTERRUPTED = "interrupted; a resume begins it anew"


def turned_down_for(status: TaskStatus) -> tuple[Failure, ...]:
    """Return what spoke against an attempt before, where the last one had nothing new to offer."""
    return status.objections if status.reason_code in {NO_CHANGE, REPEATED} else ()


def reason_of(status: TaskStatus, *, alive: bool = True) -> str:
    """Return why a task is where it is, in its last attempt's words.

    `alive` says whether anybody works on the run: else what was at work is interrupted.

    That it had nothing new to offer explains little: what spoke against one before comes first.
    """
    if status.state in BUSY and not alive:
        return _INTERRUPTED
    before = objection_of(status)
    return f"{before}; then {status.reason}" if before else status.reason


def objection_of(status: TaskStatus) -> str:
    """Return what spoke against an attempt before, if the last one had nothing new."""
    before = turned_down_for(status)
    more = f" (+{len(before) - 1} more)" if len(before) > 1 else ""
    return f"{said(before[0])}{more}" if before else ""
