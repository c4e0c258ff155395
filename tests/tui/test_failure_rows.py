"""A failure as a line."""

from orchestrator.domain.verdict import Failure
from orchestrator.tui.panes.failures import failure_row


def said(failure: Failure) -> str:
    return "".join(text for text, _ in failure_row(failure).pieces).strip()


def test_a_failure_of_which_only_the_exit_code_is_known_says_so_once() -> None:
    assert said(Failure("tests", "", "exit", "exit code 1")) == "exit code 1"
    assert said(Failure("types", "a.py", "arg-type", "no", 3)) == "a.py:3 arg-type no"
