"""Slicing: what must hold for every set of landed commits, and what grouping does to some."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.cutting import cut, ordered, predecessors
from orchestrator.domain.playbook import SliceBy
from orchestrator.domain.slices import (
    LandedCommit,
    Slice,
    SliceOptions,
    branch_name,
    merge,
)

FILES = ("a.py", "p/a.py", "p/b.py", "p/q/a.py", "p/q/b.py", "r/a.py", "r/s/a.py", "r/s")
OWNERS = ((), ("@x",), ("@y", "@x"))


@st.composite
def landed(draw: st.DrawFn) -> list[LandedCommit]:
    """Draw commits in landing order; what they depend on may have landed before or after."""
    count = draw(st.integers(0, 14))
    tasks = [f"t{number}" for number in range(count)]
    return [
        LandedCommit(
            task=task,
            commit=task * 3,
            files=tuple(sorted(draw(st.sets(st.sampled_from(FILES), min_size=1, max_size=3)))),
            changed_lines=draw(st.integers(0, 60)),
            depends_on=tuple(draw(st.lists(st.sampled_from(tasks), max_size=3, unique=True))),
            owners=draw(st.sampled_from(OWNERS)),
            layer=draw(st.integers(0, 3)),
            agent=draw(st.sampled_from(("codemod", "codemod", "claude-code"))),
            joins=draw(st.sampled_from(("", "", *tasks[:number]))),
        )
        for number, task in enumerate(tasks)
    ]


options = st.builds(
    SliceOptions,
    group_by=st.sampled_from(("owner", "directory", "layer", "size")),
    max_lines=st.integers(1, 80),
)


@given(landed(), options)
def test_each_commit_is_in_exactly_one_slice(
    commits: list[LandedCommit], options: SliceOptions
) -> None:
    sliced = _order(cut("p", commits, options))
    assert sorted(c.task for c in sliced) == sorted(c.task for c in commits)


@given(landed(), options)
def test_every_prefix_is_whole(commits: list[LandedCommit], options: SliceOptions) -> None:
    sliced = [commit.task for commit in _order(cut("p", commits, options))]
    place = {task: at for at, task in enumerate(sliced)}
    for at, commit in enumerate(commits):
        for earlier in commits[:at]:
            if earlier.task in commit.depends_on or _clash(earlier, commit):
                assert place[earlier.task] < place[commit.task]


@given(landed(), options)
def test_only_a_single_task_goes_over_the_limit(
    commits: list[LandedCommit], options: SliceOptions
) -> None:
    for piece in cut("p", commits, options):
        over = piece.changed_lines > options.max_lines
        assert over == bool({"oversized", "large"} & set(piece.labels))
        assert ("oversized" in piece.labels) <= ("agent-edited" in piece.labels)
        assert ("large" in piece.labels) <= ("agent-edited" not in piece.labels)
        tasks = {one.task for one in piece.commits}
        own = [one for one in piece.commits if one.joins not in tasks]
        assert sum(one.changed_lines for one in own) <= options.max_lines or len(own) == 1


@given(landed(), options)
def test_what_joins_a_task_is_in_its_slice_where_order_allows(
    commits: list[LandedCommit], options: SliceOptions
) -> None:
    slices = cut("p", commits, options)
    order = ordered(commits)
    before = zip(order, predecessors(order), strict=True)
    needs = {one.task: {order[at].task for at in found} for one, found in before}
    holder = {one.task: at for at, piece in enumerate(slices) for one in piece.commits}
    for one in commits:
        if one.joins:
            joined = holder[one.joins]
            could = all(holder[need] <= joined for need in needs[one.task])
            assert (holder[one.task] == joined) == could


@given(landed(), options, st.data())
def test_a_fix_that_joins_a_slice_moves_no_other_commit(
    commits: list[LandedCommit], options: SliceOptions, data: st.DataObject
) -> None:
    slices = cut("p", commits, options)
    if commits:
        joined = data.draw(st.sampled_from(commits))
        fix = _commit("fix", "new/file.py", 5, needs=(joined.task,))
        again = cut("p", [*commits, replace(fix, joins=joined.task)], options)
        assert [piece.key for piece in again] == [piece.key for piece in slices]
        for one, two in zip(slices, again, strict=True):
            left = [commit for commit in two.commits if commit.task != "fix"]
            assert [c.task for c in one.commits] == [c.task for c in left]
            assert (len(left) < len(two.commits)) == (joined in one.commits)


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.integers(1, 90)), max_size=12), st.data())
def test_a_task_more_moves_no_other_owners_slices(
    sizes: list[tuple[str, int]], data: st.DataObject
) -> None:
    commits = [
        LandedCommit(
            task=f"t{at}", commit="c", files=(f"f{at}",), changed_lines=lines, owners=(f"@{owner}",)
        )
        for at, (owner, lines) in enumerate(sizes)
    ]
    options = SliceOptions(group_by="owner", max_lines=100)
    owner = data.draw(st.sampled_from("xyz"))
    more = LandedCommit(
        task=data.draw(st.sampled_from(("a", "t1x", "z"))),
        commit="c",
        files=("new",),
        changed_lines=data.draw(st.integers(1, 90)),
        owners=(f"@{owner}",),
    )
    before, after = cut("p", commits, options), cut("p", [*commits, more], options)
    assert _of_others(before, f"@{owner}") == _of_others(after, f"@{owner}")


def _of_others(slices: Sequence[Slice], owner: str) -> set[tuple[str, tuple[str, ...]]]:
    return {
        (piece.key, tuple(commit.task for commit in piece.commits))
        for piece in slices
        if piece.group != owner
    }


@given(landed(), options)
def test_the_same_input_gives_the_same_slices_with_their_own_keys(
    commits: list[LandedCommit], options: SliceOptions
) -> None:
    slices = cut("p", commits, options)
    assert slices == cut("p", list(commits), options)
    assert len({piece.key for piece in slices}) == len(slices)


@given(landed(), options, st.data())
def test_merging_keeps_the_order_and_the_lower_key(
    commits: list[LandedCommit], options: SliceOptions, data: st.DataObject
) -> None:
    slices = cut("p", commits, options)
    if len(slices) > 1:
        at = data.draw(st.integers(0, len(slices) - 2))
        merged = merge(slices, at)
        assert _order(merged) == _order(slices)
        assert len(merged) == len(slices) - 1
        assert merged[at].key == slices[at].key
        assert "merged" in merged[at].labels


def test_the_last_slice_has_no_neighbour_above() -> None:
    slices = cut("p", [_commit("t", "a.py")], SliceOptions())
    with pytest.raises(IndexError):
        merge(slices, 0)


def test_commits_of_a_directory_stand_together() -> None:
    commits = [
        _commit("1", "p/a.py", 200),
        _commit("2", "q/a.py", 200),
        _commit("3", "p/b.py", 90),
        _commit("4", "q/b.py", 90),
    ]
    assert _shape(commits, "directory") == [("p", "13"), ("q", "24")]


def test_small_folders_share_a_slice_with_the_nearest() -> None:
    commits = [_commit(str(n), f"p/{n}/a.py", 60) for n in range(4)]
    commits += [
        _commit("4", "q/a.py", 60),
        _commit("5", "a.py", 60),
        _commit("6", "p/0/r/a.py", 60),
    ]
    assert _shape(commits, "directory") == [("p", "01236"), (".", "45")]
    assert _shape(commits[:4], "directory") == [("p", "0123")]


def test_other_owners_are_other_slices() -> None:
    commits = [
        LandedCommit(task=task, commit=task, files=(task,), changed_lines=1, owners=(f"@{task}",))
        for task in "xy"
    ]
    assert _shape(commits, "owner") == [("@x", "x"), ("@y", "y")]


def test_a_group_that_would_close_a_cycle_is_split() -> None:
    commits = [
        _commit("1", "p/a.py", 200),
        _commit("2", "q/a.py", 200, needs=("1",)),
        _commit("3", "p/b.py", 110, needs=("2",)),
    ]
    assert _shape(commits, "directory") == [("p", "1"), ("q", "2"), ("p", "3")]


def test_a_group_that_will_be_fuller_later_waits() -> None:
    commits = [
        _commit("1", "q/a.py", 10),
        _commit("2", "p/a.py", 200),
        _commit("3", "p/b.py", 90),
        _commit("4", "q/b.py", 200, needs=("2",)),
    ]
    assert _shape(commits, "directory") == [("p", "23"), ("q", "14")]


def test_a_large_task_is_alone_and_labelled() -> None:
    commits = [_commit("1", "a.py", 10), _commit("2", "b.py", 500), _commit("3", "c.py", 10)]
    slices = cut("p", commits, SliceOptions())
    assert [piece.labels for piece in slices] == [
        ("machine-edited",),
        ("machine-edited", "large"),
        ("machine-edited",),
    ]


def test_what_a_person_must_read_line_by_line_keeps_to_the_hard_limit() -> None:
    commits = [_commit(str(n), f"p/{n}.py", 300) for n in range(4)]
    options = SliceOptions(max_lines=1000)
    assert [len(piece.commits) for piece in cut("p", commits, options)] == [3, 1]
    assert cut("p", commits, options)[0].labels == ("machine-edited", "large")
    by_agent = [replace(one, agent="claude-code") for one in commits]
    assert [len(piece.commits) for piece in cut("p", by_agent, options)] == [1, 1, 1, 1]
    mixed = [replace(commits[0], agent="claude-code"), *commits[1:]]
    shapes = [[one.task for one in piece.commits] for piece in cut("p", mixed, options)]
    assert shapes == [["0"], ["1", "2", "3"]]


def test_without_groups_slices_are_filled_in_order() -> None:
    commits = [_commit(str(n), f"{n}/a.py", 100) for n in range(7)]
    assert _shape(commits, "size") == [("all", "012"), ("all", "345"), ("all", "6")]


def test_a_fix_that_needs_a_later_slice_is_cut_like_any_other() -> None:
    one, two = _commit("1", "p/a.py", 300), _commit("2", "q/a.py", 300)
    fix = replace(_commit("3", "p/a.py", 9, needs=("1", "2")), joins="1")
    assert _shape([one, two, fix], "directory") == [("p", "1"), ("q", "2"), ("p", "3")]
    near = replace(fix, depends_on=("1",))
    assert _shape([one, two, near], "directory") == [("p", "13"), ("q", "2")]


def test_owners_and_layers_make_groups() -> None:
    commits = [
        LandedCommit(task="1", commit="1", files=("a",), changed_lines=1, owners=("@x",)),
        LandedCommit(task="2", commit="2", files=("b",), changed_lines=1, layer=1),
        LandedCommit(task="3", commit="3", files=("c",), changed_lines=1, owners=("@x",), layer=1),
    ]
    assert _shape(commits, "owner") == [("@x", "13"), ("no owner", "2")]
    assert _shape(commits, "layer") == [("layer 0", "1"), ("layer 1", "23")]


def test_a_slice_keeps_its_branch_when_another_comes_before_it() -> None:
    one, two = _commit("1", "p/a.py", 300), _commit("2", "q/a.py", 300)
    alone = cut("p", [two], SliceOptions())
    both = cut("p", [one, two], SliceOptions())
    assert alone[0].key == both[1].key


@given(landed(), options, st.randoms(use_true_random=False))
def test_what_landed_first_changes_no_slice_where_neither_needs_the_other(
    commits: list[LandedCommit], options: SliceOptions, dice: Random
) -> None:
    earlier = {commit.task: {one.task for one in commits[:at]} for at, commit in enumerate(commits)}
    commits = [
        replace(one, depends_on=tuple(need for need in one.depends_on if need in earlier[one.task]))
        for one in commits
    ]
    assert cut("p", _landed_otherwise(commits, dice), options) == cut("p", commits, options)


def _landed_otherwise(commits: list[LandedCommit], dice: Random) -> list[LandedCommit]:
    """Return the commits in another order in which they could have landed."""
    waits = predecessors(commits)
    order: list[int] = []
    while len(order) < len(commits):
        free = [at for at, needs in enumerate(waits) if at not in order and needs <= set(order)]
        order.append(dice.choice(free))
    return [commits[at] for at in order]


@pytest.mark.parametrize("lines", [0, -1])
def test_limits_that_no_slice_can_keep_are_refused(lines: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        SliceOptions(max_lines=lines)


def test_branch_names_are_safe() -> None:
    assert branch_name("annotate-types", "ab12") == "leafcut/annotate-types/ab12"
    assert branch_name("../my playbook.lock", "ab12") == "leafcut/my-playbook-lock/ab12"


def _clash(one: LandedCommit, two: LandedCommit) -> bool:
    return any(
        a == b or a.startswith(f"{b}/") or b.startswith(f"{a}/")
        for a in one.files
        for b in two.files
    )


def _order(slices: Sequence[Slice]) -> list[LandedCommit]:
    return [commit for piece in slices for commit in piece.commits]


def _commit(task: str, file: str, lines: int = 1, needs: tuple[str, ...] = ()) -> LandedCommit:
    return LandedCommit(
        task=task, commit=task, files=(file,), changed_lines=lines, depends_on=needs
    )


def _shape(commits: list[LandedCommit], by: SliceBy) -> list[tuple[str, str]]:
    slices = cut("p", commits, SliceOptions(group_by=by))
    return [(piece.group, "".join(c.task for c in piece.commits)) for piece in slices]
