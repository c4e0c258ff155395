"""What is outside an edit stays byte for byte, and the scripts leave nothing behind."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.playbooks.annotating import work
from tests.playbooks.support import ANNOTATE, files_in, script

CODEMOD, FIND = ANNOTATE / "codemod.py", ANNOTATE / "find_untyped.py"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"def f():\r\n    return 1\r\n", b"def f() -> int:\r\n    return 1\r\n"),
        (b"\xef\xbb\xbfdef f(): return 1", b"\xef\xbb\xbfdef f() -> int: return 1"),
        (b"x = 1\r\ny = 2\ndef f(): pass\r", b"x = 1\r\ny = 2\ndef f() -> None: pass\r"),
        (b"\x0cdef f(): pass\n\x0c\n", b"\x0cdef f() -> None: pass\n\x0c\n"),
        (
            b"class A:\n\x0c    def f(self): return '\x0c'\n",
            b"class A:\n\x0c    def f(self) -> str: return '\x0c'\n",
        ),
        (
            b"# coding: latin-1\nx = '\xe9'\ndef f(\xe9='\xe9'): return 1",
            b"# coding: latin-1\nx = '\xe9'\ndef f(\xe9='\xe9') -> int: return 1",
        ),
        (
            "s = '\u2028'\ndef \u00fc(): return s is None".encode(),
            "s = '\u2028'\ndef \u00fc() -> bool: return s is None".encode(),
        ),
        (
            b"def f(a=(1, ':'),  # )\n  *, b=lambda: 1, c={':': 1}) \\\n  :\n    return 1\n",
            b"def f(a=(1, ':'),  # )\n  *, b=lambda: 1, c={':': 1}) -> int \\\n  :\n    return 1\n",
        ),
        (
            b"@d(lambda: 1)\nasync  def\tf ( ) : return 1\n",
            b"@d(lambda: 1)\nasync  def\tf ( ) -> int : return 1\n",
        ),
        (
            b"if 1:\n\tdef f(\n\t\ta,\n\t):\n\t\treturn 1\n",
            b"if 1:\n\tdef f(\n\t\ta,\n\t) -> int:\n\t\treturn 1\n",
        ),
    ],
)
def test_only_the_header_changes(tmp_path: Path, before: bytes, after: bytes) -> None:
    (tmp_path / "t").mkdir()
    file = tmp_path / "t" / "a.py"
    file.write_bytes(before)
    file.chmod(0o751)
    script(CODEMOD, file.parent, ["a.py"])
    assert file.read_bytes() == after
    assert file.stat().st_mode & 0o777 == 0o751
    assert files_in(tmp_path / "t").keys() == {"a.py"}
    assert script(CODEMOD, file.parent, ["a.py"]).out.startswith("annotated 0 of 0 functions")
    assert script(FIND, file.parent, ["a.py"]).out == ""


@pytest.mark.parametrize(
    "content",
    [
        b"def f(:\n",
        b"x = '\xff'\n",
        b"# coding: none\nx = 1\n",
        b"x\0 = 1",
        b"def f():\n" + b"(" * 500,
    ],
)
def test_what_cannot_be_read_is_skipped_aloud(tmp_path: Path, content: bytes) -> None:
    tree = tmp_path / "t"
    tree.mkdir()
    (tree / "bad.py").write_bytes(content)
    (tree / "good.py").write_bytes(b"def f(): return 1\n")
    (tree / "link.py").symlink_to("good.py")
    names = ["bad.py", "absent.py", "link.py", "good.py"]
    found = script(FIND, tree, names)
    assert found.out == "good.py:1: f has no return type\n"
    assert [line.split(":")[0] for line in found.err.splitlines()] == [
        "skipped bad.py",
        "skipped absent.py",
        "skipped link.py",
    ]
    assert script(CODEMOD, tree, names).err == found.err
    assert (tree / "bad.py").read_bytes() == content
    assert (tree / "link.py").is_symlink()


def test_paths_that_would_be_ambiguous_are_json(tmp_path: Path) -> None:
    names = [
        "a:1.py",
        'q"q.py',
        "new\nline.py",
        "sp ace.py",
        "é.py",
        "$(id).py",
        os.fsdecode(b"\xff.py"),
    ]
    (tmp_path / "t").mkdir()
    for name in names:
        (tmp_path / "t" / name).write_text("def f(): pass\n", encoding="utf-8")
    lines = script(FIND, tmp_path / "t", names).out.splitlines()
    assert lines == [
        f"{shown}:1: f has no return type"
        for shown in (
            '"a:1.py"',
            '"q\\"q.py"',
            '"new\\nline.py"',
            "sp ace.py",
            "é.py",
            "$(id).py",
            '"\\udcff.py"',
        )
    ]
    assert "annotated 7 of 7 functions in 7 files" in script(CODEMOD, tmp_path / "t", names).out


def test_find_counts_parameters_when_asked(tmp_path: Path) -> None:
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "a.py").write_text(
        "class C:\n"
        "    def f(self, x, *, y=1) -> None: ...\n"
        "    @staticmethod\n"
        "    def g(z): ...\n"
        "def h(*args: int, **more): ...  # type: (int) -> None\n",
        encoding="utf-8",
    )
    assert script(FIND, tmp_path / "t", ["a.py"]).out == "a.py:4: C.g has no return type\n"
    assert script(FIND, tmp_path / "t", ["a.py"], "--what", "all").out.splitlines() == [
        "a.py:2: C.f: x has no type",
        "a.py:2: C.f: y has no type",
        "a.py:4: C.g has no return type",
        "a.py:4: C.g: z has no type",
    ]


def test_the_scripts_need_the_standard_library_only() -> None:
    code = f"import sys; sys.path.insert(0, {str(ANNOTATE)!r}); import find_untyped, codemod"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)


def test_types_of_defaults_are_a_choice(tmp_path: Path) -> None:
    code = "def é(a, b=1, c='é', *, d=True, e=None, f: int=2, g=(3), h = 4): pass\n"
    plain = work(tmp_path / "a", {"a.py": code})
    plain.apply(plain.annotations(set()), tmp_path / "a")
    assert (tmp_path / "a" / "a.py").read_text(encoding="utf-8") == code.replace("):", ") -> None:")
    asked = work(tmp_path / "b", {"a.py": code}, defaults=True)
    asked.apply(asked.annotations(set()), tmp_path / "b")
    assert (tmp_path / "b" / "a.py").read_text(encoding="utf-8") == (
        "def é(a, b: int = 1, c: str = 'é', *, d: bool = True, e=None, f: int=2, g=(3), h: int = 4)"
        " -> None: pass\n"
    )


def pieces() -> st.SearchStrategy[str]:
    """Lines that a body may have, some with traps for whoever counts lines or brackets."""
    return st.sampled_from(
        [
            "return 1",
            "return",
            "return 'é'",
            "return None",
            "print(x)",
            "yield x",
            "raise ValueError",
            "x = [1, 2]",
            "return x",
            "'''):\n\r\n -> '''",
            "pass  # )\x0c:",
            "return [str(y) for y in x]",
            "if x: return 2",
        ]
    )


HEADERS = st.sampled_from(
    [
        "def {0}():",
        "def {0}(x, y=')'): # :",
        "async def {0}(x,\n   *, é='):'):",
        "def {0} (\\\n x ) :",
        "def {0}(x: 'int' = (1)) -> None:",
        "@staticmethod\ndef {0}(x=lambda y: {{1: 2}}):",
    ]
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    functions=st.lists(st.tuples(HEADERS, st.lists(pieces(), min_size=1, max_size=4)), max_size=4),
    newline=st.sampled_from(["\n", "\r\n"]),
    bom=st.booleans(),
)
def test_any_output_compiles_and_differs_in_annotations_only(
    tmp_path: Path, functions: list[tuple[str, list[str]]], newline: str, *, bom: bool
) -> None:
    code = "x = 0\n"
    for number, (header, body) in enumerate(functions):
        code += header.format(f"f{number}") + "\n" + "".join(f"    {piece}\n" for piece in body)
    before = (b"\xef\xbb\xbf" if bom else b"") + code.replace("\n", newline).encode()
    try:
        ast.parse(before)
    except SyntaxError:
        return
    done = work(tmp_path, {"a.py": before})
    done.apply(done.annotations(set()), tmp_path)
    after = (tmp_path / "a.py").read_bytes()
    bare = re.compile(
        rb" -> (?:None|int|str|list\[(?:str|int)\]|int \| str|str \| int)(?: \| None)?(?=\s*:)"
    )
    assert bare.sub(b"", after) == bare.sub(b"", before)
    assert without_returns(after) == without_returns(before)


def without_returns(content: bytes) -> str:
    tree = ast.parse(content)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
    return ast.dump(tree)
