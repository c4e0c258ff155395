"""Work left undone, silenced or left out, in three languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.guarding import failures, told

PYTHON = '''\
import os


def total(rows):
    """Add up."""
    result = 0
    for row in rows:
        result += row.price
    return result


def load(path):
    try:
        return open(path).read()
    except OSError:
        return os.fsdecode(path)
'''
TYPESCRIPT = """\
export function total(rows: Row[]): number {
  return rows.reduce((sum, row) => sum + row.price, 0);
}

export class Cart {
  constructor(private rows: Row[]) {}

  load(path: string): string {
    try {
      return read(path);
    } catch (error) {
      return fallback(error);
    }
  }
}
"""
JAVASCRIPT = TYPESCRIPT.replace(": Row[]", "").replace(": string", "").replace(": number", "")
JAVASCRIPT = JAVASCRIPT.replace("private rows", "rows")
JAVA = """\
package shop;

public class Cart {
    private Cart() {}

    int total(List<Row> rows) {
        return rows.stream().mapToInt(Row::price).sum();
    }

    String load(Path path) throws IOException {
        try {
            return Files.readString(path);
        } catch (NoSuchFileException missing) {
            return fallback(missing);
        }
    }
}
"""
SOURCES = {"cart.py": PYTHON, "cart.ts": TYPESCRIPT, "cart.js": JAVASCRIPT, "Cart.java": JAVA}

PY_BODY = '''\
    """Add up."""
    result = 0
    for row in rows:
        result += row.price
    return result
'''
PY_EXCEPT = "OSError:\n        return os.fsdecode(path)\n"
TS_BODY = "  return rows.reduce((sum, row) => sum + row.price, 0);\n"
TS_LINE = "  return rows"
TS_CATCH = "{\n      return fallback(error);\n    }"
JAVA_BODY = "        return rows.stream().mapToInt(Row::price).sum();\n"

LAZY = [
    ("cart.py", PY_BODY, "    pass\n", "stub"),
    ("cart.py", PY_BODY, "    ...\n", "stub"),
    ("cart.py", PY_BODY, '    """Add up."""\n', "stub"),
    ("cart.py", PY_BODY, "    raise NotImplementedError\n", "stub"),
    ("cart.py", PY_BODY, '    raise NotImplementedError("later")\n', "stub"),
    ("cart.py", "    result = 0\n", "    result = 0  # TODO: discounts\n", "todo"),
    ("cart.py", "    result = 0\n", "    result = 0  # fixme FIXME(ada) this\n", "todo"),
    ("cart.py", "        result += row.price\n", "        pass\n", "empty"),
    ("cart.py", PY_EXCEPT, "Exception:\n        pass\n", "empty"),
    ("cart.py", PY_EXCEPT, "OSError:\n        pass\n", ""),
    ("cart.py", "import os\n", "import os  # noqa\n", "blanket"),
    ("cart.py", "import os\n", "import os  # noqa: F401\n", "ignore"),
    ("cart.py", "import os\n", "import os  # type: ignore[import]\n", "ignore"),
    ("cart.py", "import os\n", "# mypy: ignore-errors\nimport os\n", "blanket"),
    ("cart.py", "import os\n", "import os  # pylint: disable=all\n", "blanket"),
    ("cart.py", "    result = 0\n", "    # ... rest of the code\n", "elision"),
    ("cart.py", "    result = 0\n", "    # existing code here\n", "elision"),
    ("cart.py", "    result = 0\n", "    # the rest of the file is unchanged\n", "elision"),
    ("cart.py", "    result = 0\n", "    # (omitted for brevity)\n", "elision"),
    ("cart.ts", TS_BODY, "", "stub"),
    ("cart.ts", TS_BODY, '  throw new Error("not implemented");\n', "stub"),
    ("cart.ts", TS_BODY, "  throw new Error(`TODO: migrate`);\n", "stub"),
    ("cart.ts", TS_CATCH, "{}", "empty"),
    ("cart.ts", TS_LINE, "  // @ts-ignore\n  return rows", "ignore"),
    ("cart.ts", TS_LINE, "  // @ts-expect-error\n  return rows", "ignore"),
    ("cart.ts", "export function", "// @ts-nocheck\nexport function", "blanket"),
    ("cart.ts", TS_LINE, "  // eslint-disable-next-line\n  return rows", "blanket"),
    ("cart.ts", TS_LINE, "  // eslint-disable-next-line no-undef\n  return rows", "ignore"),
    ("cart.js", TS_BODY, "", "stub"),
    ("cart.js", TS_LINE, "  // TODO use the new client\n  return rows", "todo"),
    ("cart.js", "export function", "/* eslint-disable */\nexport function", "blanket"),
    ("cart.js", TS_LINE, "  /* ... rest of the implementation ... */\n  return rows", "elision"),
    ("cart.js", TS_LINE, "  // ... existing code ...\n  return rows", "elision"),
    ("cart.js", TS_LINE, "  /* istanbul ignore next */\n  return rows", "ignore"),
    ("Cart.java", JAVA_BODY, "", "stub"),
    ("Cart.java", JAVA_BODY, "        throw new UnsupportedOperationException();\n", "stub"),
    ("Cart.java", JAVA_BODY, '        throw new UnsupportedOperationException("later");\n', "stub"),
    ("Cart.java", JAVA_BODY, '        throw new Oops("Not implemented yet");\n', "stub"),
    ("Cart.java", JAVA_BODY, "        // FIXME\n" + JAVA_BODY, "todo"),
    ("Cart.java", "{\n            return fallback(missing);\n        }", "{}", "empty"),
    ("Cart.java", "    int total", '    @SuppressWarnings("unchecked")\n    int total', "ignore"),
    ("Cart.java", "    int total", '    @SuppressWarnings("all")\n    int total', "blanket"),
    ("Cart.java", "    int total", "    //noinspection unchecked\n    int total", "ignore"),
    ("Cart.java", JAVA_BODY, "        // rest of the method omitted\n" + JAVA_BODY, "elision"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "honest", "lazy", "rule"), LAZY)
def test_laziness_is_told_with_its_rule(path: str, honest: str, lazy: str, rule: str) -> None:
    assert SOURCES[path].count(honest) == 1
    found = failures(SOURCES, {path: SOURCES[path].replace(honest, lazy)})
    assert [one.rule for one in found] == ([rule] if rule else [])
    assert all((one.check, one.path) == ("guard:laziness", path) for one in found)


def test_the_place_is_told() -> None:
    lazy = PYTHON.replace(PY_BODY, "    # TODO: add up\n    return 0\n")
    (found,) = failures(SOURCES, {"cart.py": lazy})
    assert (found.path, found.line) == ("cart.py", 5)
    assert found.message == "leaves work for later: # TODO: add up"


HONEST = [
    ("a.py", 'TEXT = "# TODO: type: ignore"\nMORE = """\n# noqa\n... rest of the code\n"""\n'),
    ("a.py", "class Broken(Exception):\n    pass\n"),
    ("a.py", "class A:\n    @abc.abstractmethod\n    def f(self): ...\n"),
    ("a.py", "class A(Protocol):\n    def f(self) -> int: ...\n"),
    ("a.py", "class A(ABC):\n    def f(self):\n        raise NotImplementedError\n"),
    ("a.py", "@overload\ndef f(x: int) -> int: ...\n@typing.overload\ndef f(x: str) -> str: ...\n"),
    ("a.py", "try:\n    import x\nexcept ImportError:\n    pass\n"),
    ("a.py", "# the rest of the code assumes sorted rows\nx = 1\n# mastodon: a todo list\n"),
    ("a.pyi", "def f(x: int) -> int: ...\nclass A:\n    def g(self): pass\n"),
    ("tests/test_a.py", "def test_a():\n    def double():\n        pass\n    assert f(double)\n"),
    ("a.js", 'const s = "// TODO eslint-disable @ts-ignore";\nconst r = /\\/\\/ TODO/;\n'),
    ("a.js", "const noop = () => {};\nlist.forEach(() => {});\nconst o = {done() { go(); }};\n"),
    ("a.ts", "interface A { load(): void }\nabstract class B { abstract load(): void }\n"),
    ("a.ts", "class A { constructor(private b: B) {} }\ndeclare function f(): void;\n"),
    ("a.tsx", "export const A = () => <p>TODO: FIXME</p>;\n"),
    ("A.java", 'class A { String s = "// TODO @SuppressWarnings"; private A() {} }\n'),
    ("A.java", "interface A { void f(); }\nabstract class B { abstract void g(); }\n"),
    ("A.java", "class A { int f() { if (a) throw new UnsupportedOperationException(a); g(); } }"),
    ("A.java", "class A { void f() { try { g(); } catch (Gone ignored) {} } }\n"),
    ("a.txt", "TODO: everything\n"),
    ("a.py", "\0# TODO\n"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text"), HONEST)
def test_what_only_looks_lazy_is_fine(path: str, text: str) -> None:
    assert told({}, {path: text}) == []


def test_it_counts_net_over_the_whole_change_set() -> None:
    old = {"a.py": "x = 1  # TODO: one\n", "b.py": "y = 1\n"}
    assert told(old, {"a.py": "x = 1\n", "b.py": "y = 1  # TODO: one\n"}) == []
    assert told(old, {"a.py": "x = 1  # TODO: another\n"}) == []
    assert told(old, {"b.py": "y = 1  # TODO: one\n"}) == [("laziness", "todo", 1)]
    assert told(old, {"a.py": "x = 1  # noqa: E501\n"}) == [("laziness", "ignore", 1)]


def test_an_ignore_may_become_narrower_but_not_wider() -> None:
    narrow, wide = (
        {"a.py": "x = f()  # type: ignore[misc]\n"},
        {"a.py": "x = f()  # type: ignore\n"},
    )
    assert told(wide, narrow) == []
    assert told(narrow, wide) == [("laziness", "blanket", 1)]


def test_a_playbook_relaxes_it_whole_or_by_kind() -> None:
    lazy = {"cart.py": PYTHON.replace("    result = 0", "    result = 0  # TODO # noqa")}
    assert [rule for _, rule, _ in told(SOURCES, lazy)] == ["todo"]
    assert [rule for _, rule, _ in told(SOURCES, lazy, allow_laziness=("todo",))] == ["blanket"]
    assert told(SOURCES, lazy, allow_laziness=("todo", "ignore")) == []
    assert told(SOURCES, lazy, laziness="off") == []


def test_skips_are_told_even_without_test_integrity() -> None:
    old, new = "def test_a():\n    assert f()\n", "@skip\ndef test_a():\n    assert f()\n"
    assert told({"test_a.py": old}, {"test_a.py": new}) == [("test_integrity", "skip", 1)]
    without = told({"test_a.py": old}, {"test_a.py": new}, test_integrity="off")
    assert without == [("laziness", "skip", 1)]


LINES = st.lists(
    st.sampled_from(
        ["x = 1  # TODO", "def f(): pass", "def test_a(): assert f()", "@skip", "class A:",
         "    def test_b(self): ...", "function f() {}", "it('a', () => { expect(b).toBe(1) })",
         "@Test void a() { assertEquals(1, b); }", "class B {", "}", "'", "/*", "*/", "({["]
    ),
    max_size=12,
)  # fmt: skip
NAMES = st.sampled_from(["a.py", "test_a.py", "a.test.js", "a.spec.tsx", "ATest.java", "a.ts"])


@given(NAMES, LINES)
def test_no_guard_fires_on_a_move(path: str, lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    assert told({path: text}, {path: None, f"tests/{path}": text}, allow_moves=("tests/",)) == []


# Whole pieces of each language, as words: whatever stands between these, they mean the same.
PIECES = {
    "test_a.py": ["@skip\ndef test_a():\n  assert f()\n", "class A:\n  def g(self): ...\n",
                  "def h():\n  raise NotImplementedError\n", "try:\n  f()\nexcept:\n  pass\n"],
    "a.test.ts": ["it ( 'a' , ( ) => { expect ( b ) . toBe ( 1 ) ; } ) ;", "function f ( ) { }",
                  "it . skip ( 'b' , g ) ;", "try { h ( ) ; } catch { }"],
    "ATest.java": ["class A { @Test void a ( ) { assertEquals ( 1 , b ) ; } }",
                   "class B { void f ( ) { } }",
                   "class C { @Disabled @Test void c ( ) { fail ( ) ; } }"],
}  # fmt: skip


@given(st.data(), st.sampled_from(sorted(PIECES)))
def test_no_guard_fires_on_a_reformat(data: st.DataObject, path: str) -> None:
    pieces = data.draw(st.lists(st.sampled_from(PIECES[path]), max_size=6))
    old = "\n".join(pieces)
    between = ["\n", "\n\n", " \n"] if path.endswith(".py") else [" ", "\n", "\t ", "\n\n"]
    at = "\n" if path.endswith(".py") else " "  # the indentation of Python means something
    new = "".join(word + data.draw(st.sampled_from(between)) for word in old.split(at))
    assert told({path: old}, {path: new}) == []


@given(NAMES, st.binary(max_size=200))
def test_no_content_stops_the_guards(path: str, content: bytes) -> None:
    text = content.decode("latin-1")
    assert told({path: text}, {path: text}) == []
    failures({path: text}, {path: text + "}"})


def test_nesting_stops_nothing() -> None:
    deep = "x = " + "(" * 50_000 + ")" * 50_000 + "  # TODO\n"
    assert told({}, {"a.py": deep}) == [("laziness", "todo", 1)]
