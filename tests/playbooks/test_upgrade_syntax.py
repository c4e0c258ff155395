"""upgrade-syntax: pyupgrade in this process, byte for byte outside its changes."""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.playbooks.support import UPGRADE, files_in, load, script

CODEMOD, FIND = UPGRADE / "codemod.py", UPGRADE / "find_outdated.py"
upgrading: Any = load(UPGRADE / "upgrading.py")


def settings(*version: int) -> Any:
    return upgrading.Settings(min_version=version or (3, 11))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"x = set([1])\r\n", b"x = {1}\r\n"),
        (b"x = set([1])\r\ny = u''\n", b"x = {1}\r\ny = ''\n"),
        (b"\xef\xbb\xbfx = set([1])", b"\xef\xbb\xbfx = {1}"),
        (b"\n\x0c\n\nx = set([1])\n\x0c\n", b"\n\x0c\n\nx = {1}\n\x0c\n"),
        (b"s = '\xe2\x80\xa8\x0c'\nx = set([1])\n", b"s = '\xe2\x80\xa8\x0c'\nx = {1}\n"),
        (b"class C(object):\n\tdef f(self):\n\t\tsuper(C, self).f()\n",) * 1
        + (b"class C:\n\tdef f(self):\n\t\tsuper().f()\n",),
    ],
)
def test_only_what_is_outdated_changes(tmp_path: Path, before: bytes, after: bytes) -> None:
    tree = tmp_path / "t"
    tree.mkdir()
    file = tree / "a.py"
    file.write_bytes(before)
    file.chmod(0o751)
    assert script(FIND, tree, ["a.py"]).out
    assert script(CODEMOD, tree, ["a.py"]).out == "upgraded 1 of 1 files\n"
    assert file.read_bytes() == after
    assert file.stat().st_mode & 0o777 == 0o751
    assert script(FIND, tree, ["a.py"]).out == ""
    assert script(CODEMOD, tree, ["a.py"]).out == "upgraded 0 of 1 files\n"
    assert files_in(tree).keys() == {"a.py"}


def test_occurrences_are_where_changes_begin(tmp_path: Path) -> None:
    tree = tmp_path / "t"
    tree.mkdir()
    code = "s = '\x0c\u2028'\nx = set([1])\ny = 1\nif x:\n  z = (\n  u'',\n)"
    (tree / 'q".py').write_bytes(code.encode())
    assert script(FIND, tree, ['q".py']).out.splitlines() == [
        '"q\\".py":2: \'x = set([1])\'',
        '"q\\".py":6: "u\'\',"',
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"x = 1\ry = u''\r",
        b"x = u'\xe9'\n",
        b"# coding: latin-1\nx = u'\xc3\xa9'\n",
        b"# coding: none\nx = u''\n",
    ],
)
def test_what_pyupgrade_cannot_take_is_skipped_aloud(tmp_path: Path, content: bytes) -> None:
    tree = tmp_path / "t"
    tree.mkdir()
    (tree / "bad.py").write_bytes(content)
    (tree / "good.py").write_bytes(b"x = u''\n")
    (tree / "link.py").symlink_to("good.py")
    names = ["bad.py", "link.py", "absent.py", "good.py"]
    for path in (FIND, CODEMOD):
        said = script(path, tree, names)
        assert [line.split(": ")[0] for line in said.err.splitlines()] == [
            "skipped 'bad.py'",
            "skipped 'link.py'",
            "skipped 'absent.py'",
        ]
    assert (tree / "bad.py").read_bytes() == content
    assert (tree / "good.py").read_bytes() == b"x = ''\n"


def test_what_does_not_parse_stays(tmp_path: Path) -> None:
    tree = tmp_path / "t"
    tree.mkdir()
    (tree / "a.py").write_bytes(b"print u'x'\nclass C(object):\n")
    said = script(CODEMOD, tree, ["a.py"])
    assert said.out == "upgraded 0 of 1 files\n"
    assert said.err.startswith("skipped 'a.py': ")


def test_the_parameters_reach_pyupgrade(tmp_path: Path) -> None:
    tree = tmp_path / "t"
    tree.mkdir()
    code = "from typing import List\nx: List[int] = '%s' % (y,)\n"

    def upgraded(*options: str) -> list[str]:
        (tree / "a.py").write_text(code, encoding="utf-8")
        script(CODEMOD, tree, ["a.py"], *options)
        return (tree / "a.py").read_text(encoding="utf-8").splitlines()[1:]

    assert upgraded() == ["x: list[int] = f'{y}'"]
    assert upgraded("--python", "3.8") == ["x: List[int] = f'{y}'"]
    assert upgraded("--keep-percent-format", "true") == ["x: list[int] = '%s' % (y,)"]
    code = f"from __future__ import annotations\n{code}"
    assert upgraded("--python", "3.8")[1:] == ["x: list[int] = f'{y}'"]
    kept = upgraded("--python", "3.8", "--keep-runtime-typing", "true")
    assert kept[1:] == ["x: List[int] = f'{y}'"]


def test_changes_that_follow_from_changes_are_made_at_once() -> None:
    before = "x = '%s' % (set([y for y in z]),)\n"
    after = upgrading.upgrade(before, settings())
    assert upgrading.upgrade(after, settings()) == after


def test_pyupgrade_still_has_what_this_relies_on(tmp_path: Path) -> None:
    code = "import six\nx = six.text_type(u'a')\nclass C(object): pass\n"
    file = tmp_path / "a.py"
    file.write_text(code, encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "pyupgrade", "--py311-plus", "--exit-zero-even-if-changed", file],
        check=True,
        capture_output=True,
    )
    once = upgrading._fix_tokens(upgrading._fix_plugins(code, settings()))
    assert once == file.read_text(encoding="utf-8")
    assert set(settings()._fields) == {
        "min_version",
        "keep_percent_format",
        "keep_mock",
        "keep_runtime_typing",
    }


@given(
    st.lists(
        st.sampled_from(
            ["x = u''", "x = set([1])", "\x0c", "def f(): pass", "'''a\x0cb'''", "x = \\", "\tx"]
        )
    ),
    st.sampled_from(["\n", "\r\n"]),
)
def test_upgrading_is_done_when_it_is_done(parts: list[str], newline: str) -> None:
    before = newline.join(parts)
    try:
        ast.parse(before)
    except SyntaxError:
        return
    after = upgrading.upgrade(before, settings())
    assert upgrading.upgrade(after, settings()) == after
    assert after == before.replace("u''", "''").replace("set([1])", "{1}")
