"""Signs and words for what came of an attempt and of a check; each has its tone."""

from collections.abc import Mapping

from orchestrator.application.glyphs import ATTEMPT_GLYPHS, STATE_GLYPHS
from orchestrator.application.timeline import SpanOutcome
from orchestrator.application.watching.near.story import Episode, Sign
from orchestrator.domain.events import Landed
from orchestrator.domain.verdict import CheckOutcome
from orchestrator.tui.tones import Piece, Tone

ATTEMPT_TONES: Mapping[SpanOutcome, Tone] = {
    "": "busy",
    "accepted": "good",
    "rejected": "bad",
    "unchanged": "dim",
    "environment": "bad",
    "limited": "wait",
    "overloaded": "wait",
    "blocked": "bad",
    "lost": "wait",
}
CHECKS: Mapping[CheckOutcome, tuple[str, Tone]] = {
    "passed": ("✓ passed", "good"),
    "failed": ("✗ failed", "bad"),
    "timeout": ("◷ timed out", "bad"),
    "flaky": ("≈ flaky", "wait"),
}
SIGNS: Mapping[Sign, Piece] = {
    "new": ("+ new ", "bad"),
    "both": ("= both", "wait"),
    "gone": ("− gone", "good"),
}


def outcome(episode: Episode) -> Piece:
    """Return what came of an attempt; landing has the last word."""
    if episode.landings:
        landed = isinstance(episode.landings[-1].said, Landed)
        return ("✓ landed", "good") if landed else ("↺ sent back", "bad")
    if not episode.span.outcome and episode.span.checking is not None:
        return f"{STATE_GLYPHS['checking']} checking", "busy"
    ended = episode.span.outcome
    return f"{ATTEMPT_GLYPHS[ended]} {ended or 'working'}", ATTEMPT_TONES[ended]
