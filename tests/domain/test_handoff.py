"""What an attempt leaves word of for the next, and what agents are told."""

from orchestrator.domain.answers import TAIL, accepted, against, rejected
from orchestrator.domain.attempt import AttemptResult
from orchestrator.domain.conditions import conditions
from orchestrator.domain.guards.secrets import masked
from orchestrator.domain.guards.size import LinesChanged
from orchestrator.domain.handoff import LINE, REMEMBERED, note, remembered
from orchestrator.domain.playbook import Guards
from orchestrator.domain.shortening import LONGEST, bounded
from orchestrator.domain.status import TaskStatus
from orchestrator.domain.verdict import CheckResult, Failure, Verdict


def test_a_note_names_what_was_changed_and_what_speaks_against_it() -> None:
    verdict = Verdict(failures=tuple(Failure("types", "a.py", "E", f"e{n}", n) for n in range(9)))
    told = note("codex", "types: e0", [LinesChanged("a.py", 3, 1)], verdict, 2).splitlines()
    assert told[:4] == [
        "codex: types: e0", "changed a.py (+3 −1)", "left 2 occurrences", "- types: a.py: e0",
    ]  # fmt: skip
    assert told[4] == "- types: a.py:1: e1"
    assert told[-1] == "- and 1 more"


def test_a_note_of_an_attempt_that_did_nothing() -> None:
    assert note("x", "", [], Verdict(), None) == "x: ended without a word\nchanged nothing"


def test_a_note_is_text_and_not_too_long() -> None:
    assert bounded("a\x00\x1b[31mb\nc") == "a[31mb\nc"
    assert len(bounded("x" * 9999)) == LONGEST
    assert bounded("\udcff ok") == "ok"


def result(number: int, outcome: str = "rejected", said: str = "") -> AttemptResult:
    return AttemptResult(
        task="a", number=number, token="t", outcome=outcome, reason="why\n" * 100, hand_off=said  # type: ignore[arg-type]
    )  # fmt: skip


def test_the_history_has_a_line_for_each_attempt_and_only_the_last_ones() -> None:
    status = TaskStatus(state="working")
    for number in range(1, 12):
        status = status.having(**remembered(status, "llm", result(number)))
    assert len(status.history) == REMEMBERED
    assert status.history[-1].startswith("11 llm: rejected: why why")
    assert all(len(line) <= LINE and "\n" not in line for line in status.history)


def test_a_limit_without_a_word_leaves_the_note_of_the_attempt_before() -> None:
    status = TaskStatus(state="working", hand_off="old")
    assert remembered(status, "llm", result(1, "limited"))["hand_off"] == "old"
    assert remembered(status, "llm", result(1, "limited", "new"))["hand_off"] == "new"
    assert remembered(status, "llm", result(1, "accepted"))["hand_off"] == ""


def check(output: str, *failures: Failure) -> CheckResult:
    return CheckResult(
        check="tests", outcome="failed", command="c", exit_code=1, duration_s=0.0,
        failures=failures, output=output,
    )  # fmt: skip


def test_a_red_check_that_names_no_place_shows_the_end_of_what_it_printed() -> None:
    told = rejected(Verdict(checks=(check("x" * 9999 + "end", Failure("tests", "", "", "red")),)))
    assert told.startswith("rejected: 1 failure\n- tests: red\n- tests printed at its end:\nx")
    assert told.endswith("end")
    assert len(told) < TAIL + 100
    placed = rejected(Verdict(checks=(check("noise", Failure("tests", "a.py", "", "red", 2)),)))
    assert placed == "rejected: 1 failure\n- tests: a.py:2: red"


def test_an_accepted_answer_says_what_is_left_and_what_comes_later() -> None:
    assert accepted(Verdict(), 1, ["tests"]) == (
        "accepted: the guards hold; no checks to run; 1 occurrence left; at landing also: tests"
    )


def test_rules_follow_what_the_playbook_relaxes() -> None:
    strict = conditions(Guards())
    loose = conditions(
        Guards(residue="off", max_changed_lines=0, laziness="off", test_integrity="off",
               secrets="off", allow_new_files=("*.pyi",))
    )  # fmt: skip
    assert loose[0] == "change only the task's own files; allowed are new files *.pyi"
    assert len(strict) == len(loose) + 5


def test_what_looks_like_a_secret_is_named_instead() -> None:
    assert masked(f"use AKIA{'A' * 16} now") == "use [an AWS access key] now"


def test_the_next_attempt_is_told_what_a_red_check_printed() -> None:
    verdict = Verdict(checks=(check("SyntaxError: invalid", Failure("tests", "", "", "red")),))
    assert against(verdict) == [
        "tests: red",
        "tests printed at its end:\nSyntaxError: invalid",
    ]
