"""Stacks: what stands on what, for every set of landed commits."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.cutting import cut
from orchestrator.domain.playbook import Stacked
from orchestrator.domain.slices import LandedCommit, Slice, SliceOptions
from orchestrator.domain.stacking import Stack, left, needed, put_on, stacks
from tests.domain.test_slices import _clash, _commit, landed, options


@given(landed(), options)
def test_what_is_tied_is_in_one_stack_and_stands_in_order(
    commits: list[LandedCommit], options: SliceOptions
) -> None:
    found = stacks(cut("p", commits, options))
    place = {
        one.task: (number, at)
        for number, stack in enumerate(found)
        for at, one in enumerate(one for piece in stack for one in piece.commits)
    }
    assert len(place) == len(commits)
    for at, commit in enumerate(commits):
        for earlier in commits[:at]:
            if earlier.task in commit.depends_on or _clash(earlier, commit):
                assert place[earlier.task][0] == place[commit.task][0]
                assert place[earlier.task][1] < place[commit.task][1]


@given(landed(), options)
def test_nothing_is_tied_that_need_not_be(
    commits: list[LandedCommit], options: SliceOptions
) -> None:
    """Every slice of a stack but the first is tied to one before it or by one after it."""
    for stack in stacks(cut("p", commits, options)):
        joined = {stack[0].key}
        while more := {
            one.key
            for one in stack
            for two in stack
            if one.key not in joined and two.key in joined and _tied(one, two)
        }:
            joined |= more
        assert joined == {piece.key for piece in stack}


def _tied(one: Slice, two: Slice) -> bool:
    return any(
        a.task in (*b.depends_on, b.joins) or b.task in (*a.depends_on, a.joins) or _clash(a, b)
        for a in one.commits
        for b in two.commits
    )


@given(landed(), options, st.sampled_from(["auto", True, False]))
def test_each_slice_is_in_one_stack_however_they_are_stacked(
    commits: list[LandedCommit], options: SliceOptions, stacked: Stacked
) -> None:
    slices = cut("p", commits, options)
    found = stacks(slices, stacked)
    assert sorted(_tasks(found)) == sorted(commit.task for commit in commits)
    assert all(found)
    if stacked is True:
        assert len(found) <= 1
        assert [piece for stack in found for piece in stack] == list(slices)
    if stacked is False:
        assert all(len(stack) == 1 for stack in found)
        assert {stack[0].key for stack in found} <= {piece.key for piece in slices}


def test_slices_that_nothing_ties_are_stacks_of_their_own() -> None:
    commits = [
        _commit("1", "p/a.py", 200),
        _commit("2", "q/a.py", 200),
        _commit("3", "p/b.py", 200, needs=("1",)),
    ]
    slices = cut("p", commits, SliceOptions())
    assert _shape(stacks(slices)) == [["1", "3"], ["2"]]
    assert _shape(stacks(slices, stacked=True)) == [["1", "2", "3"]]
    assert _shape(stacks(slices, stacked=False)) == [["13"], ["2"]]


@given(landed(), options, st.data())
def test_what_is_left_after_a_merge_keeps_its_keys_and_order(
    commits: list[LandedCommit], options: SliceOptions, data: st.DataObject
) -> None:
    found = stacks(cut("p", commits, options))
    counts = [data.draw(st.integers(0, len(stack))) for stack in found]
    merged = {
        piece.key for stack, count in zip(found, counts, strict=True) for piece in stack[:count]
    }
    rest = [stack[count:] for stack, count in zip(found, counts, strict=True)]
    assert left(found, merged) == tuple(stack for stack in rest if stack)


def test_a_stack_is_put_on_those_that_it_needs() -> None:
    found = stacks(cut("p", [_commit(n, f"{n}/a", 300) for n in "1234"], SliceOptions()))
    moved = put_on(found, 0, [1, 3])
    assert _shape(moved) == [["2", "4", "1"], ["3"]]
    assert [piece.labels[1:] for piece in moved[0]] == [(), (), ("tied",)]
    assert _shape(put_on(found, 3, [0], stacked=False)) == [["14"], ["2"], ["3"]]


@given(st.sets(st.integers(0, 40)), st.permutations(range(40)), st.integers(1, 40))
def test_only_what_is_needed_is_found(wanted: set[int], order: list[int], count: int) -> None:
    others = order[:count]
    wanted &= set(others)
    wanted = wanted or {others[0]}
    asked = 0

    def green(below: Sequence[int]) -> bool:
        nonlocal asked
        asked += 1
        return wanted <= set(below)

    assert set(needed(green, others)) == wanted
    assert asked <= 1 + (len(wanted) + 1) * (count.bit_length() + 1)


def test_all_are_needed_where_nothing_helps() -> None:
    assert needed(lambda _below: False, [1, 2, 3]) == (1, 2, 3)


@pytest.mark.parametrize("stacked", ["auto", True, False])
def test_nothing_is_no_stack(stacked: Stacked) -> None:
    assert stacks((), stacked) == ()


def _tasks(found: Sequence[Stack]) -> list[str]:
    return [one.task for stack in found for piece in stack for one in piece.commits]


def _shape(found: Sequence[Stack]) -> list[list[str]]:
    return [["".join(one.task for one in piece.commits) for piece in stack] for stack in found]
