from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.edits import accept_edits
from orchestrator.domain.owners import Owners
from orchestrator.domain.plan import Plan, Untouched
from orchestrator.domain.planning import Heading, Survey, fingerprint, make_plan, plan_hash
from orchestrator.domain.playbook import GroupBy, Partition
from tests.support.graphs import Files, graphs

_HEADING = Heading(
    playbook="p", playbook_digest="d", params={"n": 1}, repository="/here", base="b" * 40
)


def _survey(graph: Files, lines: dict[str, int] | None = None, owners: str = "") -> Survey:
    sizes = dict.fromkeys(graph, 10) if lines is None else lines
    return Survey(
        graph=graph,
        lines=sizes,
        occurrences=dict.fromkeys(sizes, 2),
        owners=Owners(owners),
        packages=frozenset({"pkg", "pkg/sub"}),
        untouched=(
            Untouched(file="z", reason="is binary"),
            Untouched(file="y", reason="is binary"),
        ),
    )


def _plan(
    graph: Files, by: GroupBy = "file", owners: str = "", *, ordered: bool = True, most: int = 8
) -> Plan:
    survey = _survey(graph, owners=owners)
    return make_plan(_HEADING, survey, Partition(by=by, max_files=most), ordered=ordered)


@given(graphs(), st.randoms(use_true_random=False))
def test_the_same_input_gives_the_same_hash(graph: Files, random: Random) -> None:
    nodes = list(graph)
    random.shuffle(nodes)
    turned = {node: graph[node] for node in nodes}

    assert _plan(turned) == _plan(graph)


@given(graphs(), st.sampled_from(["file", "directory", "package", "owner"]))
def test_depends_on_is_acyclic_and_layers_and_priorities_follow_it(
    graph: Files, by: GroupBy
) -> None:
    plan = _plan(graph, by, owners="a/ @a\n")

    task = {task.id: task for task in plan.tasks}
    assert len(task) == len(plan.tasks)
    for one in plan.tasks:
        below = [task[needed] for needed in one.depends_on]
        assert one.layer == 1 + max((needed.layer for needed in below), default=-1)
        assert all(needed.priority > one.priority for needed in below)
        assert not set(one.depends_on) & set(one.soft_depends_on)
    assert plan.layers == len({one.layer for one in plan.tasks})


def test_the_hash_leaves_out_where_the_target_lies_and_nothing_else() -> None:
    plan = _plan({"a": {"b"}, "b": set()})

    assert plan_hash(replace(plan, repository="/there")) == plan.hash
    assert plan_hash(replace(plan, base="c" * 40)) != plan.hash
    assert plan_hash(replace(plan, params={"n": 2})) != plan.hash
    assert plan_hash(replace(plan, tasks=plan.tasks[:1])) != plan.hash
    assert plan_hash(replace(plan, untouched=())) != plan.hash


def test_cost_is_in_average_files_and_priority_the_longest_path() -> None:
    graph: Files = {"a": {"b"}, "b": {"c"}, "c": set(), "d": {"c"}}
    survey = _survey(graph, lines={"a": 10, "b": 20, "c": 30, "d": 0})

    plan = make_plan(_HEADING, survey, Partition(), ordered=True)

    found = {task.title: (task.cost, task.priority, task.layer) for task in plan.tasks}
    assert found == {
        "a": (0.667, 0.667, 2),
        "b": (1.333, 2.0, 1),
        "c": (2.0, 4.0, 0),
        "d": (0.067, 0.067, 1),
    }


def test_without_an_order_all_tasks_are_independent() -> None:
    plan = _plan({"a": {"b"}, "b": {"a", "c"}, "c": set()}, ordered=False)

    assert [task.files for task in plan.tasks] == [("a",), ("b",), ("c",)]
    assert all(not task.depends_on and task.layer == 0 for task in plan.tasks)


def test_cut_edges_are_recorded_between_the_tasks() -> None:
    plan = _plan({"a": {"b"}, "b": {"c"}, "c": {"a"}}, most=1)

    ((source, target),) = plan.cycles[0].cut_edges
    task = {one.files[0]: one for one in plan.tasks}
    assert task[source].soft_depends_on == (task[target].id,)
    assert sum(len(one.soft_depends_on) for one in plan.tasks) == 1


def test_ids_are_readable_fit_a_ref_and_follow_from_the_files() -> None:
    names = ["src/Ünïcode dir/$(id).py", "a.b/.py", "x" * 90 + ".py", "-/-.py", "x" * 39 + "/y.py"]
    plan = _plan({name: set() for name in names})

    again = {task.files: task.id for task in _plan({names[0]: set(), "other": set()}).tasks}
    for task in plan.tasks:
        assert len(task.id) < 60
        assert set(task.id) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert task.id.strip("-") == task.id
        assert again.get(task.files, task.id) == task.id
    assert accept_edits(plan) == plan


def test_files_are_grouped_by_owner() -> None:
    plan = _plan({"a.py": set(), "b.js": set(), "c.py": set()}, "owner", owners="*.py @p @q\n")

    assert {task.files: task.owners for task in plan.tasks} == {
        ("a.py", "c.py"): ("@p", "@q"),
        ("b.js",): (),
    }


def test_files_are_grouped_by_the_topmost_package() -> None:
    plan = _plan({"pkg/a.py": set(), "pkg/sub/b.py": set(), "tool/c.py": set()}, "package")

    assert {task.files for task in plan.tasks} == {
        ("pkg/a.py", "pkg/sub/b.py"),
        ("tool/c.py",),
    }
    assert {task.title for task in plan.tasks} == {"pkg/a.py and others (2 files)", "tool/c.py"}


def test_nothing_to_do_is_a_plan_of_no_tasks() -> None:
    plan = _plan({})

    assert (plan.tasks, plan.layers) == ((), 0)
    assert [one.file for one in plan.untouched] == ["y", "z"]


def test_what_find_said_is_kept_for_one_playbook_with_one_set_of_params() -> None:
    known = fingerprint("digest", {"a": 1, "b": "x"})

    assert fingerprint("digest", {"b": "x", "a": 1}) == known
    assert len({known, fingerprint("other", {"a": 1, "b": "x"}), fingerprint("digest", {})}) == 3
