"""Diffs that git applies, in a folder that is in a repository, in its middle, or in none."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.unified import unified
from tests.support.leafcut import git

TEXTS = [
    ("a\nb\nc\n", "a\nB\nc\nd\n"),
    ("a\nb", "a\nb\nc\n"),
    ("a\nb\n", "a\nb"),
    ("a\r\nb\x0bc\r\n", "a\r\nb\x0bc\r\nd\r\n"),
    (None, "new\n"),
    ("", "new"),
]


def applied(folder: Path, name: str, before: str | None, after: str) -> bytes:
    if before is not None:
        (folder / name).write_bytes(before.encode())
    diff = unified(name, before, after).encode()
    subprocess.run(["git", "apply", "-"], cwd=folder, input=diff, check=True)
    return (folder / name).read_bytes()


@pytest.mark.parametrize(("before", "after"), TEXTS)
@pytest.mark.parametrize("name", ["prompt.md", "a prompt.md"])
def test_git_applies_it(tmp_path: Path, name: str, before: str | None, after: str) -> None:
    git(tmp_path, "init", "-q")
    inside = tmp_path / "playbooks" / "p"
    inside.mkdir(parents=True)
    assert applied(inside, name, before, after) == after.encode()


def test_git_applies_it_where_there_is_no_repository(tmp_path: Path) -> None:
    assert applied(tmp_path, "prompt.md", "a\n", "b\n") == b"b\n"


@given(st.text(st.sampled_from("ab\n\r "), max_size=12))
def test_no_change_is_no_diff(text: str) -> None:
    assert unified("f", text, text) == ""
