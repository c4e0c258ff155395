"""Which commits of a chain are checked, and what lands."""

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.landing import Settled, next_checks, settle
from orchestrator.domain.playbook import Verify


def search(verify: Verify, truth: list[bool]) -> tuple[Settled, list[int]]:
    """Play a landing: `truth[n]` says whether the tree of the chain's commit n is green."""
    greens: dict[int, bool] = {}
    asked: list[int] = []
    while positions := next_checks(verify, len(truth), greens):
        asked += positions
        greens |= {at: truth[at] for at in positions}
    return settle(verify, len(truth), greens), asked


def test_commit_checks_every_tree_at_once() -> None:
    settled, asked = search("commit", [True, True, True])
    assert (settled, asked) == (Settled(3, None), [0, 1, 2])


def test_commit_lands_what_stands_before_the_first_red_tree() -> None:
    assert search("commit", [True, False, True])[0] == Settled(1, 1)


def test_head_checks_the_last_tree_alone_when_it_is_green() -> None:
    settled, asked = search("head", [True] * 8)
    assert (settled, asked) == (Settled(8, None), [7])


def test_an_empty_chain_lands_nothing() -> None:
    assert search("head", [])[0] == Settled(0, None)
    assert search("commit", [])[0] == Settled(0, None)


@given(st.integers(1, 64), st.integers(0, 63))
def test_head_finds_the_culprit_by_bisection(length: int, culprit: int) -> None:
    culprit %= length
    truth = [at < culprit for at in range(length)]
    settled, asked = search("head", truth)
    assert settled == Settled(culprit, culprit)
    assert len(asked) <= 1 + length.bit_length()


@given(st.lists(st.booleans(), max_size=12), st.sampled_from(["commit", "head"]))
def test_nothing_lands_on_a_tree_that_was_not_seen_green(truth: list[bool], verify: Verify) -> None:
    settled, asked = search(verify, truth)
    if settled.landed:
        assert truth[settled.landed - 1]
        assert settled.landed - 1 in asked
    if verify == "commit":
        assert all(truth[: settled.landed])
    if settled.culprit is not None:
        assert not truth[settled.culprit]
        assert settled.culprit == settled.landed
