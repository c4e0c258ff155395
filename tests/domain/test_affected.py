"""Which checks a change can reach."""

from collections.abc import Callable, Sequence

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.affected import affected, importers, reached
from orchestrator.domain.playbook import Check
from tests.support.graphs import Files, graphs, reaches

GRAPH = {"lib.py": set(), "app.py": {"lib.py"}, "test_app.py": {"app.py"}, "test_x.py": {"x.py"},
         "x.py": set()}  # fmt: skip
CHECKS = [
    Check(name="app", run="true", covers=("test_app.py",)),
    Check(name="x", run="true", covers=("test_x.py",)),
    Check(name="all", run="true"),
]


def exactly(names: Sequence[str]) -> Callable[[str], bool]:
    return set(names).__contains__


def names(changed: Sequence[str]) -> list[str]:
    return [check.name for check in affected(CHECKS, changed, importers(GRAPH), exactly)]


def test_a_check_is_affected_through_what_depends_on_the_change() -> None:
    assert names(["lib.py"]) == ["app", "all"]
    assert names(["x.py"]) == ["x", "all"]
    assert names(["test_x.py"]) == ["x", "all"]


def test_a_file_that_the_graph_does_not_know_affects_everything() -> None:
    assert names(["setup.cfg", "x.py"]) == ["app", "x", "all"]


@given(graphs(), st.data())
def test_what_is_reached_is_what_leads_to_a_changed_file(graph: Files, data: st.DataObject) -> None:
    if not graph:
        return
    changed = set(data.draw(st.lists(st.sampled_from(sorted(graph)), max_size=3)))
    expected = {file for file in graph if file in changed or reaches(graph, file) & changed}
    assert reached(changed, importers(graph)) == expected
