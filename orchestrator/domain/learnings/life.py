"""What a verdict, or a person, makes of a learning: the only ways from one status to another.

No model judges. An attempt that was told a learning votes by how it ended: see decision 19.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Literal, TypeAlias

from orchestrator.domain.attempt import AttemptOutcome
from orchestrator.domain.learnings.learning import Learning
from orchestrator.domain.learnings.standing import LearningStatus, Standing

Vote: TypeAlias = Literal["helpful", "harmful", "clean", "none"]

CLEAN_WORTH = 3
"""How many attempts that never met the failure say as much as one that got over it."""
VAGUE_HARM = 2
"""How many rejections speak against a vague learning as one failure with its signature speaks
against another: they may have had any cause."""
_SAYS_NOTHING = "exit code ‹n›"
"""How the signature of a check ends that gave no other reason."""
CREDIT = 3
"""How many helpful attempts a person's word is worth."""
MOST_TRIES = 10
"""After how many attempts a candidate that has proved nothing is retired."""

TOLD: frozenset[LearningStatus] = frozenset({"candidate", "trusted"})
"""Of which attempts may be told at all."""

_COUNTS: frozenset[AttemptOutcome] = frozenset({"accepted", "rejected", "unchanged", "blocked"})


def counts(outcome: AttemptOutcome) -> bool:
    """Say whether an attempt was one: a limit or a broken environment says nothing of anybody."""
    return outcome in _COUNTS


def vote(
    learning: Learning, outcome: AttemptOutcome, before: Collection[str], now: Collection[str]
) -> Vote:
    """Return what an attempt says of a learning that it was told.

    `before` are the signatures of the failures that its task had met earlier, `now` those that this
    attempt met.
    """
    sign = learning.signature
    if outcome == "accepted":
        return "helpful" if (sign in before if sign else before) else "clean"
    if outcome == "rejected" and (sign in now or not sign):
        return "harmful"
    return "none"


def judged(standing: Standing, said: Vote) -> Standing:
    """Return how a learning stands after one more attempt that was told."""
    counted = replace(
        standing,
        told=standing.told + 1,
        helpful=standing.helpful + (said == "helpful"),
        harmful=standing.harmful + (said == "harmful"),
        clean=standing.clean + (said == "clean"),
    )
    if standing.status not in TOLD:
        return counted
    if harm(counted) and harm(counted) >= worth(counted):
        failed = f"{counted.harmful} of {counted.told} attempts failed in spite of it"
        return replace(counted, status="retired", reason=failed)
    if standing.status == "candidate" and worth(counted):
        return replace(counted, status="trusted")
    if standing.status == "candidate" and counted.told >= MOST_TRIES:
        return replace(counted, status="retired", reason=f"{counted.told} attempts proved nothing")
    return counted


def voted(before: Standing, now: Standing) -> Vote:
    """Return the vote that led from one standing of a learning to the next."""
    votes: tuple[Vote, ...] = ("helpful", "harmful", "clean")
    return next((one for one in votes if getattr(before, one) < getattr(now, one)), "none")


def worth(standing: Standing) -> int:
    """Return what speaks for a learning, in helpful attempts."""
    return standing.helpful + standing.clean // CLEAN_WORTH + standing.credit


def harm(standing: Standing) -> int:
    """Return what speaks against a learning, in helpful attempts."""
    return standing.harmful // (VAGUE_HARM if is_vague(standing.learning) else 1)


def is_vague(learning: Learning) -> bool:
    """Say whether a learning is about no failure in particular, or one that has no word for it."""
    return not learning.signature or learning.signature.endswith(_SAYS_NOTHING)


def trusted(standing: Standing) -> Standing:
    """Return how a learning stands that a person vouches for: what it has done wrong is made up."""
    short = max(0, harm(standing) - worth(replace(standing, credit=0)))
    return replace(standing, status="trusted", credit=short + CREDIT, reason="")


def retired(standing: Standing, reason: str) -> Standing:
    """Return how a learning stands that a person has taken out."""
    return replace(standing, status="retired", reason=reason)
