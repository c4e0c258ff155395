from pathlib import PurePosixPath
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.graph import components, without
from orchestrator.domain.partition import Parts, parts
from orchestrator.domain.playbook import GroupBy, Partition
from tests.support.graphs import Files, graphs, reaches


def _folder(file: str) -> str:
    return str(PurePosixPath(file).parent)


@st.composite
def partitions(draw: st.DrawFn) -> Partition:
    return Partition(
        by=draw(st.sampled_from(["file", "directory"])),
        max_files=draw(st.integers(1, 6)),
        max_lines=draw(st.integers(1, 60)),
        cycles=draw(st.sampled_from(["split", "together"])),
    )


def _graph_of(cut_up: Parts) -> Files:
    return {str(at): {str(to) for to in cut_up.needs[at]} for at in range(len(cut_up.groups))}


@given(graphs(), partitions(), st.data())
def test_groups_cover_the_files_once_in_an_order_that_keeps_every_uncut_edge(
    graph: Files, options: Partition, data: st.DataObject
) -> None:
    files = data.draw(st.sets(st.sampled_from(sorted(graph)))) if graph else set()
    lines = {file: data.draw(st.integers(0, 30)) for file in sorted(files)}

    cut_up = parts(graph, lines, options, _folder)

    assert sorted(file for group in cut_up.groups for file in group) == sorted(files)
    tasks = _graph_of(cut_up)
    assert all(to < at for at in cut_up.needs for to in cut_up.needs[at])
    task_of = {file: str(at) for at, group in enumerate(cut_up.groups) for file in group}
    left = without(graph, cut_up.cut_edges)
    for file in files:
        for to in reaches(left, file) & files:
            assert task_of[to] in {task_of[file], *reaches(tasks, task_of[file])}


@given(graphs(), partitions(), st.randoms(use_true_random=False))
def test_the_same_input_gives_the_same_groups(
    graph: Files, options: Partition, random: Random
) -> None:
    nodes = list(graph)
    random.shuffle(nodes)
    lines = {node: len(node) for node in nodes}
    turned = {node: sorted(graph[node], reverse=True) for node in nodes}

    assert parts(turned, lines, options, _folder) == parts(graph, lines, options, _folder)


@given(graphs(), partitions())
def test_groups_hold_to_the_limits_unless_a_cycle_stays_whole(
    graph: Files, options: Partition
) -> None:
    lines = dict.fromkeys(graph, 7)

    cut_up = parts(graph, lines, options, _folder)

    whole = set(components(without(graph, cut_up.cut_edges)))
    for group in cut_up.groups:
        fits = len(group) <= options.max_files and 7 * len(group) <= options.max_lines
        assert fits or group in whole
        if options.cycles == "split":
            assert len(group) <= options.max_files


def _parts(graph: Files, by: GroupBy = "file", **options: object) -> Parts:
    return parts(graph, dict.fromkeys(graph, 10), Partition(by=by, **options), _folder)  # type: ignore[arg-type]


def test_a_small_cycle_is_one_task_and_nothing_is_cut() -> None:
    cut_up = _parts({"a": {"b"}, "b": {"a"}, "c": {"a"}}, max_files=2, max_lines=15)

    assert cut_up.groups == (("a", "b"), ("c",))
    assert cut_up.cycles == ()


def test_a_large_cycle_is_split_and_says_where() -> None:
    cut_up = _parts({"a": {"b"}, "b": {"c"}, "c": {"a"}}, max_files=2)

    (cycle,) = cut_up.cycles
    assert cycle.files == ("a", "b", "c")
    assert len(cycle.cut_edges) == 1
    assert len(cut_up.groups) == 3


def test_cycles_stay_together_where_the_playbook_says_so() -> None:
    graph = {f"{n}": {f"{(n + 1) % 20}"} for n in range(20)}

    assert len(_parts(graph, max_files=2, cycles="together").groups) == 1


def test_files_that_no_task_touches_do_not_count_towards_a_cycle() -> None:
    graph = {"a": {"hub"}, "b": {"hub"}, "hub": {"a", "b"}}

    cut_up = parts(graph, {"a": 1, "b": 1}, Partition(max_files=2), _folder)

    assert cut_up.groups == (("a", "b"),)


def test_order_runs_through_files_that_no_task_touches() -> None:
    graph = {"a": {"hub"}, "hub": {"b"}, "b": set()}

    cut_up = parts(graph, {"a": 1, "b": 1}, Partition(), _folder)

    assert cut_up.groups == (("b",), ("a",))
    assert cut_up.needs == {0: set(), 1: {0}}


def test_a_folder_is_one_group_as_long_as_it_closes_no_cycle() -> None:
    graph = {"a/1": {"b/1"}, "a/2": set(), "b/1": {"b/2"}, "b/2": set()}

    assert _parts(graph, "directory").groups == (("b/1", "b/2"), ("a/1", "a/2"))


def test_folders_that_need_each_other_are_split_into_few_groups() -> None:
    # b needs a/0 and a/9 needs b: a must be cut in two, and only there.
    graph = {
        **{f"a/{n}": {f"a/{n - 1}"} if n else set() for n in range(9)},
        "a/9": {"b/1", "a/8"},
        "b/1": {"a/0"},
        "b/2": set(),
    }

    groups = _parts(graph, "directory", max_files=20).groups

    assert groups == (
        tuple(f"a/{n}" for n in range(9)),
        ("b/1", "b/2"),
        ("a/9",),
    )


@pytest.mark.parametrize(("limit", "count"), [({"max_files": 3}, 4), ({"max_lines": 45}, 3)])
def test_a_folder_beyond_the_limits_is_several_groups(limit: dict[str, int], count: int) -> None:
    graph: Files = {f"a/{n}": set() for n in range(10)}

    assert len(_parts(graph, "directory", **limit).groups) == count
