"""One thing that is wrong with a run, and what a person can do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["fails", "needs you", "odd", "waits"]
"""`fails`: something does not work and will not by itself. `needs you`: only a person can let it go
on. `odd`: it goes on, and should be looked at. `waits`: it goes on by itself, later."""

SEVERITY_GLYPHS: Mapping[Severity, str] = {"fails": "✗", "needs you": "◆", "odd": "⚠", "waits": "◷"}
"""The sign of each, the worst first."""
URGENT: frozenset[Severity] = frozenset({"fails", "needs you"})
"""What does not go on without a person."""

_RANKS: Mapping[Severity, int] = {severity: rank for rank, severity in enumerate(SEVERITY_GLYPHS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem; `key` is the same as long as it is the same problem.

    `what` and `why` are a line each. `since` is in seconds since the epoch, None where nobody
    knows. `tasks` are those that it is about, none where that is the whole run; `behind` are those
    that wait for them and will not start. One that is `mute` does not say why. `advice` says what
    to do, `press` is the key for it, empty where the dashboard has none.
    """

    key: str
    severity: Severity
    what: str
    why: str = ""
    since: float | None = None
    tasks: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    mute: bool = False
    press: str = ""
    advice: str = ""

    @property
    def rank(self) -> tuple[int, bool, bool, int]:
        """What to sort by: the worst kind, the whole run before tasks, what says why, how many."""
        concerned = len(self.tasks) + len(self.behind)
        return (_RANKS[self.severity], concerned > 0, self.mute, -concerned)
