"""Which pull requests may be open now, and why others wait: pure decisions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from orchestrator.domain.pulls import Pull

Fate: TypeAlias = Literal["kept", "opened", "waiting", "closed", "left"]
"""An open one is kept up to date, a new one opened; what a person closed stays closed; `left` is
not touched, for something that a person has to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A slice that is not merged, as the forge has it.

    `below` is the branch that it stands on, empty for the main branch; `pull` the newest pull
    request of its branch, `hindrance` why nothing of it may be pushed.
    """

    branch: str
    below: str
    owners: tuple[str, ...] = ()
    pull: Pull | None = None
    hindrance: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a slice's pull request, and why where that is no matter of course."""

    fate: Fate
    why: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """How many pull requests may be open at once, of all and of each owner; None: any number."""

    slices: int | None = None
    per_owner: int | None = None


def decide(places: Sequence[Place], room: Room) -> Mapping[str, Decision]:
    """Return what becomes of each, by branch; the places come with the lowest of a stack first.

    Nothing is opened before what it stands on.
    """
    taken = _Taken(room)
    for place in places:
        if _is_open(place):
            taken.add(place)
    decided: dict[str, Decision] = {}
    for place in places:
        decided[place.branch] = _decision(place, decided.get(place.below), taken)
    return decided


def _decision(place: Place, below: Decision | None, taken: "_Taken") -> Decision:
    if stuck := _stuck(place, below):
        return stuck
    if _is_open(place):
        return Decision("kept")
    if below is not None and below.fate == "waiting":
        return Decision("waiting", f"stands on {place.below}, which waits")
    if why := taken.full(place):
        return Decision("waiting", why)
    taken.add(place)
    return Decision("opened")


def _stuck(place: Place, below: Decision | None) -> Decision | None:
    """Return what becomes of a slice with which no program can go on."""
    if place.pull is not None and place.pull.state == "closed":
        return Decision("closed", "closed by a person; reopen it to go on with it")
    if place.hindrance:
        return Decision("left", place.hindrance)
    if below is None or below.fate not in {"closed", "left"}:
        return None
    what = "was closed" if below.fate == "closed" else "is left as it is"
    fate: Fate = "left" if _is_open(place) else "waiting"
    return Decision(fate, f"stands on {place.below}, which {what}")


def _is_open(place: Place) -> bool:
    return place.pull is not None and place.pull.state == "open"


class _Taken:
    """Counts what is open."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._all = 0
        self._owners: Counter[str] = Counter()

    def add(self, place: Place) -> None:
        self._all += 1
        self._owners.update(place.owners)

    def full(self, place: Place) -> str:
        """Say why one more is too many; nothing when it is not."""
        most, each = self._room.slices, self._room.per_owner
        if most is not None and self._all >= most:
            return f"{self._all} are open; limits.open_slices is {most}"
        busy = [owner for owner in place.owners if each is not None and self._owners[owner] >= each]
        if busy:
            return f"{busy[0]} has {self._owners[busy[0]]}; limits.open_slices_per_owner is {each}"
        return ""
