"""Opening what a bundle carries: which refs move, which pull requests there are to be.

The forge is looked at, nothing is remembered: the job that publishes is a new one each time. What
stands on a branch of Leafcut's may be moved only while a receipt there vouches for its tip, so a
person's commit on it is never lost.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from orchestrator.domain.bundle import Carried, Manifest, linked
from orchestrator.domain.opening import Decision, Place, Room, decide
from orchestrator.domain.pulls import Pull, PullDraft
from orchestrator.domain.receipt import notes_ref
from orchestrator.errors import InvalidInputError
from orchestrator.ports.forge import Forge

Owned = Callable[[str], bool]
"""Says whether a commit, which a branch is at, is one that a receipt there vouches for."""
Leads = Callable[[str, str], bool]
"""Says whether a commit is an ancestor of another, or the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A slice and what became of it."""

    slice: Carried
    decision: Decision
    pull: Pull | None = None

    def facts(self) -> dict[str, object]:
        """Return what programs may read."""
        return {
            "branch": self.slice.branch,
            "tip": self.slice.tip,
            "title": self.slice.title,
            "state": self.decision.fate,
            "reason": self.decision.why,
            "number": self.pull.number if self.pull else None,
            "url": self.pull.url if self.pull else "",
        }


def moves(
    manifest: Manifest,
    live: Sequence[Carried],
    refs: Mapping[str, str],
    owned: Owned,
    leads: Leads,
) -> dict[str, tuple[str | None, str]]:
    """Return where refs go, each from where it is: those of slices, and of the receipts.

    Raises:
        InvalidInputError: a branch is where somebody else put it, or so are the receipts.
    """
    wanted = {one.ref: one.tip for one in live}
    for ref, tip in wanted.items():
        here = refs.get(ref)
        if here not in {None, tip} and not owned(here or ""):
            raise InvalidInputError(
                f"{ref} was moved by someone else; nothing was published",
                hint="look at what is there, then rename that branch or delete it",
            )
    notes = notes_ref(manifest.run)
    here = refs.get(notes)
    if here is not None and not leads(here, manifest.receipts):
        raise InvalidInputError(
            f"{notes} has receipts that this bundle lacks; nothing was published",
            hint="was an older bundle given? make it again",
        )
    wanted[notes] = manifest.receipts
    return {ref: (refs.get(ref), new) for ref, new in wanted.items() if refs.get(ref) != new}


def deliver(
    manifest: Manifest, forge: Forge, owned: Owned, leads: Leads, room: Room
) -> tuple[Delivered, ...]:
    """Push branches and receipts, all or none, and see that their pull requests are there.

    Killed at any moment, it goes on when it is run again.

    Raises:
        LeafcutError: the forge does not let us, or a branch is not Leafcut's any more.
    """
    slices = manifest.slices
    main, _ = forge.main()
    refs = forge.refs()
    pulls = {pull.branch: pull for pull in forge.pulls([one.branch for one in slices])}
    decided = _decided(slices, pulls, refs, room)
    live = [one for one in slices if decided[one.branch].fate in {"kept", "opened"}]
    bases = {one.branch: _base(one, decided, main) for one in slices}
    _retarget(forge, live, pulls, bases)
    forge.push(dict(moves(manifest, live, refs, owned, leads)))
    for one in live:
        if one.branch not in pulls or pulls[one.branch].state != "open":
            pulls[one.branch] = forge.open(_draft(one, slices, pulls, bases))
    for one in live:
        draft = _draft(one, slices, pulls, bases)
        if not pulls[one.branch].is_as(draft):
            pulls[one.branch] = forge.change(pulls[one.branch], draft)
    return tuple(
        Delivered(slice=one, decision=decided[one.branch], pull=pulls.get(one.branch))
        for one in slices
    )


def _decided(
    slices: Sequence[Carried], pulls: Mapping[str, Pull], refs: Mapping[str, str], room: Room
) -> dict[str, Decision]:
    merged = {one.branch for one in slices if _state(pulls, one.branch) == "merged"}
    places = [
        Place(
            branch=one.branch,
            below="" if one.stands_on in merged else one.stands_on,
            owners=one.reviewers,
            pull=pulls.get(one.branch),
            hindrance=_hindrance(one, merged, refs),
        )
        for one in slices
        if one.branch not in merged
    ]
    done = Decision("closed", "merged")
    return {**dict.fromkeys(merged, done), **decide(places, room)}


def _hindrance(one: Carried, merged: set[str], refs: Mapping[str, str]) -> str:
    """Say why a new state of a slice cannot be pushed any more: what it stands on is merged."""
    if one.stands_on not in merged or refs.get(one.ref) == one.tip:
        return ""
    return f"stands on {one.stands_on}, which is merged; leafcut update the run, bundle it again"


def _state(pulls: Mapping[str, Pull], branch: str) -> str:
    return pulls[branch].state if branch in pulls else ""


def _base(one: Carried, decided: Mapping[str, Decision], main: str) -> str:
    below = decided.get(one.stands_on)
    return one.stands_on if below is not None and below.why != "merged" else main


def _retarget(
    forge: Forge, live: Sequence[Carried], pulls: dict[str, Pull], bases: Mapping[str, str]
) -> None:
    """Give open pull requests their new base before the old one can be deleted."""
    for one in live:
        pull = pulls.get(one.branch)
        if pull is None or pull.state != "open" or pull.base == bases[one.branch]:
            continue
        if bases[one.branch] in {other.branch for other in live}:
            continue
        same = PullDraft(
            branch=pull.branch, base=bases[one.branch], title=pull.title, body=pull.body
        )
        pulls[one.branch] = replace(forge.change(pull, same), state="open")


def _draft(
    one: Carried,
    slices: Sequence[Carried],
    pulls: Mapping[str, Pull],
    bases: Mapping[str, str],
) -> PullDraft:
    numbers = {branch: pull.number for branch, pull in pulls.items()}
    return PullDraft(
        branch=one.branch,
        base=bases[one.branch],
        title=one.title,
        body=linked(one, slices, numbers),
        draft=one.draft,
        labels=one.labels,
        reviewers=one.reviewers,
    )
