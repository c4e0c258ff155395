"""Has a forge be as it was arranged. Killed at any moment, it goes on when it is run again.

First what exists is given its new base, so that nobody closes it by deleting the old one; then
branches and receipts are pushed, all or none; then pull requests are opened, the lowest of a stack
first; then every page is brought up to date, which by now can name the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from orchestrator.application.pages.body import Links
from orchestrator.application.reviews.arrange import Arranged, Arrangement, Review
from orchestrator.application.slices.collate import Check
from orchestrator.application.slices.publish import HEADS
from orchestrator.domain.pulls import Pull, PullDraft


def perform(review: Review, arranged: Arrangement, check: Check) -> Arrangement:
    """Return the arrangement with its pull requests as they are then.

    Raises:
        LeafcutError: the forge does not let us, or a branch moved meanwhile; see `Forge`.
    """
    live = [one for one in arranged.slices if one.live]
    based = {one.branch: _retargeted(review, arranged, one) for one in arranged.slices}
    pulls = {one.branch: based[one.branch] for one in live}
    _remember(review, arranged)
    _push(review, live, check)
    drafts = _drafts(review, arranged, _links(arranged, pulls))
    for one in live:
        if pulls[one.branch] is None or not _whole(pulls[one.branch], drafts[one.branch]):
            pulls[one.branch] = review.forge.open(drafts[one.branch])
    last = _drafts(review, arranged, _links(arranged, pulls))
    made = {
        branch: pull if pull.is_as(last[branch]) else review.forge.change(pull, last[branch])
        for branch, pull in pulls.items()
        if pull is not None
    }
    slices = [replace(one, pull=made.get(one.branch, one.pull)) for one in arranged.slices]
    return replace(arranged, slices=tuple(slices))


def _retargeted(review: Review, arranged: Arrangement, one: Arranged) -> Pull | None:
    """Give an open pull request the base that it is to have, if that is there already.

    One that is left alone gets another only where its own is merged and may be deleted.
    """
    pull, base = one.pull, _base(arranged, one)
    there = base == arranged.seen.main or HEADS + base in arranged.seen.refs
    if pull is None or pull.state != "open" or pull.base == base or not there:
        return pull
    if not one.live and not arranged.seen.in_main(pull.base):
        return pull
    same = PullDraft(branch=pull.branch, base=base, title=pull.title, body=pull.body)
    return review.forge.change(pull, same)


def _base(arranged: Arrangement, one: Arranged) -> str:
    return one.wanted.built.below or arranged.seen.main


def _remember(review: Review, arranged: Arrangement) -> None:
    """Note on which commit of main stacks stand, before any branch does."""
    repository = review.pulls.repository
    for ref, commit in arranged.stands.items():
        was = repository.head(ref)
        if was != commit and not repository.move(ref, commit, was):
            message = f"another process moves {ref} of the same run"
            raise RuntimeError(message)


def _push(review: Review, live: Sequence[Arranged], check: Check) -> None:
    if live:
        wanted = [one.wanted for one in live]
        review.pulls.publish(wanted, review.pulls.receipts(wanted, check))


def _whole(pull: Pull | None, draft: PullDraft) -> bool:
    """Say whether opening it had come to its end: labels are what it ends with."""
    return pull is not None and (not draft.labels or bool(set(draft.labels) & set(pull.labels)))


def _links(arranged: Arrangement, pulls: Mapping[str, Pull | None]) -> Links:
    found = {**arranged.seen.pulls, **{b: pull for b, pull in pulls.items() if pull is not None}}
    return {branch: (pull.number, pull.url) for branch, pull in found.items()}


def _drafts(review: Review, arranged: Arrangement, links: Links) -> dict[str, PullDraft]:
    """Return what each pull request is to be; pages show merged slices, too."""
    by_branch = {one.branch: one.wanted for one in arranged.slices}
    shown = [by_branch.get(pull.built.branch, pull) for pull in arranged.every]
    live = [one.wanted for one in arranged.slices if one.live]
    pages = review.pulls.pages(live, shown, links, review.forge.longest_body)
    texts = {pull.built.branch: page for pull, page in zip(live, pages, strict=True)}
    return {
        one.branch: PullDraft(
            branch=one.branch,
            base=_base(arranged, one),
            title=texts[one.branch].title,
            body=texts[one.branch].body,
            draft=review.draft,
            labels=(*one.wanted.built.slice.labels, *review.labels),
            reviewers=one.wanted.built.slice.owners,
        )
        for one in arranged.slices
        if one.live
    }


def judged(review: Review, arranged: Arrangement) -> Arrangement:
    """Return the arrangement with what reviewers and checks say of each open pull request."""
    slices = [
        replace(one, pull=review.forge.judged(one.pull))
        if one.pull is not None and one.pull.state == "open"
        else one
        for one in arranged.slices
    ]
    return replace(arranged, slices=tuple(slices))
