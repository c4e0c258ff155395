"""Handing a review back: what is open on a pull request becomes a task of the run."""

from collections.abc import Sequence
from dataclasses import dataclass

from orchestrator.application.reviews.arrange import Review
from orchestrator.domain.events import CommandAccepted, Event
from orchestrator.domain.pulls import Pull
from orchestrator.domain.reviewing import left_out, to_hand_on, told
from orchestrator.domain.slices import SliceOptions
from orchestrator.errors import InvalidInputError, UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedBack:
    """What a person's command `address` says: the slice's tasks, the note, the remarks' keys.

    `left_out` says which remarks are not in it, and why.
    """

    pull: Pull
    tasks: tuple[str, ...]
    note: str
    remarks: tuple[str, ...]
    left_out: str


def address(
    review: Review, options: SliceOptions, events: Sequence[Event], number: int
) -> HandedBack:
    """Read what is asked for on a pull request of the run.

    Raises:
        UsageError: it is none of the run's, or nothing is asked for.
        InvalidInputError: its branch belongs to no slice any more.
    """
    pull = _pull(review, number)
    slices = {one.built.branch: one.built.slice for one in review.pulls.preview(options)}
    if pull.branch not in slices:
        raise InvalidInputError(
            f"{pull.branch} is in no slice any more", hint="close that pull request"
        )
    handed = frozenset(
        key
        for event in events
        if isinstance(event, CommandAccepted) and event.action == "address"
        for key in event.remarks
    )
    remarks = review.forge.remarks(pull)
    chosen, others = to_hand_on(remarks, handed), left_out(remarks, handed)
    if not chosen:
        raise UsageError(
            f"nothing new is asked for on {pull.url}" + (f": {others}" if others else ""),
            hint="leafcut retry, when a task that had it before has failed" if others else "",
        )
    return HandedBack(
        pull=pull,
        tasks=tuple(commit.task for commit in slices[pull.branch].commits),
        note=told(chosen, pull.number, pull.url),
        remarks=tuple(one.key for one in chosen),
        left_out=others,
    )


def _pull(review: Review, number: int) -> Pull:
    found = {pull.number: pull for pull in review.forge.pulls(sorted(review.remembered()))}
    pull = found.get(number)
    if pull is None:
        there = ", ".join(f"#{one}" for one in sorted(found)) or "none"
        raise UsageError(
            f"#{number} is no pull request of this run; there are: {there}",
            hint=f"leafcut prs address {number} RUN, if it is another run's",
        )
    if pull.state != "open":
        raise UsageError(f"#{number} is {pull.state}", hint="reopen it first")
    return pull
