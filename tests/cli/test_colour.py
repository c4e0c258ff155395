"""Colour on a terminal: beside a glyph and a word, and none where nobody wants it."""

import os
import pty
import re
import subprocess
from pathlib import Path

import pytest
import typer

from orchestrator.cli.render.colour import changed, headed
from tests.support.leafcut import Leafcut


@pytest.mark.parametrize(
    ("line", "head"),
    [
        ("✓ landed    [1/2] a.py", "✓ landed"),
        ("  ✗ failed    a.py", "✗ failed"),
        ("↺ sent back a.py: why", "↺ sent back"),
        ("⚠ warning: check x is blind", "⚠ warning:"),
        ("– no offer  a.py", ""),
        ("run r: done", ""),
        ("", ""),
    ],
)
def test_the_glyph_and_the_word_are_coloured_and_nothing_else_changes(line: str, head: str) -> None:
    said = headed(line)
    assert re.sub(r"\x1b\[\d+m", "", said) == line
    assert (said != line) == bool(head)
    if head:
        assert typer.style(head, fg=_colour(head), bold=True) in said


def _colour(head: str) -> str:
    by_glyph = {"✓": typer.colors.GREEN, "✗": typer.colors.RED}
    return by_glyph.get(head[0], typer.colors.YELLOW)


def test_a_diff_is_coloured_by_what_a_line_does() -> None:
    lines = ["--- a/x", "@@ -1 +1 @@", "-old", "+new", " same"]
    assert [changed(line) == line for line in lines] == [False, False, False, False, True]


@pytest.mark.parametrize("wish", ["", "1"])
def test_no_color_is_obeyed_on_a_terminal(wish: str, tmp_path: Path) -> None:
    leafcut = Leafcut(tmp_path / "home", {"NO_COLOR": wish})
    ours, theirs = pty.openpty()
    done = subprocess.run(
        leafcut.command("doctor"),
        env=leafcut.env,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    os.close(theirs)
    said = os.read(ours, 65536).decode()
    os.close(ours)
    assert done.returncode in {0, 7}
    assert "Python" in said
    assert ("\x1b[" in said) == (not wish)
