"""Hunks told apart by what edit they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.hunks import Hunk
from orchestrator.domain.patterns import Reading, reading, shape


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
        (("def f(a):", "def f(a) -> None:"), ("def g():", "def g() -> None:"), True),
        (("def f(a):", "def f(a) -> None:"), ("def g():", "def g() -> int:"), False),
        (("a: Optional[int]", "a: int | None"), ("x(b: Optional[A.B])", "x(b: A.B | None)"), True),
        (("print('%s' % a)", "print(f'{a}')"), ('log("%s" % b)', 'log(f"{b}")'), True),
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
    assert reading(one + two).sentence == "All 9 hunks are made of 2 edits that repeat."
    assert [len(group) for group in reading(two + one).patterns] == [5, 4]


def test_no_pattern_is_no_pattern() -> None:
    odd = [_edit("a", "b + c"), _edit("x(", "y["), _edit("u", "w = v")]
    assert "read all 3 hunks" in reading(odd).sentence
    assert reading(odd[:2]).sentence == "There are 2 hunks."
    assert reading([]).sentence == "No line of text changed."


def test_edits_that_repeat_may_stand_in_one_hunk() -> None:
    optional = [_edit(f"a: Optional[T{n}]", f"a: T{n} | None") for n in range(9)]
    lists = [_edit(f"b: List[T{n}]", f"b: list[T{n}]") for n in range(4)]
    both = [_edit("def f(a: Optional[X], b: List[Y])", "def f(a: X | None, b: list[Y])")]
    found = reading([*both, *lists, *optional, _edit("a = 1", "a = 2")])
    assert found.sentence == "14 of 15 hunks are made of 2 edits that repeat; read the other one."
    assert [len(group) for group in found.patterns] == [10, 5]
    assert found.patterns[0][0] == optional[0]


def test_a_long_hunk_is_one_edit() -> None:
    lines = tuple(f"word{n}" for n in range(500))
    long = Hunk(path="a", line=1, removed=lines, added=(*lines, "more"))
    assert len(shape(long)) == 1


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
    said = {one for group in read.patterns for one in group}
    assert said | set(read.odd) == set(found)
    assert not said & set(read.odd)
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
