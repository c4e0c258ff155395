"""Landings, and the integration head looked at as a whole."""

from dataclasses import dataclass
from typing import Literal

from orchestrator.domain.verdict import CheckResult, Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingStarted:
    """Accepted change sets are about to be combined on `head`, in this order.

    Its idempotency key is the head: the branch moves from there once, by compare-and-swap.
    """

    batch: int
    head: str
    tasks: tuple[str, ...]
    event: Literal["landing_started"] = "landing_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingLooked:
    """What the checks said of one commit of a batch that is not green as a whole.

    `at` counts from 1 to `of`, the batch's combined commits; `commit` is the one there, of `task`.
    Told from the first red look of a batch on, so that a green batch costs no event.
    """

    batch: int
    at: int
    of: int
    task: str
    commit: str
    green: bool
    event: Literal["landing_looked"] = "landing_looked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A task's commit on the integration branch.

    `checked` is the commit whose tree the checks saw: this one, or the last of its batch.
    `checks` is what they said of it; empty where the landing says it of the whole batch, and where
    a killed process left no word of it.
    """

    task: str
    commit: str
    checked: str
    files: tuple[str, ...]
    checks: tuple[CheckResult, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBack:
    """A task that did not land; no attempt is spent. `checks` are those that were red."""

    task: str
    reason_code: Literal["conflict", "red_landing"]
    reason: str
    failures: tuple[Failure, ...] = ()
    checks: tuple[CheckResult, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingEnded:
    """What came of a landing. Tasks of the batch named nowhere here stay in the queue.

    `unseen` says that a killed process landed them: what its checks said is lost.
    """

    batch: int
    head: str
    landed: tuple[Landed, ...] = ()
    sent_back: tuple[SentBack, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    unseen: bool = False
    event: Literal["landing_ended"] = "landing_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadCheckStarted:
    """All checks are about to look at the integration head; `head` is the check's key."""

    head: str
    event: Literal["head_check_started"] = "head_check_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverted:
    """A landed commit that made the head red, and the commit that takes it back.

    `checks` are those that were red with it.
    """

    task: str
    commit: str
    revert: str
    checks: tuple[CheckResult, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadChecked:
    """What all checks say of the head, after reverts on top of it where it was red.

    `fault` says why a red head could not be brought back to green; nothing was reverted then.
    """

    head: str
    reverted: tuple[Reverted, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    fault: str = ""
    event: Literal["head_checked"] = "head_checked"
