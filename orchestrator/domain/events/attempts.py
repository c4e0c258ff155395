"""Attempts: begun, at their checks, ended; agents that may work again."""

from dataclasses import dataclass
from typing import Literal

from orchestrator.domain.attempt import AttemptResult


def attempt_key(run: str, task: str, number: int, *, trial: bool = False) -> str:
    """Return an attempt's idempotency key, which is its fencing token, too.

    The number is durable before the attempt begins, so no two attempts ever share a key.
    """
    return f"{run}/{'trial' if trial else 'attempt'}/{task}/{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptStarted:
    """An agent is about to try; `token` is the attempt's key.

    A `trial` is made on the base commit, whatever its task depends on, and never lands. `learnings`
    are the ids of those that the agent is given.
    """

    task: str
    number: int
    agent: str
    base: str
    token: str
    trial: bool = False
    learnings: tuple[str, ...] = ()
    event: Literal["attempt_started"] = "attempt_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckingStarted:
    """The agent has ended and its change set is being judged."""

    task: str
    token: str
    event: Literal["checking_started"] = "checking_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptEnded:
    """What came of an attempt."""

    result: AttemptResult
    event: Literal["attempt_ended"] = "attempt_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unparked:
    """An agent may be started again: the limit that it met is over."""

    agent: str
    event: Literal["unparked"] = "unparked"
