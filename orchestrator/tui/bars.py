"""Bars of progress made of characters that differ in shape as well as in tone."""

from collections.abc import Mapping, Sequence

from orchestrator.domain.lifecycle import BUSY, SATISFYING, TaskState
from orchestrator.tui.tones import Tone

_KINDS: Sequence[tuple[frozenset[TaskState], str, Tone]] = (
    (SATISFYING, "█", "good"),
    (BUSY | {"queued"}, "▓", "busy"),
    (frozenset({"parked", "held"}), "▒", "wait"),
    (frozenset({"failed", "blocked"}), "╳", "bad"),
    (frozenset({"pending", "ready"}), "─", "dim"),
)
"""What is done, goes on, waits for something, has failed and is still to do."""


def stacked(states: Mapping[TaskState, int], width: int) -> list[tuple[str, Tone]]:
    """Return a bar of `width` cells; whatever there is has a cell at least, where there is room."""
    counts = [sum(states.get(state, 0) for state in kind) for kind, _, _ in _KINDS]
    return [
        (sign * cells, tone)
        for cells, (_, sign, tone) in zip(_shares(counts, width), _KINDS, strict=True)
        if cells
    ]


def _shares(counts: Sequence[int], width: int) -> list[int]:
    """Divide cells by counts; what is too much is taken where most of it is."""
    total = sum(counts) or 1
    cells = [max(bool(count), round(width * count / total)) for count in counts]
    while sum(cells) > width:
        cells[cells.index(max(cells))] -= 1
    while 0 < sum(cells) < width:
        cells[counts.index(max(counts))] += 1
    return cells
