"""A run on another base: which tasks go on, which are over, which are new."""

from collections.abc import Mapping, Sequence

from orchestrator.domain.events import BaseUpdated, PlanChanged
from orchestrator.domain.fold import apply
from orchestrator.domain.owners import Owners
from orchestrator.domain.planning import Survey
from orchestrator.domain.playbook import Partition
from orchestrator.domain.run import Run
from orchestrator.domain.updating import Ground, hash_after, renewed
from tests.support.plans import do, finish, land, make_run, start

ONE_FILE = Partition(max_files=1)


def ground(
    found: Mapping[str, int],
    *,
    imports: Mapping[str, Sequence[str]] | None = None,
    clean: Sequence[str] = (),
    before: Sequence[str] = (),
    undone: Sequence[str] = (),
) -> Ground:
    """Return what is there: occurrences by file, and files without any."""
    graph = {file: tuple((imports or {}).get(file, ())) for file in (*found, *clean)}
    survey = Survey(
        graph=graph,
        lines=dict.fromkeys(found, 1),
        occurrences=found,
        owners=Owners(),
        packages=frozenset(),
        untouched=(),
    )
    return Ground(survey=survey, there={*found, *clean}, before=before, undone=undone, ordered=True)


def renew(run: Run, there: Ground) -> PlanChanged:
    change = renewed(run, there, ONE_FILE, "moved on")
    apply(
        run,
        BaseUpdated(
            base="new",
            left=run.head,
            head="head",
            plan_hash=hash_after(run, "new", change),
            plan=change,
        ),
    )
    return change


def test_a_file_that_is_gone_ends_its_task_and_lets_others_go() -> None:
    run = make_run({"a": [], "b": ["a"]})
    change = renew(run, ground({"b.py": 1}))
    assert change.gone == (("a", "no file of it is left"),)
    assert (run.tasks["a"].state, run.tasks["b"].state) == ("skipped", "ready")
    assert (run.base, run.head) == ("new", "head")


def test_a_task_with_nothing_left_to_change_is_over() -> None:
    run = make_run({"a": []})
    assert renew(run, ground({}, clean=["a.py"])).gone == (("a", "nothing is left to change"),)


def test_new_occurrences_in_a_landed_file_become_a_task_that_follows() -> None:
    run = make_run({"a": []})
    do(run, "a")
    (new,) = renew(run, ground({"a.py": 2})).added
    assert (new.follows, new.files, new.occurrences) == ("a", ("a.py",), 2)
    assert run.tasks[new.id].state == "ready"


def test_what_a_landed_task_was_allowed_to_leave_is_nothing_new() -> None:
    run = make_run({"a": []})
    start(run, "a")
    finish(run, "a", "accepted", residue=2)
    land(run, "a")
    assert renew(run, ground({"a.py": 2})).added == ()
    assert len(renew(run, ground({"a.py": 3})).added) == 1


def test_a_landed_task_whose_change_was_not_replayed_is_done_again() -> None:
    run = make_run({"a": []})
    start(run, "a")
    finish(run, "a", "accepted", residue=2)
    land(run, "a")
    (new,) = renew(run, ground({"a.py": 2}, undone=["a"])).added
    assert new.follows == "a"


def test_a_file_that_a_person_left_out_of_the_plan_stays_out() -> None:
    run = make_run({"a": []})
    assert renew(run, ground({"a.py": 1, "x.py": 1}, before=["x.py"])).added == ()
    (new,) = renew(run, ground({"a.py": 1, "y.py": 1})).added
    assert new.files == ("y.py",)


def test_a_name_is_never_used_twice() -> None:
    run = make_run({})
    (first,) = renew(run, ground({"a.py": 1})).added
    do(run, first.id)
    (second,) = renew(run, ground({"a.py": 1})).added
    do(run, second.id)
    (third,) = renew(run, ground({"a.py": 1})).added
    assert [second.id, third.id] == [f"{first.id}-2", f"{first.id}-3"]


def test_the_order_follows_the_imports_of_the_new_base() -> None:
    run = make_run({"a": [], "b": []})
    renew(run, ground({"a.py": 1, "b.py": 1}, imports={"a.py": ["b.py"]}))
    assert run.by_id["a"].depends_on == ("b",)
    assert (run.tasks["a"].state, run.tasks["b"].state) == ("pending", "ready")
    assert run.by_id["b"].priority > run.by_id["a"].priority


def test_a_candidate_that_waits_for_landing_keeps_waiting() -> None:
    run = make_run({"a": [], "b": []})
    for task in ("a", "b"):
        start(run, task)
        finish(run, task, "accepted")
    renew(run, ground({"a.py": 1}, clean=["b.py"]))
    assert (run.queue, run.tasks["b"].reason_code) == (["a"], "gone")
