"""What a person can ask for in the dashboard: the keys, the words, what they are about."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from textual.binding import Binding

ActName: TypeAlias = Literal[
    "pause", "concurrency", "retry", "skip", "hold", "approve", "stop", "go_on"
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
SHOWN: frozenset[ActName] = frozenset({"pause", "retry", "skip", "stop"})
"""Those that stand in the line of keys; the rest has no room there."""


def bindings() -> list[Binding]:
    """Return the keys."""
    return [
        Binding(act.key, f"act('{act.name}')", act.word, show=act.name in SHOWN, tooltip=act.says)
        for act in ACTS
    ]
