"""Dashboards on real runs in real terminals: joining, steering, leaving; and lines without one."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.journal.sqlite import SqliteJournal
from orchestrator.domain.events import CommandAccepted
from orchestrator.errors import InvalidInputError
from orchestrator.wiring.watching import watched
from tests.support.leafcut import REPLACE, Leafcut, events, make_playbook, make_repository
from tests.support.terminal import Terminal, terminal
from tests.support.waiting import until

LOCAL = ("--sandbox", "local", "--yes")
FILES = {f"m{n}.py": f"{'HARD' if n == 0 else 'easy'} = 'OLD'\n" for n in range(6)}


@dataclass(frozen=True, slots=True)
class Gate:
    """Attempts wait at it; what is HARD they break."""

    path: Path

    def open(self) -> None:
        self.path.touch()

    def close(self) -> None:
        self.path.unlink()

    def playbook(self, folder: Path) -> str:
        wait = f"until [ -e {self.path} ]; do sleep 0.05; done"
        codemod = f"{wait}; sed -i 's/OLD/NEW/; s/HARD/)/'"
        text = REPLACE.replace("sed -i s/OLD/NEW/g", codemod)
        return str(make_playbook(folder, text + "limits: {attempts: 1}\n"))


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(tmp_path / "gate")


@pytest.fixture
def arguments(tmp_path: Path, gate: Gate) -> tuple[str, ...]:
    """Return the arguments of a run whose attempts wait at the gate."""
    target = make_repository(tmp_path / "target", FILES)
    return (gate.playbook(tmp_path / "playbooks"), "--repo", str(target), *LOCAL, "--jobs", "2")


@contextmanager
def at_work(leafcut: Leafcut, *arguments: str) -> "Iterator[subprocess.Popen[str]]":
    """Have a run go on in the background till its attempts stand at the gate."""
    process = leafcut.start("run", *arguments, "--json")
    try:
        until(lambda: working(leafcut) == 2, "no attempt is under way", within_s=60)
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=60)


def working(leafcut: Leafcut) -> int:
    done = leafcut("status", "--json", code=None)
    if done.returncode:
        return 0
    return int(leafcut.status()["counts"]["working"])


@contextmanager
def window(leafcut: Leafcut, *arguments: str, **options: Any) -> Iterator[Terminal]:
    with terminal(leafcut.command(*arguments), leafcut.env, leafcut.cwd, **options) as opened:
        yield opened


def accepted(leafcut: Leafcut) -> list[CommandAccepted]:
    """Return what people asked for and got, as the newest run's journal has it."""
    path = leafcut.home / "runs" / leafcut.status()["run"] / "journal.sqlite"
    with closing(SqliteJournal(path, SystemClock())) as journal:
        return [one.event for one in journal.read() if isinstance(one.event, CommandAccepted)]


def test_every_act_reaches_the_run_and_every_screen_sees_it(
    leafcut: Leafcut, gate: Gate, arguments: tuple[str, ...]
) -> None:
    with at_work(leafcut, *arguments), window(leafcut, "watch") as screen:
        screen.see("▶ running", "◔ working")
        with window(leafcut, "watch", "--read-only", size=(80, 24)) as other:
            other.see("read only", "◔ working")
            screen.press("c")
            screen.see("At once")
            screen.press("Up", "Enter")
            screen.see("jobs: accepted", "agents 3/3")
            screen.press("p")
            screen.see("No attempt starts until")
            screen.press("Enter")
            screen.see("‖ paused")
            other.see("‖ paused", "agents 3/3")
            other.press("S")
            other.press("q")
            assert other.left() == 0
        screen.press("G", "h")
        screen.see("does not start until")
        screen.type("not yet")
        screen.press("Enter")
        screen.see("‖ held", "not yet")
        screen.press("h")
        screen.see("may start")
        screen.press("Enter")
        screen.see("approve: accepted")
        screen.press("s")
        screen.see("needs a reason")
        screen.type("generated")
        screen.press("Enter")
        screen.see("↷ skipped", "skipped by")
        screen.press("p")
        screen.see("Attempts start again")
        screen.press("Enter")
        screen.see("▶ running")
        gate.open()
        screen.see("◐ incomplete", "✗ failed", "the run is incomplete; q leaves")
        screen.press("q")
        assert screen.left() == 0
    assert [(one.action, one.reason) for one in accepted(leafcut)] == [
        ("concurrency", ""),
        ("pause", ""),
        ("hold", "not yet"),
        ("approve", ""),
        ("skip", "generated"),
        ("unpause", ""),
    ]


def test_what_failed_is_retried_gone_on_with_and_stopped(
    leafcut: Leafcut, gate: Gate, arguments: tuple[str, ...]
) -> None:
    gate.open()
    leafcut("run", *arguments, code=3)
    gate.close()
    with window(leafcut, "watch", size=(80, 24)) as screen:
        screen.see("◐ incomplete", "✗ failed")
        screen.press("r")
        screen.see("starts over")
        screen.type("look at the parenthesis")
        screen.press("Enter")
        screen.see("1 asked, R goes on")
        screen.press("R")
        screen.see("does what was asked for and goes on")
        screen.press("Enter")
        screen.see("▶ running", "◔ working")
        screen.press("S")
        screen.see("1 attempt under way is given back")
        screen.press("Tab", "Enter")
        screen.see("■ stopped", "R goes on")
        screen.press("q")
        assert screen.left() == 0
    assert [(one.action, one.note) for one in accepted(leafcut)] == [
        ("retry", "look at the parenthesis"),
        ("stop", ""),
    ]
    assert leafcut.status()["state"] == "stopped"


def test_a_process_that_dies_as_it_goes_on_is_told_and_can_be_set_to_work_again(
    leafcut: Leafcut, gate: Gate, arguments: tuple[str, ...]
) -> None:
    with at_work(leafcut, *arguments) as engine:
        engine.kill()
        engine.wait(timeout=60)
    run = str(next((leafcut.home / "runs").iterdir()))
    with window(leafcut, "watch") as screen:
        screen.see("R goes on", "agents 0/2")
        screen.press("R")
        screen.see("goes on with 6 tasks")
        screen.press("Enter")
        until(lambda: _resuming(run), "nothing was started", within_s=60)
        os.kill(_resuming(run)[0], signal.SIGKILL)
        screen.see("go on: failed", "was killed by signal 9")
        screen.press("Enter")
        until(lambda: "go on: failed" not in screen.text, "it does not close")
        gate.open()
        screen.press("R")
        screen.see("goes on with 6 tasks")
        screen.press("Enter")
        screen.see("◐ incomplete", "q leaves")
        screen.press("q")
        assert screen.left() == 0


def _resuming(run: str) -> list[int]:
    """Return the processes that take a run further."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = path.read_bytes().split(b"\0")
            found += [int(path.parent.name)] if {b"resume", run.encode()} <= set(words) else []
    return found


def test_a_checkpoint_is_approved_and_gone_on_from(
    leafcut: Leafcut, gate: Gate, arguments: tuple[str, ...]
) -> None:
    gate.open()
    leafcut("run", *arguments, "--sample", "1", code=6)
    with window(leafcut, "watch") as screen:
        screen.see("◆ waiting", "a approves")
        screen.press("a")
        screen.see("goes on beyond checkpoint sample", "Approve and go on")
        screen.press("Enter")
        screen.see("◐ incomplete")
        screen.press("q")
        assert screen.left() == 0
    assert [(one.action, one.checkpoint) for one in accepted(leafcut)] == [("approve", "sample")]


def test_a_run_is_started_to_be_watched_left_going_and_joined_again(
    leafcut: Leafcut, gate: Gate, arguments: tuple[str, ...]
) -> None:
    with window(leafcut, "run", *arguments, "--watch") as screen:
        screen.see("◔ working")
        screen.press("q")
        screen.see("Leave it going", "Stop it", "Stay")
        screen.press("Enter")
        assert screen.left() == 0
        run = leafcut.status()["run"]
        assert f"run {run} goes on; leafcut watch {run} shows it" in " ".join(screen.text.split())
    assert leafcut.status()["state"] == "running"
    with window(leafcut, "watch") as screen:
        screen.see("◔ working")
        gate.open()
        screen.see("◐ incomplete", "q leaves")
        screen.press("q")
        assert screen.left() == 0


def test_the_exit_code_and_the_last_words_are_the_runs(
    leafcut: Leafcut, gate: Gate, arguments: tuple[str, ...]
) -> None:
    gate.open()
    with window(leafcut, "run", *arguments, "--watch") as screen:
        screen.see("◐ incomplete", "q leaves")
        screen.press("q")
        assert screen.left() == 3
        screen.see("not done: m0.py", "leafcut prs preview")


def test_a_run_that_is_stopped_on_leaving_ends_as_interrupted_and_can_be_watched_again(
    leafcut: Leafcut, gate: Gate, arguments: tuple[str, ...]
) -> None:
    with window(leafcut, "run", *arguments, "--watch") as screen:
        screen.see("◔ working")
        screen.press("q")
        screen.see("Stop it")
        screen.press("Tab", "Enter")
        assert screen.left() == 130
        screen.see("■ stopped run", "leafcut resume")
    gate.open()
    with window(leafcut, "resume", "--watch", "--jobs", "1") as screen:
        screen.see("◐ incomplete", "/1", "q leaves")
        screen.press("q")
        assert screen.left() == 3


def test_a_key_reaches_the_process_that_works_and_is_not_in_its_command_line(
    leafcut: Leafcut, arguments: tuple[str, ...]
) -> None:
    key = "a-key-that-nobody-may-read"
    there = Leafcut(leafcut.home, {"MODEL_KEY": key})
    with window(there, "run", *arguments, "--watch", "--secret", "MODEL_KEY") as screen:
        screen.see("◔ working")
        assert key not in _command_lines()
        assert "--secret=MODEL_KEY" in _command_lines()
        screen.press("q")
        screen.see("Stop it")
        screen.press("Tab", "Enter")
        assert screen.left() == 130


def test_a_process_that_cannot_begin_says_why_with_its_own_exit_code(
    leafcut: Leafcut, arguments: tuple[str, ...]
) -> None:
    with window(leafcut, "run", *arguments, "--watch", "--secret", "NO_SUCH_KEY") as screen:
        assert screen.left() == 2
        screen.see("there is no NO_SUCH_KEY in the environment")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_the_terminal_as_it_was_and_the_run_alone(
    leafcut: Leafcut, tmp_path: Path, arguments: tuple[str, ...], number: signal.Signals
) -> None:
    told = tmp_path / "process"
    with at_work(leafcut, *arguments):
        inner = ["sh", "-c", f'echo $$ > {told}; exec "$@"', "sh", *leafcut.command("watch")]
        with terminal(inner, leafcut.env, leafcut.cwd) as screen:
            screen.see("◔ working")
            assert screen.flags["alternate_on"] == screen.flags["mouse_any_flag"] == "1"
            os.kill(int(told.read_text()), number)
            assert screen.left() == 0
            assert screen.flags["alternate_on"] == screen.flags["mouse_any_flag"] == "0"
            assert screen.flags["cursor_flag"] == "1"
        assert leafcut.status()["state"] == "running"
        assert working(leafcut) == 2


def test_a_terminal_that_is_closed_ends_the_dashboard_and_not_the_run(
    leafcut: Leafcut, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    told = tmp_path / "process"
    inner = ["sh", "-c", f'echo $$ > {told}; exec "$@"', "sh"]
    with terminal(
        [*inner, *leafcut.command("run", *arguments, "--watch")], leafcut.env, leafcut.cwd
    ) as screen:
        screen.see("◔ working")
    until(
        lambda: not Path(f"/proc/{int(told.read_text())}").exists(), "it goes on without a screen"
    )
    assert leafcut.status()["state"] == "running"
    leafcut("stop")
    until(lambda: leafcut.status()["state"] == "stopped", "it did not stop", within_s=60)


# -- without a terminal ---------------------------------------------------------------------------


def test_off_a_terminal_a_run_is_followed_line_by_line(
    leafcut: Leafcut, gate: Gate, arguments: tuple[str, ...]
) -> None:
    with at_work(leafcut, *arguments):
        watching = subprocess.Popen(
            leafcut.command("watch"),
            env=leafcut.env,
            cwd=leafcut.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert watching.stderr is not None
        first = [watching.stderr.readline() for _ in range(2)]
        gate.open()
        out, said = watching.communicate(timeout=60)
    assert "▶ running" in first[1]
    assert "0/6 tasks over" in first[1]
    assert said.count("✓ landed") == 5
    assert "✗ rejected  m0.py" in said
    assert "◐ incomplete" in said.splitlines()[-1]
    assert (watching.returncode, out) == (0, "")


def test_a_run_that_is_over_is_told_once(
    leafcut: Leafcut, gate: Gate, arguments: tuple[str, ...]
) -> None:
    gate.open()
    leafcut("run", *arguments, code=3)
    assert leafcut("watch").stderr.count("6/6 tasks over") == 1


def test_json_tells_what_the_run_itself_tells(
    leafcut: Leafcut, gate: Gate, arguments: tuple[str, ...]
) -> None:
    gate.open()
    told = leafcut("run", *arguments, "--json", code=3).stdout
    watched = leafcut("watch", "--json").stdout
    assert events(watched.splitlines()) == events(told.splitlines())


def test_ctrl_c_ends_the_lines_and_nothing_else(
    leafcut: Leafcut, arguments: tuple[str, ...]
) -> None:
    with at_work(leafcut, *arguments):
        watching = subprocess.Popen(
            leafcut.command("watch", "--json"),
            env=leafcut.env,
            cwd=leafcut.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert watching.stdout is not None
        watching.stdout.readline()
        watching.send_signal(signal.SIGINT)
        watching.communicate(timeout=60)
        assert watching.returncode == 0
        assert leafcut.status()["state"] == "running"


@pytest.mark.parametrize("variable", [{"CI": "true"}, {"TERM": "dumb"}])
def test_a_terminal_that_nobody_looks_at_gets_lines(
    leafcut: Leafcut, gate: Gate, arguments: tuple[str, ...], variable: dict[str, str]
) -> None:
    gate.open()
    leafcut("run", *arguments, code=3)
    words = [f"{name}={value}" for name, value in variable.items()]
    with terminal(["env", *words, *leafcut.command("watch")], leafcut.env, leafcut.cwd) as screen:
        assert screen.left() == 0
        screen.see("◐ incomplete", "6/6 tasks over")


@pytest.mark.parametrize("also", [(), ("--json",)])
def test_watching_what_is_started_needs_a_terminal(
    leafcut: Leafcut, arguments: tuple[str, ...], also: tuple[str, ...]
) -> None:
    said = leafcut("run", *arguments, "--watch", *also, code=2).stderr
    assert "--watch" in said
    assert not (leafcut.home / "runs").exists()


def _command_lines() -> str:
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
        except OSError:
            continue
    return "\n".join(lines)


def test_what_is_out_of_order_in_a_runs_folder_is_told_and_ends_no_dashboard(
    leafcut: Leafcut, gate: Gate, arguments: tuple[str, ...]
) -> None:
    gate.open()
    leafcut("run", *arguments, "--sample", "1", code=6)
    folder = next((leafcut.home / "runs").iterdir())
    (folder / "engine.log").mkdir()
    for task in _tasks(folder):
        (folder / "transcripts" / f"{task}-1.log").mkdir()
    with window(leafcut, "watch") as screen:
        screen.see("◆ waiting")
        screen.press("a")
        screen.see("goes on beyond")
        screen.press("Enter")
        screen.see("approve: failed", "engine.log", "is all of it yours?")
        screen.press("Enter")
        until(lambda: "approve: failed" not in screen.text, "it does not close")
        screen.press("G", "Enter")
        screen.see("esc Back")
        screen.press("2")
        screen.see("✗ the run's folder", "Is a directory")
        screen.press("q")
        screen.see("◆ waiting")
        screen.press("q")
        assert screen.left() == 0


def _tasks(folder: Path) -> list[str]:
    return [task["id"] for task in json.loads((folder / "plan.json").read_text())["tasks"]]


@pytest.mark.parametrize("anew", [False, True])
def test_a_run_that_is_removed_or_replaced_while_it_is_watched_is_told(
    leafcut: Leafcut, tmp_path: Path, gate: Gate, arguments: tuple[str, ...], *, anew: bool
) -> None:
    gate.open()
    leafcut("run", *arguments, code=3)
    folder = next((leafcut.home / "runs").iterdir())
    with watched(str(folder)).reading() as reading:
        assert reading.news(0, 1)
        folder.rename(tmp_path / "aside")
        if anew:
            shutil.copytree(tmp_path / "aside", folder)
        with pytest.raises(InvalidInputError, match="removed"):
            reading.news(0, 1)
