"""Closing what a run has opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchestrator.application.reviews.arrange import Review
from orchestrator.application.slices.publish import HEADS
from orchestrator.domain.pulls import Pull


@dataclass(frozen=True, slots=True)
class Closed:
    """The pull requests that were closed, and the branches that were deleted."""

    pulls: tuple[Pull, ...]
    branches: tuple[str, ...] = ()


def close(review: Review, why: str, *, delete_branches: bool) -> Closed:
    """Close a run's open pull requests, the highest first, with a word of why.

    Branches stay, unless they are to be deleted; one that was moved by someone else always does.
    What another run has taken over is that one's.
    """
    refs = review.forge.refs()
    branches = [one for one in sorted(review.remembered()) if not _is_anothers(review, refs, one)]
    pulls = [one for one in review.forge.pulls(branches) if one.state == "open"]
    pulls.sort(key=lambda pull: -pull.number)
    for pull in pulls:
        review.forge.close(pull, why)
    return Closed(tuple(pulls), _deleted(review, branches) if delete_branches else ())


def _is_anothers(review: Review, refs: Mapping[str, str], branch: str) -> bool:
    """Say whether another run has taken a branch over, and with it the pull request."""
    ref, pulls = HEADS + branch, review.pulls
    here = refs.get(ref)
    if here is None or here == pulls.repository.head(pulls.memory(ref)):
        return False
    return pulls.claims(ref, here) is not None


def _deleted(review: Review, branches: Sequence[str]) -> tuple[str, ...]:
    refs, pulls = review.forge.refs(), review.pulls
    there = {ref: refs[ref] for ref in (HEADS + branch for branch in branches) if ref in refs}
    own = {
        ref: oid for ref, oid in there.items() if pulls.repository.head(pulls.memory(ref)) == oid
    }
    review.forge.push({ref: (oid, None) for ref, oid in own.items()})
    return tuple(ref.removeprefix(HEADS) for ref in own)
