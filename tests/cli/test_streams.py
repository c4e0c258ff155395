"""Standard streams that are closed, or that nobody reads any more."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestrator.cli.streams import UNREAD
from tests.support.leafcut import Leafcut, make_playbook, make_repository, wide

RUN = ("--yes", "--sandbox", "local")
RED = 3


@pytest.fixture(scope="module")
def leafcut(tmp_path_factory: pytest.TempPathFactory) -> Leafcut:
    """Return where a run is over."""
    folder = tmp_path_factory.mktemp("streams")
    there = Leafcut(folder / "home", here=make_repository(folder / "target", wide(3)))
    there("run", str(make_playbook(folder / "playbooks")), *RUN)
    return there


def unread(leafcut: Leafcut, *words: str, stream: str) -> tuple[int, str]:
    """Run a command whose stream has no reader; return its exit code and what was said else."""
    reading, writing = os.pipe()
    os.close(reading)
    environment = {name: value for name, value in leafcut.env.items() if name != "PYTHONUNBUFFERED"}
    process = subprocess.Popen(
        leafcut.command(*words),
        env=environment,
        cwd=leafcut.cwd,
        stdin=subprocess.DEVNULL,
        stdout=writing if stream == "stdout" else subprocess.PIPE,
        stderr=writing if stream == "stderr" else subprocess.PIPE,
        text=True,
    )
    os.close(writing)
    said = "".join(text or "" for text in process.communicate(timeout=60))
    return process.returncode, said


@pytest.mark.parametrize(
    "command",
    [
        ("status",),
        ("status", "--json"),
        ("logs",),
        ("report", "-o", "-"),
        ("prs", "preview"),
        ("--help",),
        ("config",),
    ],
    ids=" ".join,
)
def test_whoever_has_read_enough_gets_no_trace(leafcut: Leafcut, command: tuple[str, ...]) -> None:
    """The exit code is what a shell shows of a program that SIGPIPE has ended."""
    code, said = unread(leafcut, *command, stream="stdout")
    assert code == UNREAD
    for word in ("Traceback", "bug", "Exception"):
        assert word not in said


@pytest.mark.parametrize("how", [(), ("--json",)], ids=["lines", "json"])
def test_what_is_not_verified_is_not_called_so_because_nobody_reads_it(
    leafcut: Leafcut, how: tuple[str, ...]
) -> None:
    code, said = unread(leafcut, "verify", "HEAD", *how, stream="stdout")
    assert code in {RED, UNREAD}
    assert "Exception" not in said


def test_who_leaves_with_the_terminal_ends_no_run(leafcut: Leafcut, tmp_path: Path) -> None:
    there = Leafcut(tmp_path / "home", here=leafcut.cwd)
    playbook = str(make_playbook(tmp_path / "playbooks"))
    screen, terminal = os.openpty()
    process = subprocess.Popen(
        there.command("run", playbook, *RUN),
        env=there.env,
        cwd=there.cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    os.close(screen)
    assert process.wait(60) == 0
    assert there.status()["state"] == "done"


def test_a_run_goes_on_when_nobody_hears_it_any_more(leafcut: Leafcut, tmp_path: Path) -> None:
    there = Leafcut(tmp_path / "home", here=leafcut.cwd)
    playbook = str(make_playbook(tmp_path / "playbooks"))
    code, _ = unread(there, "run", playbook, *RUN, stream="stderr")
    assert code == 0
    assert there.status()["state"] == "done"


@pytest.mark.parametrize("closed", [">&-", "<&-", ">&- 2>&- <&-"])
@pytest.mark.parametrize("command", ["status", "report -o -", "learnings list", "watch"])
def test_a_stream_that_is_closed_is_no_bug(leafcut: Leafcut, closed: str, command: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'"$@" {command} {closed}', "sh", *leafcut.command()],
        env=leafcut.env,
        cwd=leafcut.cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_a_run_without_any_stream_ends_as_it_would(leafcut: Leafcut, tmp_path: Path) -> None:
    there = Leafcut(tmp_path / "home", here=leafcut.cwd)
    playbook = make_playbook(tmp_path / "playbooks")
    words = there.command("run", str(playbook), *RUN)
    done = subprocess.run(
        ["sh", "-c", '"$@" <&- >&- 2>&-', "sh", *words], env=there.env, cwd=there.cwd, check=False
    )
    assert done.returncode == 0
    assert there.status()["counts"]["landed"] == 3


def test_what_draws_a_screen_outlives_the_terminal() -> None:
    """It draws on the stream that Python found, on a thread whose death nobody would hear of."""
    program = (
        "import sys; from orchestrator.cli.streams import complete; complete()\n"
        "for _ in range(3): sys.__stderr__.write('drawn'); sys.__stderr__.flush()\n"
    )
    screen, terminal = os.openpty()
    process = subprocess.Popen(
        ["sh", "-c", 'read -r _; exec "$@"', "sh", sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    os.close(screen)
    process.communicate(b"\n", timeout=60)
    assert process.returncode == 0
