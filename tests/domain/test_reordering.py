"""The order of tasks that are there already, after imports have changed."""

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.fold import apply
from orchestrator.domain.following import follow_imports
from orchestrator.domain.graph import components
from orchestrator.domain.reordering import reordered
from tests.support.graphs import Files, graphs, reaches
from tests.support.plans import do, make_run, start


def test_a_path_over_files_of_no_task_is_an_edge() -> None:
    groups = {"a": ["a.py"], "b": ["b.py"]}
    order = reordered(groups, {"a.py": ["x.py"], "x.py": ["b.py"], "b.py": []}, {})
    assert order.needs == {"a": {"b"}, "b": frozenset()}


def test_an_edge_that_would_close_a_circle_is_a_soft_one() -> None:
    groups = {"a": ["a.py"], "b": ["b.py"]}
    order = reordered(groups, {"a.py": [], "b.py": ["a.py"]}, {"a": ["b"]})
    assert order.needs == {"a": {"b"}, "b": frozenset()}
    assert order.soft["b"] == {"a"}


@given(graphs(), st.data())
def test_any_graph_gives_an_acyclic_order_that_keeps_what_was_there(
    graph: Files, data: st.DataObject
) -> None:
    files = sorted(graph)
    names = [f"t{at}" for at in range(data.draw(st.integers(1, 5)))]
    place = {file: data.draw(st.sampled_from([*names, ""])) for file in files}
    groups = {name: [file for file in files if place[file] == name] for name in names}
    kept = {
        name: data.draw(st.sets(st.sampled_from(names[:at]))) if at else set[str]()
        for at, name in enumerate(names)
    }
    order = reordered(groups, graph, kept)
    assert all(kept[name] <= order.needs[name] for name in names)
    assert all(len(members) == 1 for members in components(order.needs))
    assert not any(name in order.needs[name] for name in names)
    edges = {name: set(order.needs[name]) for name in names}
    for name in names:
        assert not order.soft[name] & order.needs[name]
        for file in groups[name]:
            for to in graph[file]:
                other = place[to]
                if other and other != name:  # every import is kept to, or known to be given up
                    assert other in reaches(edges, name) | order.soft[name] or name in reaches(
                        edges, other
                    )


def test_a_waiting_task_waits_for_what_a_landed_file_imports_now() -> None:
    run = make_run({"hub": [], "late": [], "user": ["hub"]})
    do(run, "hub")
    assert run.tasks["user"].state == "ready"
    graph = {"user.py": ["hub.py"], "hub.py": ["late.py"], "late.py": list[str]()}
    change = follow_imports(run, graph)
    assert change
    apply(run, change)
    assert (run.tasks["user"].state, run.by_id["user"].depends_on) == ("pending", ("hub", "late"))
    assert follow_imports(run, graph) is None
    do(run, "late")
    assert run.tasks["user"].state == "ready"


def test_a_task_at_work_is_left_alone() -> None:
    run = make_run({"late": [], "user": []})
    start(run, "user")
    assert follow_imports(run, {"user.py": ["late.py"], "late.py": []}) is None
