"""Which pull requests may be open, and why others wait."""

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.opening import Place, Room, decide
from orchestrator.domain.pulls import Pull, PullDraft, PullState


def pull(branch: str, state: PullState = "open") -> Pull:
    return Pull(
        number=1, url="u", branch=branch, base="main", head="h", title="t", body="b", state=state
    )


def stack(*branches: str, owners: tuple[str, ...] = ()) -> list[Place]:
    below = ("", *branches)
    return [Place(branch=b, below=below[at], owners=owners) for at, b in enumerate(branches)]


def fates(places: list[Place], room: Room) -> str:
    return " ".join(one.fate for one in decide(places, room).values())


def test_open_ones_count_before_new_ones_wherever_they_stand() -> None:
    places = [*stack("a"), Place(branch="b", below="", pull=pull("b"))]
    assert fates(places, Room(slices=1)) == "waiting kept"
    assert fates(places, Room(slices=2)) == "opened kept"


def test_nothing_waits_without_a_limit() -> None:
    assert fates(stack("a", "b", "c"), Room()) == "opened opened opened"
    assert fates(stack("a"), Room(slices=0)) == "waiting"


def test_a_limit_of_an_owner_holds_up_what_stands_on_theirs_and_nobody_else() -> None:
    places = [*stack("a", "b", owners=("@x",)), *stack("c", owners=("@y",)), *stack("d")]
    assert fates(places, Room(per_owner=1)) == "opened waiting opened opened"
    mixed = [*stack("a", owners=("@x",)), *stack("b", owners=("@x", "@y"))]
    decided = decide(mixed, Room(per_owner=1))
    assert decided["b"].why == "@x has 1; limits.open_slices_per_owner is 1"


def test_what_stands_on_hindrance_is_left_or_waits() -> None:
    places = [
        Place(branch="a", below="", pull=pull("a"), hindrance="conflicts"),
        Place(branch="b", below="a", pull=pull("b")),
        Place(branch="c", below="b"),
        Place(branch="d", below="c"),
    ]
    assert fates(places, Room()) == "left left waiting waiting"


_states = st.sampled_from([None, "open", "closed"])


@given(st.lists(st.tuples(_states, st.booleans(), st.booleans()), max_size=12), st.integers(0, 6))
def test_no_more_than_the_limit_and_never_before_what_it_stands_on(
    drawn: list[tuple[PullState | None, bool, bool]], most: int
) -> None:
    places: list[Place] = []
    for at, (state, new, hindrance) in enumerate(drawn):
        below = "" if new or not places else places[-1].branch
        found = pull(f"b{at}", state) if state else None
        places.append(
            Place(branch=f"b{at}", below=below, pull=found, hindrance="x" if hindrance else "")
        )
    decided = decide(places, Room(slices=most))
    there = sum(place.pull is not None and place.pull.state == "open" for place in places)
    opened = [place for place in places if decided[place.branch].fate == "opened"]
    assert len(opened) <= max(0, most - there)
    for place in opened:
        assert not place.below or decided[place.below].fate in {"kept", "opened"}
    for place in places:
        if place.pull is not None and place.pull.state == "closed":
            assert decided[place.branch].fate == "closed"


def test_a_page_is_as_it_was_but_for_how_long_checks_took_and_a_browsers_line_ends() -> None:
    draft = PullDraft(branch="b", base="main", title="t", body="| c | 0 | 1.5 | `x` |\nb\n")
    there = pull("b")
    body = "| c | 0 | 12.0 | `x` |\r\nb"
    as_it_is = Pull(**{**{n: getattr(there, n) for n in there.__slots__}, "body": body})
    assert as_it_is.is_as(draft)
    assert not there.is_as(draft)
