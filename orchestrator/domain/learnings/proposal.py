"""A proposed change to a playbook's prompt, as values: each line, and the verdicts behind it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from orchestrator.domain.learnings.distil import worth_a_line
from orchestrator.domain.learnings.ledger import Ledger
from orchestrator.domain.learnings.life import Vote
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.unified import unified

Action: TypeAlias = Literal["add", "remove"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """An attempt that spoke for or against a learning; `commit` is its change set, if any."""

    says: Vote
    task: str
    attempt: int
    commit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that is added or taken out, and why. `words` are without their mark.

    `phrased` says that they are an agent's, not the learning's own.
    """

    action: Action
    words: str
    standing: Standing
    verdicts: tuple[Spoken, ...] = ()
    phrased: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """A file of the playbook's folder, before (None: it is not there) and after."""

    name: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a person may accept.

    `untold` counts what is proven and is left out: there is no room, or its words are there.
    """

    lines: tuple[Line, ...] = ()
    changes: tuple[FileChange, ...] = ()
    untold: int = 0

    @property
    def diff(self) -> str:
        """The change as a unified diff, to be applied in the playbook's folder."""
        return "".join(unified(one.name, one.before, one.after) for one in self.changes)

    def unproven(self, ledger: Ledger, now: float) -> list[str]:
        """Return the ids of lines that what was learned since speaks against.

        `now` is in seconds since the epoch.
        """
        worthy = {one.learning.id for one in worth_a_line(ledger, now)}
        added = (one.standing.learning.id for one in self.lines if one.action == "add")
        return [name for name in added if name not in worthy]
