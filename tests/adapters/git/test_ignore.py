"""The .gitignore rules, against git itself."""

import subprocess
from pathlib import Path

import pytest

from orchestrator.adapters.git.ignore import Ignored

PATHS = (
    "a.py", "a.log", "keep.log", "build/x.py", "build/keep/x.py", "sub/build/x.py", "sub/a.log",
    "sub/keep.log", "sub/deep/a.log", "sub/deep/deeper/b.txt", "doc/x.txt", "doc/in/x.txt",
    "foo/bar/baz.c", "bar/foo", "#hash", "!bang", "sp ace ", "x/y/z/w.tmp", "sub/.hidden/f",
    "é/x", "a/b", "a/c/b", "logs/debug.log", "deep/logs/debug.log",
)  # fmt: skip

CASES: tuple[dict[str, str], ...] = (
    {".gitignore": "*.log\n!keep.log\n/build/\n"},
    {".gitignore": "build\n!build/keep/\n!build/keep/x.py\n"},
    {".gitignore": "build/*\n!build/keep/\n"},
    {".gitignore": "*.log\n", "sub/.gitignore": "!keep.log\n!deep/\n"},
    {".gitignore": "!a.log\n", "sub/.gitignore": "*.log\n", "sub/deep/.gitignore": "!a.log\n"},
    {".gitignore": "sub/\n", "sub/.gitignore": "!a.log\n"},
    {".gitignore": "*\n!*/\n!*.py\n"},
    {".gitignore": "/*\n!/sub\n/sub/*\n!/sub/deep\n"},
    {".gitignore": "doc/*.txt\n**/foo/**\n\\#hash\n\\!bang\nsp\\ ace\\ \n"},
    {".gitignore": "# comment\n\n  \n*.tmp\r\nx/**/w.tmp\n[a-b]/b\n"},
    {".gitignore": "a/**/b\n.hidden\nlogs/**/debug.log\n"},
    {".gitignore": "**/logs\n!deep/logs/debug.log\nfoo/\n"},
    {"sub/.gitignore": "/build/\n*.txt\n"},
    {".gitignore": "\ufeff[[:alpha:]][!x].py\n?.log\n[]a]/b\n[\nc\\\n***/keep.log\n?/\n!\n/\n"},
)


@pytest.mark.parametrize("rules", CASES)
def test_it_ignores_what_git_ignores(tmp_path: Path, rules: dict[str, str]) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    for path in PATHS:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    for path, text in rules.items():
        (tmp_path / path).write_bytes(text.encode())
    said = subprocess.run(
        ["git", "check-ignore", "--stdin", "-z"], cwd=tmp_path, input="\0".join(PATHS).encode(),
        capture_output=True, check=False,
    ).stdout  # fmt: skip
    ignored = Ignored({path.encode(): text.encode() for path, text in rules.items()})
    assert {path for path in PATHS if ignored(path.encode())} == set(
        filter(None, said.decode().split("\0"))
    )
