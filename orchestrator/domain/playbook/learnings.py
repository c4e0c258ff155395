"""What the attempts of a run share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from orchestrator.domain.learnings.learning import Reach
from orchestrator.domain.strict import Strict

Sharing: TypeAlias = Literal["none", "transcripts", "file", "shared", "messages"]
Exchanged: TypeAlias = Literal["learnings", "messages"]
"""What agents exchange while they work."""

_EXCHANGES: Mapping[Sharing, frozenset[Exchanged]] = {
    "shared": frozenset({"learnings"}),
    "messages": frozenset({"learnings", "messages"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnings(Strict):
    """How attempts learn from each other.

    `strategy`: nothing at all; everything that others said (`transcripts`); one Markdown file that
    agents edit (`file`); learnings that have earned their place (`shared`); those and direct
    `messages`. `max_tokens` bounds what is put into a prompt. `scope: playbook` lets trusted
    learnings reach other runs of the playbook on the same Redis server.
    """

    strategy: Sharing = "shared"
    max_tokens: int = 1500
    scope: Reach = "run"

    def __post_init__(self) -> None:
        """Refuse a bound that no learning fits in."""
        if self.max_tokens < 1:
            message = "max_tokens must be at least 1; strategy: none shares nothing"
            raise ValueError(message)

    @property
    def exchanges(self) -> frozenset[Exchanged]:
        """What agents exchange while they work."""
        return _EXCHANGES.get(self.strategy, frozenset())

    @property
    def from_verdicts(self) -> bool:
        """Whether verdicts make lessons by themselves."""
        return self.strategy not in {"none", "transcripts"}
