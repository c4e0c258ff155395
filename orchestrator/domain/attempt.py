"""An attempt as data: what goes in and what comes out, with no handle to the engine inside."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from orchestrator.domain.headroom import Headroom
from orchestrator.domain.learnings.learning import Learning
from orchestrator.domain.plan import Task
from orchestrator.domain.verdict import Verdict

AttemptOutcome: TypeAlias = Literal[
    "accepted", "rejected", "unchanged", "environment", "limited", "overloaded", "blocked"
]
"""`limited` and `overloaded` say nothing of the task: its agent may not work now, or its model
cannot. `blocked` is the agent's word that it cannot do the task."""

NO_CHANGE = "no_change"
"""The code of an attempt that changed nothing though something was left to do."""

REPEATED = "repeated"
"""The code of a task whose last attempt was a change set that had been turned down already."""

UNSPENT: frozenset[AttemptOutcome] = frozenset({"limited", "overloaded"})
"""Outcomes after which the task is parked and no attempt is spent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What an attempt used; agents that cost nothing leave all at zero.

    `tokens` counts all of them, `cost_usd` what those with a known price cost. The other counts say
    what the tokens were: `input_tokens` leaves out what was read from a cache or written to one.
    `estimated_tokens` are those of `tokens` that nobody counted: their call ended before its model
    said. `unpriced` names the models whose price is not known, sorted.
    """

    tokens: int = 0
    cost_usd: float = 0.0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    estimated_tokens: int = 0
    unpriced: tuple[str, ...] = ()

    def plus(self, other: "Usage") -> "Usage":
        """Return both together."""
        return Usage(
            tokens=self.tokens + other.tokens,
            cost_usd=self.cost_usd + other.cost_usd,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cache_read_tokens=self.cache_read_tokens + other.cache_read_tokens,
            cache_write_tokens=self.cache_write_tokens + other.cache_write_tokens,
            estimated_tokens=self.estimated_tokens + other.estimated_tokens,
            unpriced=tuple(sorted({*self.unpriced, *other.unpriced})),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptSpec:
    """One try at a task by one agent, in a fresh context.

    `number` counts all attempts at the task from 1. `base` is the commit that the worktree shows
    at the start. `token` fences the attempt: a result that bears another one is refused.
    `last_verdict` is what rejected the attempt before, None for the first; `rejected` is the commit
    that it is about, None where there is none. `seed` is the commit of an earlier change set to
    start from, replayed on the base; it is dropped if it conflicts. `note`
    is what a person wants the agent to know, `hand_off` what the attempt before left word of;
    `history` has a line for each earlier attempt, the last ones only, `spent` is what all of them
    used. A `trial` never lands. `learnings` are what others found out, the most useful first.
    """

    run: str
    task: Task
    number: int
    agent: str
    base: str
    token: str
    last_verdict: Verdict | None = None
    rejected: str | None = None
    seed: str | None = None
    note: str = ""
    hand_off: str = ""
    history: tuple[str, ...] = ()
    spent: Usage = Usage()
    trial: bool = False
    learnings: tuple[Learning, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptResult:
    """What came of an attempt.

    `commit` is the pinned commit of the change set on top of the spec's base, None when nothing
    changed; `files` are the paths that it changed and that are still there. `residue` counts the
    occurrences left in the task's files. `reason` is one line for a person, `transcript` the name
    of the agent's output in the run's folder. `retry_at` is when a limited agent may work again, in
    seconds since the epoch, `hand_off` what the next attempt should know. `learnings` are the ids
    of those that it was given or found, `proposed` those that its verdicts make, `met` the
    signatures of the failures that its agent was told of meanwhile; `learning_tokens`
    estimates what was said of what others learned, at four characters a token. `tools` are the
    tools of Leafcut's that its agent really called, `offered` says whether it asked which there
    are, `headroom` what its model's maker said is left of limits.
    """

    task: str
    number: int
    token: str
    outcome: AttemptOutcome
    reason_code: str = ""
    reason: str = ""
    commit: str | None = None
    files: tuple[str, ...] = ()
    change_hash: str = ""
    changed_lines: int = 0
    residue: int | None = None
    verdict: Verdict = Verdict()
    usage: Usage = Usage()
    duration_s: float = 0.0
    transcript: str = ""
    retry_at: float | None = None
    hand_off: str = ""
    learnings: tuple[str, ...] = ()
    proposed: tuple[Learning, ...] = ()
    met: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    offered: bool = False
    learning_tokens: int = 0
    headroom: tuple[Headroom, ...] = ()
