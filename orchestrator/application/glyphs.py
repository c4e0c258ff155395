"""The signs that stand before words, the same on the command line, in the dashboard and on pages.

A sign never stands alone: the word beside it says the same, and so does a colour.
"""

from collections.abc import Mapping

from orchestrator.application.timeline import SpanOutcome
from orchestrator.domain.lifecycle import TaskState

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
ATTEMPT_GLYPHS: Mapping[SpanOutcome, str] = {
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
