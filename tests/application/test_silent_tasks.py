"""A task whose last attempt offered nothing new: what turned it down before is told everywhere."""

from collections.abc import Callable

import pytest

from orchestrator.application.report import not_done, status_document
from orchestrator.application.steering import failures
from orchestrator.application.watching.near.story import episodes, judgements
from orchestrator.application.watching.near.why import why
from orchestrator.application.watching.query import Query
from orchestrator.application.watching.tasks import task_row
from orchestrator.cli.render.lines import lines as told_lines
from orchestrator.cli.render.steering import lines
from orchestrator.domain.commands import answer
from orchestrator.domain.events import (
    CommandAccepted,
    HeadChecked,
    LandingEnded,
    PersonCommand,
    Reverted,
    SentBack,
)
from orchestrator.domain.verdict import CheckResult, Failure, Verdict
from tests.support.watching import Story

RED = Verdict(failures=(Failure("types", "a.py", "arg-type", "no 'str'", 3),))
CHECK = CheckResult(
    check="types", outcome="failed", command="mypy", exit_code=1, duration_s=1.0,
    failures=RED.failures,
)  # fmt: skip
GREEN = Verdict()
SAID = "nothing to offer: codemod changed nothing, occurrences left: 4"


def begun() -> Story:
    return Story({"a": [], "b": []}, attempts=3).at(1.0).begin()


def silent(told: Story, task: str) -> Story:
    return told.start(task).finish(
        task, "unchanged", residue=4, reason=SAID, reason_code="no_change"
    )


def turned_down(told: Story) -> str:
    told.start("a").finish("a", "rejected", verdict=RED)
    return "a"


def red_at_landing(told: Story) -> str:
    told.start("a").finish("a").batch("a")
    back = SentBack(task="a", reason_code="red_landing", reason="red", checks=(CHECK,))
    told.tell(LandingEnded(batch=1, head=told.run.head, sent_back=(back,)))
    return "a"


def in_conflict_after_a_check(told: Story) -> str:
    turned_down(told)
    told.start("a").finish("a").batch("a")
    back = SentBack(task="a", reason_code="conflict", reason="a.py has changed")
    told.tell(LandingEnded(batch=1, head=told.run.head, sent_back=(back,)))
    return "a"


def taken_back(told: Story) -> str:
    told.do("a")
    reverted = Reverted(task="a", commit="a-commit", revert="r" * 40, checks=(CHECK,))
    told.tell(HeadChecked(head="r" * 40, reverted=(reverted,)))
    return "a-again"


@pytest.mark.parametrize(
    "before", [turned_down, red_at_landing, in_conflict_after_a_check, taken_back]
)
def test_the_check_that_last_turned_a_task_down_names_its_cluster(
    before: Callable[[Story], str],
) -> None:
    told = begun()
    task = before(told)
    silent(told, task)
    (cluster,) = failures(told.run)
    assert cluster.key.startswith("types-")
    assert (cluster.tasks, cluster.silent) == ((task,), 1)


def test_a_retry_by_a_person_that_offers_nothing_leaves_the_cluster_as_it_was() -> None:
    told = silent(begun(), "b")
    turned_down(told)
    silent(told, "a")
    before = failures(told.run)
    told.tell(CommandAccepted(command=1, who="ann", action="retry", tasks=("a",)))
    assert failures(silent(told, "a").run) == before


def test_a_cluster_is_retried_by_the_key_that_status_shows() -> None:
    told = begun()
    turned_down(told)
    key = failures(silent(told, "a").run)[0].key
    said = answer(told.run, PersonCommand(id=1, who="ann", action="retry", cluster=key))
    assert isinstance(said, CommandAccepted)
    assert said.tasks == ("a",)


def test_what_has_landed_keeps_no_word_of_what_turned_it_down() -> None:
    told = begun()
    turned_down(told)
    assert told.do("a").run.tasks["a"].objections == ()


def test_status_and_the_report_name_the_check_and_what_came_after() -> None:
    told = begun()
    turned_down(told)
    run = silent(told, "a").run
    document = status_document(run, told.recorded, 2.0, alive=True)
    (shown,) = (line for line in lines(document) if "types-" in line)
    assert shown.endswith("1 task   no 'str'; the last attempt then offered nothing new")
    reasons = {one["file"]: one["reason"] for one in not_done(run)}
    assert reasons["a.py"] == f"types: a.py:3: no 'str'; then {SAID}"


def test_the_table_of_tasks_names_the_check_and_is_found_by_it() -> None:
    told = begun()
    turned_down(told)
    look = silent(told, "a").look()
    assert task_row(look, "a").blocker.startswith("types: a.py:3: no 'str'; then nothing")
    assert [task for task in "ab" if Query.of("str").finds(look, task)] == ["a"]


def repeated() -> Story:
    """Return a run in which a check on landing turned down what the codemod then made again."""
    told = begun().start("a").finish("a", change_hash="x", verdict=GREEN).at(2.0).batch("a")
    back = SentBack(task="a", reason_code="red_landing", reason="red", checks=(CHECK,))
    told.tell(LandingEnded(batch=1, head=told.run.head, sent_back=(back,)))
    return told.at(3.0).start("a").finish("a", change_hash="x", verdict=GREEN)


def test_a_change_that_landing_turned_down_and_that_is_made_again_says_so() -> None:
    told = repeated()
    look = told.look()
    assert told.run.tasks["a"].state == "failed"
    (cluster,) = failures(told.run)
    assert (cluster.key.startswith("types-"), cluster.silent) == (True, 1)
    reasons = {one["file"]: one["reason"] for one in not_done(told.run)}
    assert reasons["a.py"] == "types: a.py:3: no 'str'; then offered the same change again"
    assert task_row(look, "a").blocker == reasons["a.py"]
    assert why(look, "a") == (
        "2 attempts, none landed; attempt 2, by codemod, offered the same change again; "
        "one before had failed on types: a.py:3: no 'str'; nobody tries again unless a person "
        "retries it."
    )


def test_from_near_the_landing_that_turned_it_down_stands_below_the_same_change() -> None:
    look = repeated().look()
    last = episodes(look, "a")[-1]
    assert [(one.title, one.good) for one in judgements(look, "a", last)] == [
        ("attempt 2, codemod: accepted", True),
        ("landing, batch 1: sent back", False),
        ("attempt 1, codemod: accepted", True),
    ]


def test_the_run_tells_of_the_same_change_as_it_comes() -> None:
    told = repeated()
    assert list(told_lines(told.run, told.recorded[-1])) == [
        "– no offer  a: offered the same change again"
    ]
