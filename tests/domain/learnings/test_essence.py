"""What of a repair is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.learnings.essence import essence
from orchestrator.domain.learnings.learning import LONGEST_TEXT

BEFORE = b"""\
import client


def load():
    return client.fetch("/a")


def store(value):
    client.put("/a", value)
"""


def test_the_lines_that_went_and_came_are_told_without_shared_indentation() -> None:
    after = BEFORE.replace(b'fetch("/a")', b'fetch("/a", timeout=5)')
    assert essence("fetch() missing ‹name›", BEFORE, after, 5) == (
        "fetch() missing ‹name›\n"
        '- return client.fetch("/a")\n'
        '+ return client.fetch("/a", timeout=5)'
    )


def test_of_several_places_the_one_next_to_the_failure_is_told() -> None:
    after = BEFORE.replace(b'fetch("/a")', b'get("/a")').replace(b"value)\n", b"value, 1)\n")
    assert "put" in essence("words", BEFORE, after, 9)
    assert "get" not in essence("words", BEFORE, after, 9)
    assert "get" in essence("words", BEFORE, after, 5)


def test_places_side_by_side_are_told_together() -> None:
    before = b"a = 1\nb = 2\nc = 3\n"
    after = b"a = x\nb = 2\nc = y\n"
    assert essence("w", before, after, 1) == "w\n- a = 1\n+ a = x\n…\n- c = 3\n+ c = y"


def test_where_nobody_knows_the_line_a_file_that_differs_all_over_tells_nothing() -> None:
    after = BEFORE.replace(b"load", b"read").replace(b"client.put", b"client.post")
    assert essence("words", BEFORE, after)
    everywhere = b"\n".join(b"%d" % n if n % 2 else b"same" for n in range(20))
    assert essence("words", everywhere, everywhere.replace(b"1", b"x")) == ""


def test_an_indentation_that_was_mended_is_told() -> None:
    assert essence("w", b"if a:\nb()\n", b"if a:\n    b()\n", 2) == "w\n- b()\n+     b()"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a\n", b"a\n"),
        (b"a  \n", b"a\n"),
        (b"a\n", b"a\n\n\n"),
        (b"a\r\n", b"a\n"),
        (b"a\n", b"\xff\xfe\n"),
        (b"a\0b\n", b"a\n"),
    ],
)
def test_what_tells_nothing_is_no_lesson(before: bytes, after: bytes) -> None:
    assert essence("words", before, after, 1) == ""


def test_a_large_hunk_shows_what_went_and_what_came() -> None:
    before = b"".join(b"old line number %d\n" % n for n in range(100))
    after = b"".join(b"new line number %d\n" % n for n in range(100))
    text = essence("w" * 500, before, after, 50)
    assert "- old line number 0" in text
    assert "+ new line number 0" in text
    assert len(text) <= LONGEST_TEXT


def test_what_repeats_itself_too_often_is_not_compared() -> None:
    before = ["first", *["a", "b"] * 900, "last"]
    after = ["begin", *["a"] * 900, *["b"] * 900, "end"]
    assert not essence("w", "\n".join(before).encode(), "\n".join(after).encode(), 1)


_LINES = st.lists(st.text(st.characters(codec="utf-8"), max_size=300), max_size=40)


@given(words=st.text(), before=_LINES, after=_LINES, line=st.integers(0, 50))
def test_it_always_fits_and_never_says_nothing_in_many_words(
    words: str, before: list[str], after: list[str], line: int
) -> None:
    text = essence(words, "\n".join(before).encode(), "\n".join(after).encode(), line)
    assert len(text) <= LONGEST_TEXT
    assert not text or any(part[:1] in "-+…" for part in text.splitlines()[1:])
