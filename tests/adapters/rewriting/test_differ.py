"""The smallest nodes that differ."""

import pytest

from orchestrator.adapters.rewriting.differ import edits


def found(old: str, new: str, path: str = "a.py") -> list[tuple[str, str]]:
    """Return the narrowest level of each edit, before and after."""
    told = edits(path, old.encode(), new.encode())
    assert told is not None
    return [(e.levels[0][0].text, e.levels[0][1].text) if e.levels else ("", "") for e in told]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a.b(1)\n", "a.b(1)\n", []),
        ("a.b(1)\nc\n", "a.x(1)\nc\n", [("b", "x")]),
        ("f()\n", "f(x)\n", [("()", "(x)")]),
        ("import a\nimport b\nf()\n", "import a\nimport c\ng()\n", [("b", "c"), ("f", "g")]),
        (
            "import a\nf()\n",
            "import a\nimport b\ng()\n",
            [("import a", "import a\nimport b"), ("f", "g")],
        ),
        ("import a\nimport b\nf()\n", "import a\nf()\n", [("", "")]),
        ("f(a,b)\n", "f(a, b)\n", [("(a,b)", "(a, b)")]),
    ],
)
def test_edits_are_as_small_as_they_can_be(
    old: str, new: str, expected: list[tuple[str, str]]
) -> None:
    assert found(old, new) == expected


def test_what_is_around_an_edit_is_told_up_to_its_statement() -> None:
    (edit,) = (
        edits("a.py", b"if x:\n    y = log.warn(1)\n", b"if x:\n    y = log.warning(1)\n") or ()
    )
    assert [old.text for old, _ in edit.levels] == [
        "warn",
        "log.warn",
        "log.warn(1)",
        "y = log.warn(1)",
        "y = log.warn(1)",
    ]
    assert edit.span == (18, 22, "warning")


def test_what_cannot_be_read_tells_nothing() -> None:
    assert edits("a.py", b"\xff", b"x") is None
    assert edits("a.py", b"def (:\n", b"x") is None
    assert edits("a.txt", b"a", b"b") is None


def test_deep_and_long_files_are_bounded() -> None:
    deep = b"(" * 20_000 + b"a" + b")" * 20_000
    (edit,) = edits("a.py", deep, deep.replace(b"a", b"b")) or ()
    assert edit.levels == ()
    long = b"a\n" * 5_000
    assert edits("a.py", long, long.replace(b"a", b"b")) is None


DEEP = ("(" * 900 + "{}" + ")" * 900, "{}" + ".f()" * 480, "+".join(["{}", *"a" * 900]))


@pytest.mark.parametrize("shape", DEEP)
def test_what_is_deep_is_told_as_far_as_it_is_looked_into(shape: str) -> None:
    old, new = (f"x = {shape.format(name)}\n".encode() for name in ("b", "c"))
    assert edits("a.py", old, new)


def test_what_repeats_itself_is_compared_in_good_time() -> None:
    old, new = "0, 1, " * 20_000, "0, " * 20_000 + "1, " * 20_000
    assert edits("a.py", f"x = [{old}]\n".encode(), f"x = [{new}]\n".encode()) is None
