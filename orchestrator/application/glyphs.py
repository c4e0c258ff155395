"""The signs that stand before words, the same on the command line, in the dashboard and on pages.

A sign never stands alone: the word beside it says the same, and so does a colour.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from orchestrator.domain.lifecycle import TaskState

if TYPE_CHECKING:  # the command line has signs at its start, and needs nothing else for them
    from orchestrator.application.timeline import SpanOutcome

STATE_GLYPHS: Mapping[TaskState, str] = {
    "pending": "·",
    "ready": "○",
    "held": "‖",
    "working": "◔",
    "checking": "◑",
    "parked": "◷",
    "queued": "◕",
    "landed": "✓",
    "unchanged": "=",
    "failed": "✗",
    "blocked": "⊘",
    "skipped": "↷",
}
RUN_GLYPHS: Mapping[str, str] = {
    "running": "▶",
    "paused": "‖",
    "waiting": "◆",
    "stopped": "■",
    "incomplete": "◐",
    "done": "✓",
}
ATTEMPT_GLYPHS: "Mapping[SpanOutcome, str]" = {
    "": "◔",
    "accepted": "✓",
    "rejected": "✗",
    "unchanged": "=",
    "environment": "⚠",
    "limited": "◷",
    "overloaded": "≋",
    "blocked": "⊘",
    "lost": "◌",
}
