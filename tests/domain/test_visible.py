"""What reaches a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.visible import on_one_line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a.py", "a.py"),
        ("é ✓ 日本", "é ✓ 日本"),
        ("\x1b]0;PWNED\x07red", "\\x1b]0;PWNED\\x07red"),
        ("\x9b31mred", "\\x9b31mred"),
        ("a\u202eyp.", "a\\u202eyp."),
        ("a\rb", "a\\rb"),
    ],
)
def test_control_characters_are_written_out(text: str, shown: str) -> None:
    assert visible(text) == on_one_line(text) == shown


def test_only_one_of_them_keeps_lines() -> None:
    assert visible("a\n\tb") == "a\n\tb"
    assert on_one_line("n\nfake landed.py") == "n\\nfake landed.py"


@given(st.text())
def test_nothing_that_moves_the_cursor_is_left(text: str) -> None:
    assert all(char.isprintable() for char in on_one_line(text) if not "\ud800" <= char <= "\udfff")
