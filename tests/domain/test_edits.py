from dataclasses import replace

import pytest
from hypothesis import given

from orchestrator.domain.edits import accept_edits
from orchestrator.domain.plan import Plan, Task
from orchestrator.domain.planning import plan_hash
from tests.support.graphs import Files, graphs, reaches
from tests.support.plans import make_plan


def _plan(**edges: list[str]) -> Plan:
    plan = make_plan(edges)
    return replace(plan, hash=plan_hash(plan))


def _with(plan: Plan, name: str, **changes: object) -> Plan:
    tasks = [replace(task, **changes) if task.id == name else task for task in plan.tasks]  # type: ignore[arg-type]
    return replace(plan, tasks=tuple(tasks))


def test_an_unedited_plan_stays_as_it_is() -> None:
    plan = _plan(a=[], b=["a"])

    assert accept_edits(plan) is plan


def test_an_edited_plan_is_hashed_again_and_says_where_it_comes_from() -> None:
    plan = _plan(a=[], b=["a"], c=[])

    edited = accept_edits(_with(plan, "c", depends_on=("b",), cost=4.0))

    assert edited.derived_from == plan.hash
    assert edited.hash == plan_hash(edited) != plan.hash
    assert accept_edits(edited) is edited
    assert edited.layers == 3
    found = {task.id: (task.layer, task.priority) for task in edited.tasks}
    assert found == {"a": (0, 6.0), "b": (1, 5.0), "c": (2, 4.0)}


def test_a_task_may_be_taken_out() -> None:
    plan = _plan(a=[], b=["a"], c=[])

    assert len(accept_edits(replace(plan, tasks=plan.tasks[:2])).tasks) == 2


def test_a_circle_names_the_tasks_on_it_and_no_other() -> None:
    plan = _plan(a=["c"], b=["a"], c=["b"], d=["a"], e=[])

    with pytest.raises(ValueError, match=r"in a circle: a, b, c$"):
        accept_edits(plan)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": "b"}, "2 tasks are called b"),
        ({"id": "../x"}, "'../x' is no id of a task"),
        ({"id": ""}, "'' is no id of a task"),
        ({"id": "x.lock"}, "is no id of a task"),
        ({"files": ()}, "task a has no files"),
        ({"files": ("b.py",)}, "b.py is in task a and in task b"),
        ({"files": ("a.py", "a.py")}, "a.py is in task a and in task a"),
        ({"files": ("../a.py",)}, "'../a.py' is no path"),
        ({"files": ("x/../a.py",)}, "'x/../a.py' is no path"),
        ({"files": ("/etc/passwd",)}, "'/etc/passwd' is no path"),
        ({"files": ("./a.py",)}, "'./a.py' is no path"),
        ({"files": ("",)}, "'' is no path"),
        ({"files": (".",)}, "'.' is no path"),
        ({"files": ("x/.GIT/config",)}, "'x/.GIT/config' is no path"),
        ({"files": ("a\0b",)}, "is no path"),
        ({"depends_on": ("a",)}, "in a circle: a$"),
        ({"depends_on": ("z",)}, "task a depends on z, which is not in the plan"),
        ({"soft_depends_on": ("z",)}, "task a depends on z, which is not in the plan"),
        ({"cost": 0.0}, "task a: cost must be above 0"),
        ({"cost": float("nan")}, "task a: cost must be above 0"),
    ],
)
def test_what_cannot_be_executed_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        accept_edits(_with(_plan(a=[], b=[]), "a", **changes))


def test_a_right_hash_does_not_spare_a_plan_the_examination() -> None:
    plan = _with(_plan(a=[]), "a", files=("../a",))

    with pytest.raises(ValueError, match="is no path"):
        accept_edits(replace(plan, hash=plan_hash(plan)))


def test_another_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="schema 2 is not known, only 1"):
        accept_edits(replace(_plan(a=[]), schema=2))


@given(graphs())
def test_any_graph_is_either_put_in_order_or_refused(graph: Files) -> None:
    number = {name: f"t{n}" for n, name in enumerate(sorted(graph))}
    tasks = tuple(
        Task(
            id=number[name],
            title=name,
            files=(name,),
            depends_on=tuple(sorted(number[to] for to in graph[name])),
        )
        for name in sorted(graph)
    )
    plan = replace(_plan(), tasks=tasks)

    if any(name in reaches(graph, name) for name in graph):
        with pytest.raises(ValueError, match="in a circle"):
            accept_edits(plan)
    else:
        layer = {task.id: task.layer for task in accept_edits(plan).tasks}
        assert all(layer[to] < layer[task.id] for task in tasks for to in task.depends_on)


def test_six_thousand_tasks_are_examined_at_once() -> None:
    names = [f"t{n}" for n in range(6000)]
    plan = make_plan({name: names[max(0, n - 20) : n] for n, name in enumerate(names)})

    assert accept_edits(plan).layers == 6000
