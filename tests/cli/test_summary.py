"""The last words of a run, and what status says next."""

import pytest

from orchestrator.application.next_steps import MOST
from orchestrator.cli.summary import Around, print_summary
from orchestrator.domain.run import Run
from tests.application.test_next_steps import (
    SOURCE,
    at_sample,
    begun,
    done,
    ended,
    fail,
    incomplete,
    money_spent,
)


def said(run: Run, capsys: pytest.CaptureFixture[str], *waits: str) -> list[str]:
    print_summary(run, Around(source=SOURCE, waits=waits))
    shown = capsys.readouterr()
    assert shown.out == ""
    return shown.err.splitlines()


def test_a_run_that_is_done_says_so_and_what_to_do_with_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert said(done(), capsys) == [
        "✓ done run p-1",
        "  2 tasks: 2 landed",
        "  → see 2 landed tasks as slices: leafcut prs preview p-1",
        "  → make branches and pages of them: leafcut prs create p-1",
    ]


def test_what_failed_alike_stands_before_the_files_and_the_next_steps_are_last(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = said(incomplete(), capsys)
    first = [line.split()[0] for line in lines]
    assert first == ["◐", "3", "✗", "not", "not", "→", "→", "→"]
    assert lines[2] == "  ✗ attempt-3363: 2 tasks: rejected"
    assert lines[3] == "  not done: b.py: rejected"


def test_many_clusters_and_files_are_cut(capsys: pytest.CaptureFixture[str]) -> None:
    tasks = [f"t{number:02}" for number in range(20)]
    run = begun(*tasks)
    fail(run, *tasks)
    for number, task in enumerate(tasks):
        run.update(task, reason=f"{'abcdefghijklmnopqrst'[number]} went wrong")
    lines = said(ended(run, "incomplete", "20 failed, 0 blocked"), capsys)
    assert "  … and 17 more clusters (leafcut status)" in lines
    assert "  … and 10 more files (leafcut status --json)" in lines
    assert sum(line.startswith("  →") for line in lines) <= MOST


def test_a_run_that_waits_shows_what_a_person_decides_by(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = said(at_sample(), capsys, "  forecast  2 tasks to go")
    assert lines[2] == "  forecast  2 tasks to go"
    assert not any("not done" in line for line in lines)
    assert any(f"edit {SOURCE}" in line for line in lines)


def test_a_spent_budget_says_how_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(money_spent(), capsys)
    assert "  → go on with twice the budget: leafcut resume p-1 --budget 5" in lines


def test_words_of_others_cannot_move_the_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    run = begun("a")
    fail(run, "a")
    run.update("a", reason="\x1b[2J gone")
    assert "\x1b" not in "\n".join(said(ended(run, "incomplete", "\x1b[1A"), capsys))


def test_a_run_that_has_not_ended_has_no_summary(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(begun("a"), capsys) == []
