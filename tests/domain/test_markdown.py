"""Text of a repository inside Markdown: it shows, and nothing acts on it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.markdown import block, cell, code, plain

ACTING = re.compile(r"@\w|#\d|\bGH-\d|https?://", re.IGNORECASE)
hostile = st.text(
    alphabet=st.sampled_from("a1@#`|\\ <>*_[]\n\r\x00\x1b\u202eGH-:/tps"), max_size=40
)


@given(hostile)
def test_nothing_calls_a_person_or_closes_an_issue(text: str) -> None:
    for shown in (plain(text), code(text), cell(text)):
        assert not ACTING.search(shown)
        assert "\n" not in shown
        assert not re.search(r"[\x00-\x1f\u202e]", shown)


@given(hostile)
def test_a_code_span_ends_where_it_should(text: str) -> None:
    fence = re.match("`+", code(text))
    assert fence is not None
    inner = code(text)[len(fence.group()) : -len(fence.group())]
    assert fence.group() not in re.findall("`+", inner)


@given(hostile)
def test_a_cell_stays_one_cell(text: str) -> None:
    assert not re.search(r"(?<!\\)\|", cell(text))


@given(hostile)
def test_a_block_ends_where_it_should(text: str) -> None:
    first, *inner, last = block(text).splitlines()
    assert first == last
    assert not any(line.startswith(last) for line in inner)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a `b` | <c>", "a \\`b\\` \\| \\<c\\>"),
        ("fixes #12 by @ada", "fixes \\#\u200b12 by @\u200bada"),
        ("two\nlines\udcff", "two lines\\\\xff"),
        ("Tidy up (1/3)", "Tidy up (1/3)"),
    ],
)
def test_running_text(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_code_spans_show_what_is_there() -> None:
    assert code("a|b.py") == "`a|b.py`"
    assert cell("a|b.py") == "`a\\|b.py`"
    assert code("`x`\n") == "`` `x`\\n ``"
    assert code("node/@types/x") == "`node/@\u200btypes/x`"
