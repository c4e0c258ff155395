"""The end of a long text."""

from orchestrator.application.tail import Tail, grown, tail


def test_a_short_text_is_kept_whole() -> None:
    assert tail("a\nb\n") == Tail(("a", "b"))
    assert tail("") == Tail()
    assert tail("\n\n") == Tail(("", ""))


def test_of_a_long_text_the_last_lines_are_kept_and_the_others_counted() -> None:
    text = "".join(f"line {n}\n" for n in range(100))
    found = tail(text, most_lines=3)
    assert found == Tail(("line 97", "line 98", "line 99"), 97)
    by_size = tail(text, most=50)
    assert len("\n".join(by_size.lines)) <= 50
    assert by_size.lines[-1] == "line 99"
    assert by_size.earlier + len(by_size.lines) == 100


def test_one_line_without_an_end_is_cut() -> None:
    assert tail("x" * 1000, most=10) == Tail(("x" * 10,), cut=990)
    assert tail("ab\n" + "x" * 100, most=10) == Tail(("x" * 10,), 1, cut=90)
    assert tail("ab\n" + "x" * 10, most=10) == Tail(("x" * 10,), 1)
    assert tail("x" * 10, most=10) == Tail(("x" * 10,))


def test_what_a_tail_lacks_is_said() -> None:
    assert Tail(("a",)).lacks == ""
    assert Tail(("a",), 2000).lacks == "2,000 earlier lines"
    assert Tail(("a",), 0, 3000).lacks == "0 earlier lines and 3,000 characters of the line below"


def test_what_is_new_is_told_where_the_last_line_was_whole() -> None:
    assert grown("a\n", "a\nb\n") == "b\n"
    assert grown("a\n", "a\n") == ""
    assert grown("a", "ab\n") is None
    assert grown("a\n", "b\n") is None
    assert grown("", "b\n") is None
