"""The graph: few nodes, each task in one of them, no two in one place."""

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.application.reporting.facts import TaskFacts
from orchestrator.application.reporting.graph import drawn


def task(name: str, layer: int = 0, needs: tuple[str, ...] = (), folder: str = "") -> TaskFacts:
    return TaskFacts(
        id=name, title=name, files=(f"{folder}{name}.py",), stage="migrate", layer=layer,
        depends_on=needs, state="landed", reason="", reason_code="", agent="codemod", attempts=1,
        worked_s=1, tokens=0, cost_usd=0, commit="c", occurrences=1, left=0,
    )  # fmt: skip


TASKS = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(["a/", "a/b/", "a/c/d/", "e/", ""])), max_size=80
).map(
    lambda rows: [
        task(f"t{n}", layer, (f"t{n - 1}",) if n else (), folder)
        for n, (layer, folder) in enumerate(sorted(rows))
    ]
)


@given(TASKS, st.integers(5, 40))
def test_each_task_is_in_one_node_and_no_two_nodes_are_in_one_place(
    tasks: list[TaskFacts], most: int
) -> None:
    graph = drawn(tasks, most)
    assert len(graph.nodes) <= most
    assert sorted(at for node in graph.nodes for at in node.tasks) == list(range(len(tasks)))
    assert len({(node.column, node.row) for node in graph.nodes}) == len(graph.nodes)
    assert all({tasks[at].layer for at in node.tasks} == {tasks[node.tasks[0]].layer} for node in graph.nodes)  # fmt: skip  # noqa: E501
    assert all(sum(node.states.values()) == len(node.tasks) for node in graph.nodes)


def test_a_small_graph_has_a_node_a_task_and_its_edges() -> None:
    graph = drawn([task("a"), task("b"), task("c", 1, ("a",))])
    assert [(node.label, node.column) for node in graph.nodes] == [("a", 0), ("b", 0), ("c", 1)]
    assert graph.edges == ((0, 2, 1),)
    assert not graph.clustered


def test_a_large_one_has_a_node_a_directory_and_layer() -> None:
    tasks = [task(f"x{n}", 0, (), "x/") for n in range(4)]
    tasks += [task(f"y{n}", 1, (f"x{n}",), "y/") for n in range(4)]
    graph = drawn(tasks, 3)
    assert [(node.label, len(node.tasks)) for node in graph.nodes] == [("x", 4), ("y", 4)]
    assert graph.edges == ((0, 1, 4),)
    assert graph.clustered


def test_the_largest_directories_stand_apart_as_far_as_there_is_room() -> None:
    tasks = [task(f"{folder}{n}", 0, (), f"p/{folder}/") for folder, size in (("a", 5), ("b", 3), ("c", 2)) for n in range(size)]  # fmt: skip  # noqa: E501
    labels = {node.label: len(node.tasks) for node in drawn(tasks, 2).nodes}
    assert labels == {"p/a": 5, "p/…": 5}


def test_nodes_stand_beside_what_they_depend_on() -> None:
    tasks = [task("a"), task("b"), task("c", 1, ("b",)), task("d", 1, ("a",))]
    rows = {node.label: node.row for node in drawn(tasks).nodes}
    assert (rows["d"], rows["c"]) == (rows["a"], rows["b"])


def test_more_layers_than_nodes_share_nodes() -> None:
    assert len(drawn([task(f"t{n}", n) for n in range(30)], 10).nodes) <= 10
