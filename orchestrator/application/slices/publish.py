"""Publishing: which refs of the target repository a stack of slices moves, and from where."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from orchestrator.application.slices.collate import BuiltSlice
from orchestrator.errors import InvalidInputError
from orchestrator.ports.repository import Repository

PublicationState: TypeAlias = Literal["new", "update", "unchanged", "taken", "moved"]
WriteRefs = Callable[[Mapping[str, tuple[str, str | None]]], None]
"""Sets all of the refs, each to (new commit, the commit it must be at or None), or none."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Another run that published a branch where it is now, and whether it began before this one."""

    run: str
    older: bool


Claims = Callable[[str, str], Claim | None]
"""Gives the other run that left a ref (full name) at a commit, if any did."""


def unclaimed(ref: str, commit: str) -> Claim | None:  # noqa: ARG001 - nobody claims anything
    """Return what `Claims` give where this is the only run."""
    return None


Memory = Callable[[str], str]
"""Gives the ref of a run's canonical repository that holds where the run left a ref elsewhere."""


def published(ref: str) -> str:
    """Return where a run remembers at which commit it left a ref of the target repository."""
    return f"refs/leafcut/published/{_own(ref)}"


def pushed(ref: str) -> str:
    """Return where a run remembers at which commit it left a ref of a forge."""
    return f"{PUSHED}{_own(ref)}"


PUSHED = "refs/leafcut/pushed/"


HEADS = "refs/heads/"


def _intended(remembered: str) -> str:
    """Return where a run notes what it is about to write, beside where it remembers it.

    One that dies before it can remember, or never hears the answer, knows its own commit by that.
    """
    return f"refs/leafcut/intended/{remembered.removeprefix('refs/leafcut/')}"


def _own(ref: str) -> str:
    return ref.removeprefix("refs/heads/leafcut/").removeprefix("refs/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What publishing does to one ref: it goes from `old` (None: not there) to `new`.

    It is a slice's branch or the run's notes. `moved` means that it is not where this run left it:
    not to be touched. `taken` is one that still is exactly where an older run left it. `owner` is
    that other run, if one is known; `remembered` is where this run left it.
    """

    ref: str
    new: str
    old: str | None
    state: PublicationState
    remembered: str | None
    owner: str = ""


def publications(
    slices: Sequence[BuiltSlice],
    repository: Repository,
    branches: Mapping[str, str],
    claims: Claims = unclaimed,
    memory: Memory = published,
) -> tuple[Publication, ...]:
    """Return what publishing would do, slice by slice.

    `branches` are those of the target repository by full ref name; what Leafcut wrote last is
    remembered in the canonical repository.
    """
    found = []
    for built in slices:
        ref = HEADS + built.branch
        found.append(_publication(ref, branches.get(ref), built.tip, repository, claims, memory))
    return tuple(found)


def note_publication(
    ref: str, new: str, repository: Repository, here: str | None, memory: Memory = published
) -> Publication:
    """Return what publishing does to the notes; `here` is where the target repository has them."""
    return _publication(ref, here, new, repository, unclaimed, memory)


def _publication(
    ref: str,
    here: str | None,
    new: str,
    repository: Repository,
    claims: Claims,
    memory: Memory,
) -> Publication:
    remembered = repository.head(memory(ref))
    old = remembered
    if here not in {None, old} and here == repository.head(_intended(memory(ref))):
        old = here
    state = _state(here, old, new)
    claim = claims(ref, here) if here and state == "moved" else None
    taken = claim is not None and claim.older
    return Publication(
        ref=ref,
        new=new,
        old=here if taken else old,
        state="taken" if taken else state,
        remembered=remembered,
        owner=claim.run if claim else "",
    )


def publish(
    wanted: Sequence[Publication],
    repository: Repository,
    write: WriteRefs,
    memory: Memory = published,
) -> None:
    """Write the branches and notes, all or none, and remember where they were left.

    Raises:
        InvalidInputError: a branch is not where Leafcut left it; nothing was written.
    """
    for pub in wanted:
        if pub.owner and pub.state == "moved":
            raise InvalidInputError(
                f"{pub.ref} is where run {pub.owner} published it; nothing was written",
                hint=f"git branch -D {pub.ref.removeprefix(HEADS)} lets this run have it",
            )
    for pub in wanted:
        if pub.new != pub.remembered:
            note = _intended(memory(pub.ref))
            repository.move(note, pub.new, repository.head(note))
    write({pub.ref: (pub.new, pub.old) for pub in wanted})
    for pub in wanted:
        was = pub.remembered
        if pub.new != was and not repository.move(memory(pub.ref), pub.new, was):
            message = f"another process publishes {pub.ref} of the same run"
            raise RuntimeError(message)


def left_over(
    wanted: Sequence[Publication],
    repository: Repository,
    branches: Mapping[str, str],
    memory: Memory = published,
) -> tuple[str, ...]:
    """Return the refs that this run wrote before and that are in no slice any more, sorted."""
    refs = {pub.ref for pub in wanted}
    return tuple(
        ref
        for ref in sorted(branches)
        if ref not in refs and repository.head(memory(ref)) == branches[ref]
    )


def _state(here: str | None, old: str | None, new: str) -> PublicationState:
    if here == new:
        return "unchanged"
    if here != old:
        return "moved"
    return "new" if here is None else "update"
