"""Lessons on one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.learnings.essence import essence
from orchestrator.domain.learnings.gist import gist


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fixtures live in conftest.py", "fixtures live in conftest.py"),
        ("", ""),
        ("no mode\n- read(a)\n+ read(a, mode)", "no mode: `read(a)` → `read(a, mode)`"),
        ("unused\n- import os", "unused: without `import os`"),
        ("no name\n+ import os", "no name: with `import os`"),
        ("two\n- a\n- b\n+ c\n…\n+ d", "two: `a ⏎ b` → `c`; with `d`"),
        ("marked\n- `a`\n+ b", "marked: `a` → `b`"),
        ("cut\n- a\n…", "cut: without `a`"),
        ("nothing\n-\n+", "nothing"),
        ("prose\nof  two lines", "prose of two lines"),
    ],
)
def test_what_is_told(text: str, said: str) -> None:
    assert gist(text) == said


@given(st.text(), st.text(), st.text())
def test_it_is_one_line_whatever_changed(words: str, before: str, after: str) -> None:
    text = essence(words, before.encode(errors="replace"), after.encode(errors="replace"))
    assert len(gist(text).splitlines()) <= 1
