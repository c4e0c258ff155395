"""Where one task of a run stands."""

from dataclasses import dataclass, fields
from typing import Any

from orchestrator.domain.attempt import AttemptResult
from orchestrator.domain.lifecycle import TaskState
from orchestrator.domain.verdict import Failure, Verdict

NOT_BY_A_PERSON = frozenset({"gone", "absorbed"})
"""Why a task was skipped, when that was nobody's wish."""


@dataclass(frozen=True, kw_only=True)
class TaskStatus:
    """Where one task stands.

    `attempts` counts all tries, `agent_attempts` those of the agent that is on (`agent_index` in
    the policy's ladder). `candidate` is the accepted commit that waits for landing, `commit` the
    landed one. `refused` holds the hashes of change sets that were turned down: offering one again
    ends the agent's turn. `seed` is the commit of the change set that the next attempt starts from,
    `own_files` what the task had before propagation gave it more files; empty if it did not.
    `agent` and `note` are a person's: who does it instead of the ladder, and what the agent is
    told. `worked_s` is how long its attempts took, in seconds. `overloads` counts how often its
    agent's model was overloaded since an attempt was last judged; `hand_off` and `history` are
    what the next attempt is told of those before. `met` has the signatures of the failures that its
    attempts have met. `rejected` is the commit that `verdict` is about. `objections` are what was
    last held against a change set; an attempt that offers nothing leaves them as they are.
    """

    state: TaskState
    attempts: int = 0
    agent_index: int = 0
    agent_attempts: int = 0
    sent_back: int = 0
    token: str = ""
    candidate: AttemptResult | None = None
    commit: str | None = None
    files: tuple[str, ...] = ()
    verdict: Verdict | None = None
    rejected: str | None = None
    refused: frozenset[str] = frozenset()
    residue: int | None = None
    changed_lines: int = 0
    reason: str = ""
    reason_code: str = ""
    blocked_by: tuple[str, ...] = ()
    agent: str = ""
    note: str = ""
    worked_s: float = 0.0
    tokens: int = 0
    cost_usd: float = 0.0
    seed: str | None = None
    own_files: tuple[str, ...] = ()
    overloads: int = 0
    hand_off: str = ""
    history: tuple[str, ...] = ()
    met: frozenset[str] = frozenset()
    objections: tuple[Failure, ...] = ()

    def having(self, **changes: Any) -> "TaskStatus":
        """Return this with some fields changed.

        `dataclasses.replace` does the same in seven times the time, and folding the journal of a
        large run takes some 100,000 of these.

        Raises:
            TypeError: there is no such field.
        """
        if unknown := changes.keys() - _FIELDS:
            message = f"a task's status has no {', '.join(sorted(unknown))}"
            raise TypeError(message)
        other = object.__new__(TaskStatus)
        vars(other).update(vars(self), **changes)
        return other


_FIELDS = frozenset(field.name for field in fields(TaskStatus))
