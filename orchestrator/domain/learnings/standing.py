"""What verdicts have made of a learning so far."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from orchestrator.domain.learnings.learning import Learning

LearningStatus: TypeAlias = Literal["candidate", "trusted", "retired", "quarantined"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A learning and how it stands.

    `told` counts the attempts that were given it or found it. `helpful` counts those accepted after
    an earlier failure with its signature, `harmful` those that failed with it all the same, `clean`
    those accepted that never met it. `credit` is what a person's word adds, in helpful attempts.
    `seen` counts how often it was offered, `revision` how often this standing has changed: of two,
    the later one counts. `reason` says why it is retired or quarantined.
    """

    learning: Learning
    status: LearningStatus = "candidate"
    told: int = 0
    helpful: int = 0
    harmful: int = 0
    clean: int = 0
    credit: int = 0
    seen: int = 1
    revision: int = 0
    reason: str = ""
