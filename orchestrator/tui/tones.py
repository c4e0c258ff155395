"""Tones: what a colour means. Each comes with a sign and a word, so that none is needed to read.

The hues are those of Okabe and Ito, "Color Universal Design", 2008, lighter on dark screens and
darker on light ones: people who do not tell red from green tell these apart.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from rich.style import Style

from orchestrator.domain.lifecycle import TaskState

Tone: TypeAlias = Literal["plain", "strong", "dim", "good", "bad", "busy", "wait", "mark"]
Piece: TypeAlias = tuple[str, Tone]
"""Some text in its tone."""

_DARK: Mapping[Tone, Style] = {
    "plain": Style(),
    "strong": Style(bold=True),
    "dim": Style(color="#9aa0aa"),
    "good": Style(color="#35c796"),
    "bad": Style(color="#ff8552", bold=True),
    "busy": Style(color="#6fc3f5"),
    "wait": Style(color="#f0b429"),
    "mark": Style(color="#dca3c8"),
}
_LIGHT: Mapping[Tone, Style] = {
    "plain": Style(),
    "strong": Style(bold=True),
    "dim": Style(color="#5b616b"),
    "good": Style(color="#00694b"),
    "bad": Style(color="#a83f00", bold=True),
    "busy": Style(color="#005c92"),
    "wait": Style(color="#7a5200"),
    "mark": Style(color="#8c3d6f"),
}

STATE_TONES: Mapping[TaskState, Tone] = {
    "pending": "dim",
    "ready": "plain",
    "held": "wait",
    "working": "busy",
    "checking": "busy",
    "parked": "wait",
    "queued": "busy",
    "landed": "good",
    "unchanged": "good",
    "failed": "bad",
    "blocked": "bad",
    "skipped": "dim",
}
RUN_TONES: Mapping[str, Tone] = {
    "running": "busy",
    "paused": "wait",
    "waiting": "mark",
    "stopped": "wait",
    "incomplete": "bad",
    "done": "good",
}


def style_of(tone: Tone, *, dark: bool) -> Style:
    """Return the style of a tone on a dark or a light screen."""
    return (_DARK if dark else _LIGHT)[tone]
