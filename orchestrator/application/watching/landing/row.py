"""One line of what the merge queue does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from orchestrator.application.watching.follow import Look

LandingState: TypeAlias = Literal[
    "checking", "green", "red", "suspect", "queued", "landed", "sent back", "cut off"
]
"""How a task of a batch, one in the queue, or a landing stands; `cut off`: its process died."""
LANDING_GLYPHS: Mapping[LandingState, str] = {
    "checking": "◑",
    "green": "✓",
    "red": "✗",
    "suspect": "?",
    "queued": "◕",
    "landed": "✓",
    "sent back": "↩",
    "cut off": "■",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingRow:
    """One line. A `head` stands above others and has a word for a `state`.

    `at` is when it happened, in seconds since the epoch; `seconds` is how long it took, or has been
    waited for. `task` is empty where the line is about several.
    """

    what: str
    state: LandingState | None = None
    head: str = ""
    agent: str = ""
    lines: int | None = None
    at: float | None = None
    seconds: float | None = None
    why: str = ""
    task: str = ""


def task_row(look: Look, task: str, state: LandingState, why: str) -> LandingRow:
    """Return a task's line; it has waited since its last attempt ended."""
    latest = look.timeline.latest(task)
    since = latest.ended if latest else None
    return LandingRow(
        state=state,
        what=look.run.by_id[task].title,
        agent=latest.agent if latest else look.run.agent_of(task),
        lines=latest.result.changed_lines if latest and latest.result else None,
        seconds=look.now - since if since is not None else None,
        why=why,
        task=task,
    )
