"""Hunks: read off a diff, and told apart by what edit they are."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.hunks import Hunk, Reading, hunks, reading, shape

DIFF = """\
diff --git a/p/a.py b/p/a.py
index 1..2 100644
--- a/p/a.py
+++ b/p/a.py
@@ -3 +3,2 @@ def f():
--- not a header
+++ not one either
+x
\\ No newline at end of file
@@ -9,2 +10,0 @@
-one
-two
diff --git a/gone b/gone
deleted file mode 100644
--- a/gone
+++ /dev/null
@@ -1 +0,0 @@
-@@ -1 +1 @@
"""


def test_hunks_are_read_by_their_counts() -> None:
    assert list(hunks(DIFF)) == [
        Hunk(path="p/a.py", line=3, removed=("-- not a header",), added=("++ not one either", "x")),
        Hunk(path="p/a.py", line=10, removed=("one", "two")),
        Hunk(path="gone", line=1, removed=("@@ -1 +1 @@",)),
    ]


NAMES = ("a b", "tab\there", 'quo"te', "caf\u00e9", "back\\slash", "new\nline", "trail ", "a/b.py")


@pytest.mark.parametrize("name", NAMES)
def test_paths_are_as_they_are(tmp_path: Path, name: str) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("x\n")
    subprocess.run(["git", "add", "--all"], cwd=tmp_path, check=True)
    said = subprocess.run(
        ["git", "diff", "--cached", "--unified=0"], cwd=tmp_path, check=True, capture_output=True
    ).stdout.decode("utf-8", "surrogateescape")
    assert [hunk.path for hunk in hunks(said)] == [name]


def _edit(old: str, new: str, line: int = 1) -> Hunk:
    return Hunk(path="a", line=line, removed=(old,), added=(new,))


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        (("client.get(1)", "client.fetch(1)"), ("other.get(99)", "other.fetch(99)"), True),
        (("client.get(1)", "client.fetch(1)"), ("x.get(1)", "x.post(1)"), False),
        (("client.get(1)", "client.fetch(1)"), ("x.get(1)", "x.fetch(2)"), False),
        (("f(a, b)", "f(b, a)"), ("g(x, y)", "g(y, x)"), True),
        (("f(a, b)", "f(b, a)"), ("g(x, y)", "g(x, y, x)"), False),
        (("  f( 'a' )", "g('a')"), ("f('b')", "\tg('b')"), True),
        (("if a:", "if a is None:"), ("if a:", "if a is not None:"), False),
    ],
)
def test_what_is_the_same_edit(one: tuple[str, str], two: tuple[str, str], *, same: bool) -> None:
    assert (shape(_edit(*one)) == shape(_edit(*two))) is same


def test_the_few_that_differ_are_told() -> None:
    many = [_edit(f"x{n}.get({n})", f"x{n}.fetch({n})", n) for n in range(212)]
    few = [_edit(f"x.get({n})", f"x.fetch({n}, timeout={n})", n) for n in range(8)]
    found = reading(many + few)
    assert found.sentence == "212 of 220 hunks are the same edit; read these 8."
    assert found.odd == tuple(few)


def test_edits_with_names_of_their_own_are_still_a_pattern() -> None:
    renames = [_edit(f"camelCase{n} = 1", f"snake_case_{n} = 1") for n in range(9)]
    found = reading([*renames, _edit("a", "b + c")])
    assert found.sentence == "9 of 10 hunks are the same edit; read the other one."


def test_several_patterns_are_counted() -> None:
    one = [_edit(f"a{n}", f"a{n}.b") for n in range(5)]
    two = [_edit(f"a{n}", f"a{n}[0]") for n in range(4)]
    assert reading(one + two).sentence == "All 9 hunks are one of 2 edits."
    assert [len(group) for group in reading(two + one).patterns] == [5, 4]


def test_no_pattern_is_no_pattern() -> None:
    odd = [_edit("a", "b + c"), _edit("x(", "y[")]
    assert "read all 2 hunks" in reading(odd).sentence
    assert reading([]).sentence == "No line of text changed."


hunk = st.builds(
    Hunk,
    path=st.just("a"),
    line=st.integers(1, 9),
    removed=st.lists(st.text("ab1\"' (.", max_size=6), max_size=2).map(tuple),
    added=st.lists(st.text("ab1\"' (.", max_size=6), max_size=2).map(tuple),
)


@given(st.lists(hunk, max_size=30))
def test_every_hunk_is_in_a_pattern_or_odd(found: list[Hunk]) -> None:
    read: Reading = reading(found)
    said = [one for group in read.patterns for one in group] + list(read.odd)
    assert sorted(map(repr, said)) == sorted(map(repr, found))
    assert read.count == len(found)
    assert all(len(group) >= 3 for group in read.patterns)


@given(hunk, st.sampled_from(["  ", "\t"]))
def test_indentation_makes_no_other_edit(one: Hunk, space: str) -> None:
    moved = Hunk(
        path="b",
        line=1,
        removed=tuple(space + line for line in one.removed),
        added=tuple(line + space for line in one.added),
    )
    assert shape(moved) == shape(one)
