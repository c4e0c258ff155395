"""Why a task is where it is, for whoever reads one line of it."""

from orchestrator.domain.attempt import NO_CHANGE
from orchestrator.domain.handoff import said
from orchestrator.domain.status import TaskStatus


def reason_of(status: TaskStatus) -> str:
    """Return why a task is where it is, in its last attempt's words.

    That it had nothing to offer explains little: what spoke against an attempt before comes first.
    """
    if status.reason_code != NO_CHANGE or not status.objections:
        return status.reason
    first, *others = status.objections
    more = f" (+{len(others)} more)" if others else ""
    return f"{said(first)}{more}; then {status.reason}"
