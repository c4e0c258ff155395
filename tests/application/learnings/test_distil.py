"""What a run proposes for its playbook's prompt, and what speaks for each line."""

from dataclasses import replace
from typing import Any

from orchestrator.application.learnings.distil import (
    Prompt,
    document,
    proposal,
    reminder,
    to_distil,
)
from orchestrator.domain.events import RunEnded, RunStarted
from orchestrator.domain.fold import apply
from orchestrator.domain.learnings.distil import HEADING, MOST, bullet
from orchestrator.domain.learnings.ledger import Ledger
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.prompt import DEFAULT
from tests.support.learnings import proven
from tests.support.plans import BASE, make_run

PROMPT = Prompt(name="prompt.md", text="Do it.\n", recipe="name: p\n", file="playbook.yaml")
WITHOUT = replace(PROMPT, name="", text="")


def ledger_of(*standings: Standing) -> Ledger:
    ledger = Ledger()
    for one in standings:
        ledger.put(one)
    return ledger


def test_trusted_learnings_are_added_and_retired_ones_taken_out() -> None:
    bad, good = proven("bad", status="retired", reason="harmful"), proven("good")
    line = bullet(bad.learning.id, "bad")
    prompt = replace(PROMPT, text=f"Do it.\n\n{HEADING}\n\n{line}\n")
    made = proposal(prompt, ledger_of(bad, good), {}, 0.0, {})
    assert [(one.action, one.words) for one in made.lines] == [("add", "good"), ("remove", "bad")]
    assert f"\n-{line}\n" in made.diff
    assert f"\n+{bullet(good.learning.id, 'good')}\n" in made.diff
    assert "-Do it." not in made.diff


def test_nothing_to_say_is_no_change() -> None:
    made = proposal(PROMPT, ledger_of(proven("new", status="candidate")), {}, 0.0, {})
    assert (made.lines, made.changes, made.diff) == ((), (), "")


def test_a_playbook_without_a_prompt_gets_one_and_the_key_that_names_it() -> None:
    good = proven("good")
    made = proposal(replace(WITHOUT, recipe="name: p"), ledger_of(good), {}, 0.0, {})
    prompt, recipe = made.changes
    assert (prompt.name, prompt.before) == ("prompt.md", None)
    assert prompt.after.startswith(f"{DEFAULT}\n{HEADING}\n")
    assert recipe.after == "name: p\nprompt: prompt.md\n"
    assert "--- /dev/null\n+++ b/prompt.md\n" in made.diff
    assert "\n+prompt: prompt.md\n" in made.diff


def test_an_agents_words_are_taken_and_marked_as_such() -> None:
    good = proven("good", "*.py")
    made = proposal(PROMPT, ledger_of(good), {}, 0.0, {good.learning.id: "Better."})
    (line,) = made.lines
    assert (line.words, line.phrased) == ("In `*.py`: Better.", True)


def test_what_found_no_room_is_counted() -> None:
    many = [proven(f"Lesson {number}.") for number in range(MOST + 2)]
    made = proposal(PROMPT, ledger_of(*many), {}, 0.0, {})
    assert (len(made.lines), made.untold) == (MOST, 2)


def test_a_line_that_is_not_trusted_any_more_is_named() -> None:
    good = proven("good")
    made = proposal(PROMPT, ledger_of(good), {}, 0.0, {})
    assert made.unproven(ledger_of(good), 0.0) == []
    hurt = replace(good, status="retired", harmful=1)
    assert made.unproven(ledger_of(hurt), 0.0) == [good.learning.id]


def test_a_document_has_the_evidence_of_each_line() -> None:
    good = proven("good", helpful=2, clean=1, told=4)
    said: Any = document(proposal(PROMPT, ledger_of(good), {}, 0.0, {}))
    (line,) = said["lines"]
    assert (line["id"], line["helpful"], line["harmful"], line["clean"], line["told"]) == (
        good.learning.id, 2, 0, 1, 4,
    )  # fmt: skip
    assert line["source"]["commit"] == "c" * 40


def test_a_run_reminds_of_what_it_learned_once_it_has_ended() -> None:
    run = make_run({"a": ()})
    started = RunStarted(
        run="r-1", plan_hash="h", base=BASE, branch="b", sandbox="local", agents=(),
        concurrency=1, version="0",
    )  # fmt: skip
    apply(run, started)
    good = proven("good")
    run.ledger.put(good)
    assert (to_distil(run, 0.0), reminder(run, 0.0)) == (0, "")
    apply(run, RunEnded(state="waiting", checkpoint="sample"))
    assert to_distil(run, 0.0) == 1
    assert to_distil(run, 0.0, bullet(good.learning.id, "good")) == 0
    assert reminder(run, 0.0) == "1 trusted learning for the prompt: leafcut learnings distil r-1"
