"""Publishing: which refs of the target repository a stack of slices moves, and from where."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from orchestrator.application.collate import BuiltSlice
from orchestrator.ports.repository import Repository

PublicationState: TypeAlias = Literal["new", "update", "unchanged", "moved"]
WriteRefs = Callable[[Mapping[str, tuple[str, str | None]]], None]
"""Sets all of the refs, each to (new commit, the commit it must be at or None), or none."""

_PUBLISHED = "refs/leafcut/published/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What publishing does to one ref: it goes from `old` (None: not there) to `new`.

    It is a slice's branch or the run's notes. `moved` means that it is not where Leafcut left it: a
    person's work, not to be touched.
    """

    ref: str
    new: str
    old: str | None
    state: PublicationState


def publications(
    slices: Sequence[BuiltSlice], repository: Repository, branches: Mapping[str, str]
) -> tuple[Publication, ...]:
    """Return what publishing would do, slice by slice.

    `branches` are those of the target repository by full ref name; what Leafcut wrote last is
    remembered in the canonical repository.
    """
    found = []
    for built in slices:
        ref = f"refs/heads/{built.branch}"
        old = repository.head(_memory(ref))
        state = _state(branches.get(ref), old, built.tip)
        found.append(Publication(ref=ref, new=built.tip, old=old, state=state))
    return tuple(found)


def note_publication(ref: str, new: str, repository: Repository, here: str | None) -> Publication:
    """Return what publishing does to the notes; `here` is where the target repository has them."""
    old = repository.head(_memory(ref))
    return Publication(ref=ref, new=new, old=old, state=_state(here, old, new))


def publish(wanted: Sequence[Publication], repository: Repository, write: WriteRefs) -> None:
    """Write the branches and notes, all or none, and remember where they were left.

    Raises:
        InvalidInputError: a branch is not where Leafcut left it; nothing was written.
    """
    write({pub.ref: (pub.new, pub.old) for pub in wanted})
    for pub in wanted:
        if pub.new != pub.old and not repository.move(_memory(pub.ref), pub.new, pub.old):
            message = f"another process publishes {pub.ref} of the same run"
            raise RuntimeError(message)


def left_over(
    wanted: Sequence[Publication], repository: Repository, branches: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the refs that this run wrote before and that are in no slice any more, sorted."""
    refs = {pub.ref for pub in wanted}
    return tuple(
        ref
        for ref in sorted(branches)
        if ref not in refs and repository.head(_memory(ref)) == branches[ref]
    )


def _state(here: str | None, old: str | None, new: str) -> PublicationState:
    if here == new:
        return "unchanged"
    if here != old:
        return "moved"
    return "new" if here is None else "update"


def _memory(ref: str) -> str:
    return _PUBLISHED + ref.removeprefix("refs/heads/leafcut/").removeprefix("refs/")
