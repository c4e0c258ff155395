"""Scaffold plans: what stands before the migration, what after it, and what waits for what."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.edits import accept_edits
from orchestrator.domain.events import PlanChanged
from orchestrator.domain.graph import components
from orchestrator.domain.owners import Owners
from orchestrator.domain.plan import Plan, Task
from orchestrator.domain.planning import Heading, Survey, make_plan
from orchestrator.domain.playbook import (
    Codemod,
    Find,
    Guards,
    Partition,
    Playbook,
    Scaffold,
    Teardown,
)
from orchestrator.domain.policy import Policy
from orchestrator.domain.run import Run
from orchestrator.domain.staging import StageFiles, Stages, playbook_at
from orchestrator.domain.updating import Ground, renewed
from tests.support.graphs import Files, graphs
from tests.support.plans import do, finish, start

_HEADING = Heading(playbook="p", playbook_digest="d", params={}, repository="/r", base="b" * 40)
_STAGES = Stages(
    scaffold=StageFiles(title="first", files=("main.py", "shim.py"), lines={"main.py": 3}),
    teardown=StageFiles(title="last", files=("old.py", "shim.py"), lines={"old.py": 9}),
)


def _plan(graph: Files, *, ordered: bool = True) -> Plan:
    survey = Survey(
        graph=graph,
        lines=dict.fromkeys(graph, 10),
        occurrences=dict.fromkeys(graph, 1),
        owners=Owners("*.py @py\n"),
        packages=frozenset(),
        untouched=(),
        stages=_STAGES,
    )
    return make_plan(_HEADING, survey, Partition(), ordered=ordered)


@given(graph=graphs(), ordered=st.booleans())
def test_the_scaffold_is_before_all_and_the_teardown_after_all(
    graph: Files, *, ordered: bool
) -> None:
    plan = _plan(graph, ordered=ordered)
    needs = {task.id: set(task.depends_on) for task in plan.tasks}
    assert all(len(members) == 1 for members in components(needs))
    if not graph:
        assert plan.tasks == ()
        return
    first, last = plan.tasks[0], plan.tasks[-1]
    migrated = {task.id for task in plan.tasks if task.stage == "migrate"}
    assert (first.stage, last.stage, len(plan.tasks)) == ("scaffold", "teardown", len(migrated) + 2)
    assert needs[first.id] == set()
    assert needs[last.id] == migrated | {first.id}
    assert all(first.id in needs[task] for task in migrated)
    for task in plan.tasks:
        below = [one for one in plan.tasks if one.id in needs[task.id]]
        assert task.layer == 1 + max((one.layer for one in below), default=-1)
        assert all(one.priority > task.priority for one in below)
    assert accept_edits(plan) == plan


def test_a_stage_has_its_files_its_lines_and_their_owners() -> None:
    first, *_, last = _plan({"a.py": set()}).tasks
    assert (first.files, first.title, first.lines) == (("main.py", "shim.py"), "first", 3)
    assert (last.owners, last.cost) == (("@py",), 0.9)


def test_an_edited_plan_keeps_its_stages_apart() -> None:
    plan = _plan({"a.py": set()})
    first, one, last = plan.tasks
    eager = replace(plan, tasks=(first, replace(one, depends_on=()), last))
    with pytest.raises(ValueError, match=f"{one.id} is of stage migrate and must depend on"):
        accept_edits(eager)
    hasty = replace(plan, tasks=(first, one, replace(last, depends_on=(first.id,))))
    with pytest.raises(ValueError, match=f"{last.id} is of stage teardown and must depend on"):
        accept_edits(hasty)


def test_a_stage_follows_the_playbook_with_its_own_codemod_agents_and_guards() -> None:
    playbook = Playbook(
        version=1,
        name="p",
        title="P",
        find=Find(regex=("x",)),
        strategy="scaffold",
        codemod=Codemod(run="migrate"),
        agents=("codemod", "other"),
        scaffold=Scaffold(files=("shim.py",), agents=("codemod",), codemod=Codemod(run="begin")),
        teardown=Teardown(files=("old.py", "lib/**"), guards=Guards(max_changed_lines=9)),
    )
    first, last = playbook_at("scaffold", playbook), playbook_at("teardown", playbook)
    assert (first.agents, first.codemod) == (("codemod",), Codemod(run="begin"))
    assert (first.guards.allow_deleted, last.agents) == ((), playbook.agents)
    assert last.guards == Guards(max_changed_lines=9, allow_deleted=("/old.py", "lib/**"))
    assert playbook_at("migrate", playbook) == playbook
    policy = Policy.of(playbook, concurrency=1)
    assert [policy.ladder(stage) for stage in ("scaffold", "migrate", "teardown")] == [
        ("codemod",),
        ("codemod", "other"),
        ("codemod", "other"),
    ]


def _run(*, goes_on: bool, agents: tuple[str, ...] = ("codemod",)) -> tuple[Run, list[Task]]:
    plan = _plan({"a.py": set(), "b.py": {"a.py"}, "c.py": set()})
    policy = Policy(agents=agents, attempts=1, continue_after_failure=goes_on)
    return Run(plan, policy), list(plan.tasks)


def _fail(run: Run, task: Task) -> None:
    start(run, task.id)
    finish(run, task.id, "rejected")


@pytest.mark.parametrize("goes_on", [True, False])
def test_nothing_is_migrated_without_its_scaffold(*, goes_on: bool) -> None:
    run, tasks = _run(goes_on=goes_on)
    _fail(run, tasks[0])
    assert {run.tasks[task.id].state for task in tasks[1:]} == {"blocked"}


def test_a_run_that_goes_on_migrates_the_rest_and_tears_nothing_down() -> None:
    run, (first, *migrated, last) = _run(goes_on=True)
    task = {one.title: one for one in migrated}
    do(run, first.id)
    _fail(run, task["a.py"])
    assert run.tasks[task["b.py"].id].state == "ready"
    do(run, task["b.py"].id, task["c.py"].id)
    assert run.tasks[last.id].state == "blocked"
    assert run.tasks[last.id].blocked_by == (task["a.py"].id,)


def test_the_teardown_is_ready_when_all_is_migrated() -> None:
    run, (first, *migrated, last) = _run(goes_on=False)
    do(run, first.id, *(task.id for task in migrated))
    assert run.tasks[last.id].state == "ready"


def _renewed(run: Run, occurrences: dict[str, int], undone: frozenset[str]) -> PlanChanged:
    survey = Survey(
        graph=dict.fromkeys(occurrences, ()),
        lines=dict.fromkeys(occurrences, 10),
        occurrences=occurrences,
        owners=Owners(),
        packages=frozenset(),
        untouched=(),
        stages=_STAGES,
    )
    there = {"main.py", "old.py", *occurrences}
    ground = Ground(
        survey=survey, there=there, before={"a.py", "main.py"}, undone=undone, ordered=False
    )
    return renewed(run, ground, Partition(), "another base")


def test_on_another_base_new_tasks_stand_between_the_stages() -> None:
    run, (first, *_, last) = _run(goes_on=False)
    change = _renewed(run, {"a.py": 1, "b.py": 1, "c.py": 1, "new.py": 1}, frozenset())
    (new,) = change.added
    assert (new.files, new.depends_on, change.gone) == (("new.py",), (first.id,), ())
    (after,) = [task for task in change.changed if task.id == last.id]
    assert new.id in after.depends_on
    assert after.layer > new.layer


def test_a_scaffold_that_the_new_base_lost_is_set_up_anew() -> None:
    run, (first, *_, last) = _run(goes_on=False)
    do(run, first.id)
    change = _renewed(run, {"a.py": 1, "b.py": 1, "c.py": 1}, frozenset({first.id}))
    (again,) = change.added
    assert (again.stage, again.files, again.follows) == ("scaffold", first.files, first.id)
    assert {task.stage for task in change.changed} == {"migrate", "teardown"}
    assert all(again.id in task.depends_on for task in change.changed)
    assert last.id in {task.id for task in change.changed}
