"""The graph of a run: groups that tell how far they are, and the path that its end waits for."""

from dataclasses import replace
from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.application.watching.graph.critical import Critical
from orchestrator.application.watching.graph.forest import Forest
from orchestrator.application.watching.graph.groups import (
    Group,
    by_folder,
    by_layer,
    held_up,
    standing,
)
from orchestrator.domain.events import CommandAccepted
from orchestrator.domain.lifecycle import ENDED
from orchestrator.domain.plan import Task
from orchestrator.domain.run import Run
from tests.support.layered import layered
from tests.support.watching import Story

EDGES = {
    "shop/a": [],
    "shop/cart/b": ["shop/a"],
    "shop/cart/c": ["shop/cart/b"],
    "api/v1/d": [],
    "api/v1/e": ["api/v1/d"],
    "top": [],
}


def story(**policy: Any) -> Story:
    return layered(EDGES, **policy).at(100.0).begin()


def drawn(groups: list[Group]) -> list[str]:
    lines = []
    for group in groups:
        lines.append(f"{'  ' * group.depth}{group.name} {len(group.tasks)}")
        lines += drawn(group.groups)
        lines += [f"{'  ' * group.depth}  {task}" for task in group.leaves]
    return lines


def task(*files: str) -> Task:
    return Task(id=files[0], title=files[0], files=files)


def test_layers_come_with_what_depends_on_nothing_first() -> None:
    assert drawn(by_layer(story().plan.tasks)) == [
        "layer 0 3",
        "  shop/a",
        "  api/v1/d",
        "  top",
        "layer 1 2",
        "  shop/cart/b",
        "  api/v1/e",
        "layer 2 1",
        "  shop/cart/c",
    ]


def test_folders_hold_folders_and_one_with_nothing_else_is_named_on() -> None:
    assert drawn(by_folder(story().plan.tasks)) == [
        "api/v1 2",
        "  api/v1/d",
        "  api/v1/e",
        "shop 3",
        "  cart 2",
        "    shop/cart/b",
        "    shop/cart/c",
        "  shop/a",
        ". 1",
        "  top",
    ]


@pytest.mark.parametrize(
    ("files", "folder"),
    [
        (("a/b/x.py", "a/b/y.py"), "a/b"),
        (("a/b/x.py", "a/c/y.py"), "a"),
        (("a/bc/x.py", "a/b/y.py"), "a"),
        (("a/b.py", "a/b.py/c"), "a"),
        (("a/x.py", "b/y.py"), "."),
        (("x.py",), "."),
    ],
)
def test_a_task_is_where_all_of_its_files_are(files: tuple[str, ...], folder: str) -> None:
    (group,) = by_folder([task(*files)])
    assert (group.name, group.leaves) == (folder, [files[0]])


def test_how_far_a_group_is_counts_what_lets_others_start_and_names_the_worst_first() -> None:
    told = story(attempts=1).do("shop/a").start("api/v1/d").finish("api/v1/d", "rejected")
    told.start("top")
    found = standing(told.run, list(EDGES))
    assert (found.done, found.total) == (1, 6)
    assert found.ordered == [
        ("failed", 1),
        ("blocked", 1),
        ("working", 1),
        ("ready", 1),
        ("pending", 1),
        ("landed", 1),
    ]


def test_the_critical_path_is_the_one_that_costs_most_and_shortens_as_it_lands() -> None:
    told, critical = story(), Critical()
    assert critical.path(told.run) == ("shop/a", "shop/cart/b", "shop/cart/c")
    told.do("shop/a")
    assert critical.path(told.run) == ("shop/cart/b", "shop/cart/c")
    told.do("shop/cart/b")
    assert critical.path(told.run) == ("api/v1/d", "api/v1/e")
    told.do("shop/cart/c", "api/v1/d", "api/v1/e", "top")
    assert critical.path(told.run) == ()


def test_one_dear_task_outweighs_a_longer_path() -> None:
    told = layered(EDGES, {"top": 10.0})
    assert Critical().path(told.run) == ("top",)


def test_what_is_blocked_is_on_no_path_until_a_person_lets_it_be_tried_again() -> None:
    told, critical = story(attempts=1), Critical()
    told.start("shop/a").finish("shop/a", "rejected")
    assert critical.path(told.run) == ("api/v1/d", "api/v1/e")
    told.tell(CommandAccepted(command=1, who="ada", action="retry", tasks=("shop/a",)))
    assert critical.path(told.run) == ("shop/a", "shop/cart/b", "shop/cart/c")


def test_a_path_says_in_a_line_what_it_means() -> None:
    run = story().run
    assert held_up(run, ()) == "nothing is left to do"
    assert held_up(run, ("top",)) == "the run cannot end before 1 task (cost 1)"
    assert held_up(run, ("shop/a", "shop/cart/b")) == (
        "the run cannot end before 2 tasks, one after the other (cost 2)"
    )


def longest(run: Run) -> float:
    """Return what the dearest path costs, by trying all of them."""
    left = [name for name, status in run.tasks.items() if status.state not in ENDED]
    costs = [0.0]
    for size in range(1, len(left) + 1):
        for path in permutations(left, size):
            steps = pairwise(path)
            if all(before in run.by_id[after].depends_on for before, after in steps):
                costs.append(sum(run.by_id[name].cost for name in path))
    return max(costs)


@given(
    edges=st.lists(st.sets(st.integers(0, 4)), min_size=1, max_size=5),
    costs=st.lists(st.sampled_from([0.5, 1.0, 3.0]), min_size=5, max_size=5),
    steps=st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=6),
)
def test_no_path_through_what_is_left_is_longer(
    edges: list[set[int]], costs: list[float], steps: list[tuple[int, bool]]
) -> None:
    names = "abcde"
    told = layered(
        {names[n]: [names[need] for need in needs if need < n] for n, needs in enumerate(edges)},
        dict(zip(names, costs, strict=True)),
        attempts=1,
    )
    critical = Critical()
    for index, lands in [*steps, (0, True)]:
        path = critical.path(told.run)
        assert sum(told.run.by_id[one].cost for one in path) == longest(told.run)
        ready = [name for _, name in told.run.ready]
        if not ready:
            break
        name = ready[index % len(ready)]
        if lands:
            told.do(name)
        else:
            told.start(name).finish(name, "rejected")


def test_groups_open_and_close_and_keep_so_as_the_run_goes_on() -> None:
    told, forest = story(), Forest("folders")
    forest.look(told.look())
    assert list(forest.rows) == ["folder:api/v1", "folder:shop", "folder:."]
    forest.open("folder:shop")
    shop = ["folder:shop", "folder:shop/cart", "task:shop/a"]
    assert list(forest.rows) == ["folder:api/v1", *shop, "folder:."]
    assert forest.rows["task:shop/a"].parent == "folder:shop"
    forest.look(told.do("top").look())
    assert forest.is_open("folder:shop")
    forest.close("folder:shop")
    assert list(forest.rows) == ["folder:api/v1", "folder:shop", "folder:."]


def test_a_task_is_revealed_with_all_that_is_around_it() -> None:
    forest = Forest("folders")
    forest.look(story().look())
    key = forest.reveal("shop/cart/c")
    assert forest.rows[key].task == "shop/cart/c"
    assert forest.rows[key].depth == 2


def test_the_only_group_begins_open() -> None:
    forest = Forest("layers")
    forest.look(layered({"a": [], "b": []}).begin().look())
    assert list(forest.rows) == ["layer:0", "task:a", "task:b"]


def test_marks_count_the_tasks_of_the_critical_path_in_each_group() -> None:
    told, forest = story(), Forest("folders")
    forest.look(told.look())
    assert forest.marks == {
        "folder:shop": 3,
        "folder:shop/cart": 2,
        "task:shop/a": 1,
        "task:shop/cart/b": 1,
        "task:shop/cart/c": 1,
    }
    look = told.do("shop/a").look()
    forest.look(look)
    assert forest.marks["folder:shop"] == 2
    assert forest.standing(look, forest.groups[1]).done == 1


def test_tasks_that_come_in_meanwhile_have_their_place() -> None:
    told, forest = story(), Forest("folders")
    look = told.look()
    forest.look(look)
    new = replace(look.run.by_id["top"], id="new", files=("lib/new.py",))
    look.run.add([new])
    look.sequence += 1
    forest.look(look)
    assert "folder:lib" in forest.rows
