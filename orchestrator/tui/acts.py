"""What a person can ask for in the dashboard: the keys, the words, what they are about."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from textual.binding import Binding

ActName: TypeAlias = Literal[
    "pause",
    "concurrency",
    "retry",
    "skip",
    "hold",
    "approve",
    "stop",
    "go_on",
    "trust",
    "retire",
    "teach",
]


@dataclass(frozen=True, slots=True)
class Act:
    """One of them; `title` says it in a few words, `word` in one for the line of keys."""

    name: ActName
    key: str
    word: str
    title: str
    says: str


ACTS = (
    Act("pause", "p", "Pause", "Pause, or let go on", "no attempt starts; again: they do"),
    Act("retry", "r", "Retry", "Retry", "the task, its whole cluster, or all that failed"),
    Act("skip", "s", "Skip", "Skip the task", "leave it out, for a reason"),
    Act("hold", "h,H", "Hold", "Hold the task, or let it start", "it waits to be approved"),
    Act("approve", "a", "Approve", "Approve the checkpoint", "the run goes on beyond it"),
    Act("concurrency", "c", "Jobs", "Change the jobs", "how many attempts there are at once"),
    Act("stop", "S", "Stop", "Stop the run", "it can be gone on with at any time"),
    Act("go_on", "R", "Go on", "Go on with the run", "set a process to work on it"),
)
ABOUT_LEARNINGS = (
    Act("trust", "t", "Trust", "Trust the learning", "attempts are told, until verdicts object"),
    Act("retire", "x", "Retire", "Retire the learning", "no attempt is told any more"),
    Act("teach", "n", "New", "Add a learning", "attempts are told what you write"),
)
"""Those that only the view of the learnings has keys for."""
ALWAYS: frozenset[ActName] = frozenset({"retry", "skip"})
AT_TIMES: frozenset[ActName] = frozenset({"pause", "approve", "stop", "go_on"})
"""Those that stand in the line of keys where they apply; the rest has no room there."""


def bindings() -> list[Binding]:
    """Return the keys.

    One that is not offered at the moment can be pressed all the same: it says why not.
    """
    shown = [_binding(act, "offer", show=True) for act in ACTS if act.name in ALWAYS | AT_TIMES]
    return [*shown, *(_binding(act, "act", show=False) for act in ACTS)]


def quiet(*names: ActName) -> list[Binding]:
    """Return the keys of acts that a view has no room to show, or that are seldom meant there."""
    return [_binding(act, "app.act", show=False) for act in ACTS if act.name in names]


def bindings_about_learnings() -> list[Binding]:
    """Return the keys of the view of the learnings."""
    return [_binding(act, "app.act", show=True) for act in ABOUT_LEARNINGS]


def _binding(act: Act, action: str, *, show: bool) -> Binding:
    return Binding(act.key, f"{action}('{act.name}')", act.word, show=show, tooltip=act.says)
