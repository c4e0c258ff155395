"""From edits of real files to rules that are proved on them."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.adapters.rewriting.syntax import AstGrep
from orchestrator.domain.synthesis.examples import Evidence, Example
from orchestrator.domain.synthesis.rule import Rule
from orchestrator.domain.synthesis.synthesise import Taught, synthesise

SYNTAX = AstGrep()
Pairs = Sequence[tuple[str, str]]


def evidence(pairs: Pairs, path: str = "a.py", right: Sequence[str] = ()) -> Evidence:
    examples = []
    for at, (old, new) in enumerate(pairs):
        found = SYNTAX.edits(path, old.encode(), new.encode())
        language = SYNTAX.language(path)
        assert found is not None
        assert language is not None
        examples.append(
            Example(
                task=f"t{at}",
                path=path,
                language=language,
                old=old.encode(),
                new=new.encode(),
                edits=found,
            )
        )
    return Evidence(
        examples=examples,
        right={f"{at}-{path}": one.encode() for at, one in enumerate(right)},
        whole={one.task: 1 for one in examples},
    )


def taught(pairs: Pairs, path: str = "a.py", right: Sequence[str] = ()) -> tuple[Taught, ...]:
    return synthesise(evidence(pairs, path, right), SYNTAX)


def only(found: tuple[Taught, ...]) -> Rule:
    (one,) = found
    return one.rule


def shown(rule: Rule) -> list[tuple[str, str]]:
    return [(one.pattern or one.text, one.fix) for one in rule.rewrites]


def changed(template: str, *words: str, **swaps: str) -> Pairs:
    """Return `template` with each word for `@`, before and after some swaps of text."""
    pairs = []
    for word in words:
        old = new = template.replace("@", word)
        for before, after in zip(swaps.get("old", "").split("|"), swaps.get("new", "").split("|")):  # noqa: B905
            new = new.replace(before, after)
        pairs.append((old, new))
    return pairs


NAMES = ("a", "b.c", "d[0]", "e()", "f.g.h", "i")


@pytest.mark.parametrize(
    ("path", "template", "old", "new", "expected"),
    [
        (
            "a.py",
            "class T:\n    def t(self):\n        self.assertEquals(\n          @,\n          1)\n",
            "assertEquals",
            "assertEqual",
            [("self.assertEquals", "self.assertEqual")],
        ),
        ("a.py", "@.warn('x')\n", "warn", "warning", [("$A.warn", "$A.warning")]),
        (
            "a.py",
            "from datetime import datetime\n\nx = @\ny = datetime.utcnow()\n",
            "utcnow()|import datetime",
            "now(timezone.utc)|import datetime, timezone",
            [
                ("datetime.utcnow()", "datetime.now(timezone.utc)"),
                ("from datetime import datetime", "from datetime import datetime, timezone"),
            ],
        ),
        (
            "a.py",
            "import os\n\nx = @\ny = get(1)\n",
            "import os\n|get(",
            "import os\nimport new\n|new.get(",
            [("get(1)", "new.get(1)"), ("import os", "import os\nimport new")],
        ),
        (
            "a.py",
            "from lib import old\nx = old(@)\ny = map(old, z)\n",
            "old",
            "new",
            [("old", "new")],
        ),
        (
            "a.java",
            "import org.junit.Assert;\nclass T { void f() { Assert.same(@); } }\n",
            "Assert.|org.junit.Assert;",
            "Assertions.|org.junit.jupiter.api.Assertions;",
            [
                ("import org.junit.Assert;", "import org.junit.jupiter.api.Assertions;"),
                ("Assert.same($A)", "Assertions.same($A)"),
            ],
        ),
        ("a.js", "expect(@).toBeCalled();\n", "toBeCalled", "toHaveBeenCalled",
         [("expect($A).toBeCalled", "expect($A).toHaveBeenCalled")]),
        ("a.ts", "const x: number = lib.old<string>(@);\n", "old", "neu",
         [("lib.old", "lib.neu")]),
        ("a.tsx", "const x = <B on={lib.old(@)}>hi</B>;\n", "old", "neu",
         [("lib.old", "lib.neu")]),
    ],
)  # fmt: skip
def test_what_was_done_alike_is_a_rule(
    path: str, template: str, old: str, new: str, expected: list[tuple[str, str]]
) -> None:
    rule = only(taught(changed(template, *NAMES, old=old, new=new), path))
    assert shown(rule) == expected


def test_names_that_vary_are_bound_when_others_were_left_alone() -> None:
    names = ("a", "b.c", "f.g.h", "i", "a")
    pairs = [(f"{one}.warn({one})\n", f"{one}.warning({one})\n") for one in names]
    assert not only(taught(pairs)).rewrites[0].values
    left = "warnings.warn(warnings)\n"
    (rewrite,) = only(taught([(old + left, new + left) for old, new in pairs])).rewrites
    assert (rewrite.pattern, rewrite.values) == ("$A.warn", {"A": ("a", "b.c", "f.g.h", "i")})


def test_what_was_judged_right_as_it_is_speaks_against_a_rule() -> None:
    pairs = changed("x = get(@)\n", *NAMES, old="get", new="fetch")
    assert shown(only(taught(pairs))) == [("get($A)", "fetch($A)")]
    wider = only(taught(pairs, right=["y = get(e())\n"]))
    assert shown(wider) == [("x = get($A)", "x = fetch($A)")]
    assert taught(pairs, right=["x = get(i)\n"]) == ()


def test_a_rule_that_would_match_its_own_work_is_not_offered() -> None:
    pairs = changed("get(@)\n", *NAMES, old="get", new="wrap(get)")
    again = [(old, f"wrap({old.strip()})\n") for old, _ in pairs]
    assert taught(again) == ()


@pytest.mark.parametrize(
    "pairs",
    [
        [(f"x = get({at})\n", f"x = fetch{at % 3}({at})\n") for at in range(8)],
        [(f"x = get({at})\n", f"x = get({at + 1})\n") for at in range(8)],
        [(f"get({at})\nget(x)\n", f"fetch({at})\nget(x)\n") for at in range(8)],
        [("get(x)\n", "fetch(x)\n") for _ in range(4)],
    ],
    ids=["another name each time", "another number each time", "half of the same", "too few"],
)
def test_false_friends_are_never_offered(pairs: Pairs) -> None:
    for one in taught(pairs):
        for old, new in pairs:
            assert SYNTAX.rewritten("a.py", old.encode(), one.rule.rewrites) == new.encode()
    if pairs[0][0] != "get(0)\nget(x)\n":
        assert taught(pairs) == ()


def test_what_an_agent_did_beside_the_edit_does_not_hide_it() -> None:
    pairs = list(changed("log.warn(@)\n", *NAMES, old="warn", new="warning"))
    pairs.append(("log.warn(1)\nx = 1\n", "log.warning(1)\nx = 2\n"))
    (found,) = taught(pairs)
    assert found.tasks == tuple(f"t{at}" for at in range(6))


WORDS = st.sampled_from(["a", "b", "cd", "f(1)", "x.y", "'s'", "[1, 2]", "not z", "lambda: 0"])
CALLS = st.lists(WORDS, max_size=3).map(", ".join)
SHAPES = st.sampled_from(
    ["{}old({})\n", "{}old({}).then()\n", "y = [{}old({})]\n", "def f():\n    return {}old({})\n"]
)
CHANGES = st.sampled_from(
    [("old(", "new("), ("old(", "lib.old("), (")\n", ")  # done\n"), ("old(", "old(1, ")]
)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(SHAPES, st.sampled_from(["", "m.", "m.n."]), CALLS), min_size=5, max_size=8),
    CHANGES,
    st.sampled_from(["", "old = 3\n", "old()\n", "import old\n"]),
)
def test_a_rule_that_is_offered_always_gives_its_examples(
    files: list[tuple[str, str, str]], change: tuple[str, str], left: str
) -> None:
    pairs = []
    for shape, prefix, arguments in files:
        old = shape.format(prefix, arguments)
        pairs.append((left + old, left + old.replace(*change)))
    for one in taught(pairs):
        assert len(one.tasks) >= 5
        for at, (old, new) in enumerate(pairs):
            if f"t{at}" in one.tasks:
                assert SYNTAX.rewritten("a.py", old.encode(), one.rule.rewrites) == new.encode()
                assert SYNTAX.rewritten("a.py", new.encode(), one.rule.rewrites) == new.encode()
