"""A disk that is full when a run is over: what is told of it, and that nothing is half written."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.leafcut import REPLACE, Leafcut, make_playbook, make_repository, wide
from tests.support.requirements import bubblewrap

LOCAL = ("--sandbox", "local", "--yes")


@pytest.fixture
def small(tmp_path: Path) -> list[str]:
    """Return the words before a command for which `tmp_path/small` is a disk of 64 KiB."""
    bubblewrap().close()
    (tmp_path / "small").mkdir()
    disk = ["--size", str(64 << 10), "--tmpfs", str(tmp_path / "small")]
    return ["bwrap", "--dev-bind", "/", "/", *disk]


def on(disk: Sequence[str], leafcut: Leafcut, script: str) -> "subprocess.CompletedProcess[str]":
    """Run a script in a shell that sees the disk; `"$@"` is the command."""
    words = [*disk, "sh", "-c", script, "sh", *leafcut.command()]
    return subprocess.run(
        words, env=leafcut.env, cwd=leafcut.cwd, capture_output=True, text=True, check=False
    )


def a_run(leafcut: Leafcut, tmp_path: Path) -> Path:
    target = make_repository(tmp_path / "target", wide(3))
    leafcut("run", str(make_playbook(tmp_path / "playbooks")), "--repo", str(target), *LOCAL)
    return next((leafcut.home / "runs").iterdir())


def test_a_run_whose_report_finds_no_room_ends_as_it_would_and_says_so_once(
    leafcut: Leafcut, tmp_path: Path, small: list[str]
) -> None:
    page = tmp_path / "small" / "report.html"
    link = f"ln -sf {page} {leafcut.home}/runs/replace-*/; sed -i"
    playbook = make_playbook(tmp_path / "playbooks", REPLACE.replace("sed -i", link))
    target = make_repository(tmp_path / "target", wide(3))
    fill = f"head -c 40000 /dev/zero > {tmp_path}/small/fill"
    run = f'"$@" run {playbook} --repo {target} {" ".join(LOCAL)}'
    done = on(small, leafcut, f"{fill}; {run}; code=$?; ls -A {tmp_path}/small; exit $code")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["fill"]
    warnings = [line for line in done.stderr.splitlines() if "the report" in line]
    told = "⚠ warning: the report was not written: OSError: [Errno 28] No space left on device"
    assert warnings == [told]
    assert leafcut.status()["state"] == "done"


def test_a_report_that_finds_no_room_leaves_what_was_there(
    leafcut: Leafcut, tmp_path: Path, small: list[str]
) -> None:
    a_run(leafcut, tmp_path)
    page = tmp_path / "small" / "report.html"
    script = f'echo old > {page}; head -c 40000 /dev/zero > {page}.fill; "$@" report -o {page}'
    done = on(small, leafcut, f"{script}; code=$?; cat {page}; ls -A {page.parent}; exit $code")
    assert done.returncode == 7, done.stderr
    assert f"{page} cannot be written: No space left on device" in done.stderr
    assert done.stdout.split() == ["old", "report.html", "report.html.fill"]


@pytest.mark.parametrize("command", ["status", "logs", "report", "watch"])
def test_a_journal_on_a_full_disk_is_not_called_damaged(
    leafcut: Leafcut, tmp_path: Path, small: list[str], command: str
) -> None:
    run = a_run(leafcut, tmp_path)
    there = tmp_path / "small" / run.name
    copied = (
        f"mkdir {there}; cp {run}/journal.sqlite {run}/*.json {there}; cp -r {run}/playbook {there}"
    )
    fill = f"cat /dev/zero > {there}/fill"
    done = on(small, leafcut, f'{copied}; {fill}; "$@" {command} {there}')
    assert done.returncode == 7, done.stderr
    assert "no room left" in done.stderr
    assert "recover" not in done.stderr
