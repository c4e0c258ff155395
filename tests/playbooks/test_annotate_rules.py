"""Which functions get which return type, and which get none."""

from pathlib import Path
from textwrap import indent

import pytest

from tests.playbooks.annotating import returns


def of_body(tree: Path, body: str, **options: object) -> str | None:
    code = "from x import unknown\ndef f(x, y, *args):\n" + indent(body, "    ") + "\n"
    return returns(tree, code, **options).get("f")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("print(x)", "None"),
        ("if x:\n    return\nprint(y)", "None"),
        ("return None", "None"),
        ("if x:\n    raise ValueError\ny()", "None"),
        ("pass", "None"),
        ("def g():\n    return 1\ng()", "None"),
        ("h = lambda: 1\nh()", "None"),
        ("return True", "bool"),
        ("return -1", "int"),
        ("return 1.5", "float"),
        ("return 1j", "complex"),
        ("return 'a'", "str"),
        ("return b'a'", "bytes"),
        ("return f'{x}'", "str"),
        ("return 'a%s' % x", "str"),
        ("return not x", "bool"),
        ("return x is None", "bool"),
        ("return x in y", "bool"),
        ("return len(x) > 2", "bool"),
        ("return x is y and x in y", "bool"),
        ("if x:\n    return 1\nreturn 2.5", "float"),
        ("if x:\n    return 1\nreturn 'a'", "int | str"),
        ("if x:\n    return None\nreturn 'a'", "str | None"),
        ("return len(x)", "int"),
        ("return len(x) + 1", "int"),
        ("return len(x) / 2", "float"),
        ("return ','.join(x)", "str"),
        ("return 'a b'.split()", "list[str]"),
        ("return [str(i) for i in x]", "list[str]"),
        ("return [i for i in range(3)]", "list[int]"),
        ("return {str(i) for i in x}", "set[str]"),
        ("return {str(i): len(i) for i in x}", "dict[str, int]"),
        ("return ['a', 'b']", "list[str]"),
        ("return {'a': 1}", "dict[str, int]"),
        ("return 1, 'a'", "tuple[int, str]"),
        ("if x:\n    return []\nreturn ['a']", "list[str]"),
        ("n = 0\nfor i in x:\n    n += 1\nreturn n", "int"),
        ("n = 0\nfor i in range(3):\n    n += i\nreturn n", "int"),
        ("a, b = 1, 'b'\nreturn b", "str"),
        ("while True:\n    if x:\n        return 1", "int"),
        ("try:\n    return 1\nexcept ValueError:\n    return 2", "int"),
        ("try:\n    return 1\nfinally:\n    print(x)", "int"),
        ("with x:\n    return 1", "int"),
        ("match x:\n    case 1:\n        return 1\n    case _:\n        return 2", "int"),
        ("if x:\n    return 1\nelse:\n    raise ValueError", "int"),
        ("if x:\n    return 1\nimport sys\nsys.exit()", "int"),
        ("import math\nreturn math.sqrt(x)", "float"),
        ("class C:\n    pass\nprint(C)", "None"),
    ],
)
def test_a_body_that_leaves_no_doubt(tmp_path: Path, body: str, expected: str) -> None:
    assert of_body(tmp_path, body) == expected


@pytest.mark.parametrize(
    "body",
    [
        "return x",
        "return unknown()",
        "return x == y",
        "return len(x) == y",
        "return 1 + x",
        "return x or 1",
        "return [x]",
        "return []",
        "return [i for i in x]",
        "return {**x}",
        "return (x, 1)",
        "return 1, *x",
        "return list(x)",
        "raise ValueError",
        "raise NotImplementedError",
        "'''Only a docstring.'''",
        "...",
        "if x:\n    return 1",
        "if x:\n    return\nreturn 1",
        "while x:\n    return 1",
        "while True:\n    if x:\n        break\n    return 1",
        "for i in x:\n    return 1",
        "try:\n    return 1\nexcept ValueError:\n    pass",
        "import contextlib\nwith contextlib.suppress(KeyError):\n    return 1",
        "match x:\n    case 1:\n        return 1",
        "if x:\n    return 1\nif y:\n    return 'a'\nif args:\n    return b''\nreturn 1.5",
        "yield 1",
        "yield from x",
        "n = 0\nn = x\nreturn n",
        "n = 0\nfor n in x:\n    pass\nreturn n",
        "n = 0\nwith x as n:\n    pass\nreturn n",
        "n = 0\nn += x\nreturn n",
        "n = None\nif x:\n    n = 1\nreturn n",
        "n = 0\ndef g():\n    nonlocal n\n    n = 'a'\ng()\nreturn n",
        "global n\nn = 1\nreturn n",
        "n = ['a']\nn.append(x)\nreturn n",
        "n = 1\nif (n := x):\n    pass\nreturn n",
        "import len\nreturn len(x)",
        "len = x\nreturn len(x)",
        "return [len(len) for len in x]",
        "return lambda: 1",
        "return x.y",
        "return x[0]",
        "return await_ if x else 1",
        "return 1 ** x",
        "return 2 ** -1",
    ],
)
def test_a_body_that_leaves_doubt(tmp_path: Path, body: str) -> None:
    assert of_body(tmp_path, body) is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return []", "list"),
        ("return [x]", "list"),
        ("return sorted(x)", "list"),
        ("return dict(x)", "dict"),
        ("r = {}\nr[x] = 1\nreturn r", "dict"),
        ("r = ['a']\nr.append(x)\nreturn r", "list"),
        ("return (x, 1)", "tuple"),
        ("if x:\n    return [y]\nreturn ['a']", "list"),
        ("if x:\n    return None\nreturn [y]", "list | None"),
    ],
)
def test_bare_containers_are_a_choice(tmp_path: Path, body: str, expected: str) -> None:
    assert of_body(tmp_path / "bare", body, bare=True) == expected
    assert of_body(tmp_path / "strict", body) is None


def test_a_container_of_anything_is_said_where_the_module_has_any(tmp_path: Path) -> None:
    code = """
        from typing import Any, Iterator
        def f(x): return [x]
        def g(x): return x, 1
        def h(x):
            for i in range(3):
                yield i
    """
    assert returns(tmp_path, code) == {
        "f": "list[Any]",
        "g": "tuple[Any, int]",
        "h": "Iterator[int]",
    }


def test_methods_that_the_language_fixes(tmp_path: Path) -> None:
    code = """
        class C:
            def __init__(self, x): self.x = x
            def __len__(self): return self.x
            def __bool__(self): return self.x
            def __contains__(self, key): return self.x[key]
            def __hash__(self): raise TypeError
            def __eq__(self, other): return self.x == other
            def __ne__(self, other):
                if other is None:
                    return NotImplemented
                return other is not self
            def __exit__(self, *args): return False
            def __getitem__(self, key): return self.x
        def __len__(x): return x
    """
    assert returns(tmp_path, code) == {
        "C.__init__": "None",
        "C.__len__": "int",
        "C.__bool__": "bool",
        "C.__contains__": "bool",
        "C.__ne__": "bool",
    }


def test_a_hook_of_a_class_is_left_to_those_who_fill_it(tmp_path: Path) -> None:
    code = """
        from abc import abstractmethod
        from typing import overload, no_type_check
        class C:
            def hook(self): pass
            def documented(self):
                '''Subclasses return something.'''
            def missing(self): raise NotImplementedError
            @abstractmethod
            def abstract(self): print(self)
            @overload
            def many(self): ...
            @no_type_check
            def untold(self): print(self)
            def done(self): return
    """
    assert returns(tmp_path, code) == {"C.done": "None"}


def test_decorators_do_not_change_what_a_function_itself_returns(tmp_path: Path) -> None:
    code = """
        import x
        class C:
            @property
            def size(self): return 1
            @size.setter
            def size(self, value): print(value)
            @staticmethod
            def make(): return C()
            def twice(self): return self.size
            def made(self): return self.make()
        @x.unknown
        def f(): return 1
        def g(): return f()
        @transparent
        def h(): return 1
        def i(): return h()
    """
    assert returns(tmp_path, code) == {
        "C.size": "None",
        "C.make": '"C"',
        "C.made": '"C"',
        "f": "int",
        "h": "int",
        "i": "int",
    } | {"C.size": "None"}


def test_async_functions_say_what_awaiting_them_gives(tmp_path: Path) -> None:
    code = """
        async def f(): return 1
        async def g(): return await f()
        def h(): return f()
        async def agen():
            yield 1
    """
    assert returns(tmp_path, code) == {"f": "int", "g": "int"}


def test_what_is_annotated_already_stays(tmp_path: Path) -> None:
    code = """
        def f(x) -> "str": return 1
        def g(x):  # type: (int) -> str
            return 1
        def h(
            x,  # type: int
        ):
            # type: (...) -> str
            return 1
    """
    assert returns(tmp_path, code) == {}


def test_a_parameter_that_stays_what_it_is_has_its_type(tmp_path: Path) -> None:
    code = """
        def f(x: int): return x
        def g(x: int):
            x = x.real
            return x
        def h(x: "int | None"): return x
        def i(x: list[str]): return [len(y) for y in x]
        def j(*x: int): return x
    """
    assert returns(tmp_path, code) == {"f": "int", "i": "list[int]"}


def test_an_old_python_gets_no_new_syntax(tmp_path: Path) -> None:
    code = """
        def f(x):
            if x:
                return None
            return 1
        def g(x): return [1]
    """
    assert returns(tmp_path / "a", code, python=(3, 8)) == {}
    assert returns(tmp_path / "b", code, python=(3, 9)) == {"g": "list[int]"}
    late = "from __future__ import annotations\n" + "\n".join(
        line.removeprefix(" " * 8) for line in code.splitlines()
    )
    assert returns(tmp_path / "c", late, python=(3, 8)) == {"f": "int | None", "g": "list[int]"}


def test_deep_and_wide_code_does_not_break_it(tmp_path: Path) -> None:
    deep = "x" + " + x" * 500
    assert returns(tmp_path, f"def f(x):\n    return ({deep})\ndef g(): return 1\n") == {"g": "int"}
