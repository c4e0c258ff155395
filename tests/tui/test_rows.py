"""Lines of text, wrapped to a width."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from orchestrator.tui.panes.rows import Row, in_line, quoted, row, shown, wrapped
from orchestrator.tui.tones import Piece


def texts(line: Row, width: int) -> list[str]:
    return ["".join(text for text, _ in part) for part in wrapped(line, width)]


def test_a_line_is_cut_after_a_space_and_goes_on_set_in() -> None:
    line = row("  ", ("one two", "bad"), " three four", hang=4)
    assert texts(line, 14) == ["  one two ", "    three four"]
    assert wrapped(line, 14)[0] == (("  ", "plain"), ("one two", "bad"), (" ", "plain"))


def test_a_word_that_does_not_fit_is_cut() -> None:
    assert texts(row("x" * 10), 4) == ["xxxx", "xxxx", "xx"]
    assert texts(row("漢字漢字"), 5) == ["漢字", "漢字"]


@given(
    st.lists(st.tuples(st.text("ab 漢é", max_size=30), st.just("plain")), max_size=4),
    st.integers(2, 20),
    st.integers(0, 12),
)
def test_nothing_is_lost_and_nothing_is_too_wide(
    pieces: list[Piece], width: int, hang: int
) -> None:
    parts = texts(Row(tuple(pieces), hang), width)
    set_in = " " * (hang if hang * 2 < width else 0)
    rest = "".join(part.removeprefix(set_in) for part in parts[1:])
    assert parts[0] + rest == "".join(text for text, _ in pieces)
    assert all(cell_len(part.rstrip()) <= width for part in parts)


def test_what_others_wrote_is_safe_to_show() -> None:
    assert shown("a\tb\x1b[2J\udcff") == "a   b\\x1b[2J?"
    assert in_line(" a\n b ") == "a b"
    lines = ["".join(text for text, _ in line.pieces) for line in quoted("\x1b[31mred\x1b[0m\n\n")]
    assert lines == ["    │ red"]
