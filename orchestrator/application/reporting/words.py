"""The words that every form of a report uses."""

from collections.abc import Mapping

from orchestrator.application.glyphs import ATTEMPT_GLYPHS
from orchestrator.application.timeline import SpanOutcome

_ATTEMPTS: Mapping[SpanOutcome, str] = {
    "accepted": "accepted",
    "rejected": "rejected",
    "unchanged": "unchanged",
    "environment": "environment lacks something",
    "limited": "met a limit",
    "overloaded": "model overloaded",
    "blocked": "gave up",
    "lost": "lost with its process",
}
OUTCOMES: Mapping[str, tuple[str, str]] = {
    **{outcome: (ATTEMPT_GLYPHS[outcome], words) for outcome, words in _ATTEMPTS.items()},
    "running": (ATTEMPT_GLYPHS[""], "under way"),
    "some": ("◐", "landed in part"),
    "red": ("✗", "red"),
    "baseline": ("●", "baseline"),
    "mixed": ("◐", "several that ended differently"),
}
"""How attempts and landings ended: a glyph and words."""

BECAUSE: Mapping[str, str] = {
    "start": "the run began",
    "dependency": "what it depends on had landed",
    "retry": "its attempt before had ended",
    "sent_back": "a landing had sent it back",
    "slot": "a slot was free",
    "accepted": "its change set was accepted",
    "queue": "the landing before was over",
    "resumed": "the run was resumed",
}
"""What let a step of the critical path begin."""
