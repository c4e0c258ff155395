"""The dashboard at 10,000 tasks, and what three of them cost the run that they look at.

It is driven as a person would drive it: `leafcut watch` on a pseudo-terminal, keys written, the
bytes that it paints read back. First paint is from the start of the process to the frame with the
run's name, whole is to the last of the 35,502 events; the floor beside them is a Python that
imports Textual and paints an empty screen. Leafcut is compiled before, as it is where it has been
installed and used. A key counts until the first bytes that it causes.

What dashboards cost is measured on a run whose agents wait, as agents with a language model do,
though these wait for 2 s and those for minutes; and on one whose agents keep all processors busy.
It is taken with and without three dashboards, in turn, from the moment at which all of them look
on. To begin takes each of them about a second of processor.
"""

import compileall
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pexpect

import orchestrator
from benchmarks.pairs import timed
from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.journal.sqlite import SqliteJournal
from orchestrator.domain.events import LandingEnded
from tests.support.leafcut import REPLACE, Leafcut, make_playbook, make_repository, wide

TASKS = 10_000
SIZE = (36, 120)
OPENINGS = 3
KEYS = ("j", "j", "G", "g", "o", "o", "k", "G", "k", "g", "2", "3", "4", "5", "1")
GOAL_PAINT_S = 1.0
GOAL_KEY_S = 0.1
GOAL_IDLE = 0.1
GOAL_COST = 1.03
PAIRS = 3
RUN = 160
SETTLED = 60
"""Of how many tasks a run is, and after how many landed ones its time is taken."""
IDLE_S = 5.0
WAITING = "sleep 2; sed -i s/OLD/NEW/g ${{ task.files }}"
WORKING = "sed -i s/OLD/NEW/g ${{ task.files }}"
EMPTY = """
from textual.app import App
from textual.widgets import Label
class Empty(App):
    def compose(self):
        yield Label("first frame")
Empty().run()
"""


def bench() -> dict[str, object]:
    """Return the figures."""
    compileall.compile_dir(Path(orchestrator.__file__).parent, quiet=2)
    with tempfile.TemporaryDirectory(prefix="leafcut-bench-") as folder:
        home = Path(folder)
        timed(
            [sys.executable, "-m", "benchmarks.engine_run", str(TASKS), str(home)],
            env={"LEAFCUT_HOME": str(home)},
        )
        opened = [_opening(home) for _ in range(OPENINGS)]
    empty = [sys.executable, "-c", EMPTY]
    floor = statistics.median(_painted(empty, "first frame") for _ in range(OPENINGS))
    costs = {"waiting": _cost(WAITING, 8), "working": _cost(WORKING, 2)}
    paint, whole, key, worst, idle = (
        statistics.median(column) for column in zip(*opened, strict=True)
    )
    return {
        "ratio": round(costs["waiting"], 3),
        "goal": GOAL_COST,
        "ok": paint <= GOAL_PAINT_S
        and worst <= GOAL_KEY_S
        and idle <= GOAL_IDLE
        and costs["waiting"] <= GOAL_COST,
        "first_paint_s": round(paint, 2),
        "empty_app_s": round(floor, 2),
        "paint_to_empty": round(paint / floor, 2),
        "whole_s": round(whole, 2),
        "key_s": round(key, 3),
        "slowest_key_s": round(worst, 3),
        "idle_cpu": round(idle, 3),
        "cost_of_three": {kind: round(ratio, 3) for kind, ratio in costs.items()},
        "load": round(os.getloadavg()[0], 1),
    }


def _opening(home: Path) -> tuple[float, float, float, float, float]:
    """Return first paint, whole, the usual key, the slowest, and the share of a core when idle."""
    began = time.perf_counter()
    with _watching(home, "bench") as child:
        child.expect_exact("reading", timeout=30)
        paint = time.perf_counter() - began
        child.expect_exact(f"{TASKS:,}/{TASKS:,} tasks", timeout=60)
        whole = time.perf_counter() - began
        _quiet(child)
        keys = [_key(child, key) for key in KEYS]
        _quiet(child)
        before = _cpu_s(child.pid)
        _drain(child, IDLE_S)
        idle = (_cpu_s(child.pid) - before) / IDLE_S
    print(f"{paint:.2f} s, whole {whole:.2f} s, keys {max(keys):.3f} s", file=sys.stderr)
    return paint, whole, statistics.median(keys), max(keys), idle


def _painted(words: Sequence[str], text: str) -> float:
    began = time.perf_counter()
    child = _spawned(words, os.environ)
    child.expect_exact(text, timeout=30)
    took = time.perf_counter() - began
    child.close(force=True)
    return took


@contextmanager
def _watching(home: Path, run: str) -> Iterator["pexpect.spawn[bytes]"]:
    words = [sys.executable, "-m", "orchestrator", "watch", run]
    child = _spawned(words, {**os.environ, "LEAFCUT_HOME": str(home)})
    try:
        yield child
    finally:
        child.send(b"q")
        child.close(force=True)


def _spawned(
    words: Sequence[str], env: "os._Environ[str] | dict[str, str]"
) -> "pexpect.spawn[bytes]":
    child: pexpect.spawn[bytes] = pexpect.spawn(
        words[0],
        list(words[1:]),
        env={**env, "TERM": "xterm-256color", "CI": ""},
        dimensions=SIZE,
        maxread=1 << 16,
        searchwindowsize=1 << 17,
    )
    child.delaybeforesend = None  # or 50 ms of waiting count as a key's
    return child


def _key(child: "pexpect.spawn[bytes]", key: str) -> float:
    """Press a key; return the seconds until something is painted."""
    _drain(child, 0.3)
    began = time.perf_counter()
    child.send(key)
    child.read_nonblocking(1, timeout=5)
    return time.perf_counter() - began


def _quiet(child: "pexpect.spawn[bytes]") -> None:
    """Wait till nothing is painted any more."""
    while _drain(child, 0.5):
        pass


def _drain(child: "pexpect.spawn[bytes]", seconds: float) -> int:
    """Read what is painted for so long; return how many bytes."""
    read, until = 0, time.perf_counter() + seconds
    while (left := until - time.perf_counter()) > 0:
        try:
            read += len(child.read_nonblocking(1 << 16, timeout=left))
        except pexpect.TIMEOUT:
            break
    return read


def _cpu_s(pid: int | None) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _cost(codemod: str, jobs: int) -> float:
    """Return how much longer a run takes with three dashboards, as the median of pairs."""
    ratios = []
    for pair in range(PAIRS):
        order = (0, 3) if pair % 2 else (3, 0)
        took = {watchers: _run(codemod, jobs, watchers) for watchers in order}
        ratios.append(took[3] / took[0])
        print(f"{took[0]:.1f} s, with three {took[3]:.1f} s", file=sys.stderr)
    return statistics.median(ratios)


def _run(codemod: str, jobs: int, watchers: int) -> float:
    """Return the seconds that a run took for its last tasks while so many dashboards looked on."""
    with tempfile.TemporaryDirectory(prefix="leafcut-bench-") as folder, ExitStack() as stack:
        root = Path(folder)
        target = make_repository(root / "target", wide(RUN))
        playbook = make_playbook(root, REPLACE.replace(WORKING, codemod))
        leafcut = Leafcut(root / "state", timeout_s=300)
        process = leafcut.start(
            "run", str(playbook), "--repo", str(target), "-j", str(jobs), "--sandbox", "local"
        )
        journal = _journal(leafcut)
        looking = [_look_on(stack, leafcut.home, journal.parent.name) for _ in range(watchers)]
        _wait_for(lambda: all(one.is_set() for one in looking), "a dashboard did not begin")
        begun = len(_landed(journal))
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
        landed = _landed(journal)
    if len(landed) != RUN or begun > SETTLED:
        raise RuntimeError(f"{len(landed)} of {RUN} landed, {begun} before all looked on")
    return landed[-1] - landed[SETTLED]


def _landed(journal: Path) -> list[float]:
    """Return when each task landed, in seconds since the epoch."""
    with closing(SqliteJournal(journal, SystemClock())) as reading:
        return [
            entry.at
            for entry in reading.read()
            if isinstance(entry.event, LandingEnded)
            for _ in entry.event.landed
        ]


def _journal(leafcut: Leafcut) -> Path:
    """Wait till the run has a journal; return it."""
    pattern = "runs/*/journal.sqlite"
    _wait_for(lambda: any(leafcut.home.glob(pattern)), "the run did not begin")
    return next(leafcut.home.glob(pattern))


def _wait_for(happened: Callable[[], bool], otherwise: str) -> None:
    for _ in range(1_200):
        if happened():
            return
        time.sleep(0.05)
    raise RuntimeError(otherwise)


def _look_on(stack: ExitStack, home: Path, run: str) -> threading.Event:
    """Let a dashboard look on until the stack is left; what it paints is read and dropped.

    What is returned is set when it has shown how far the run is.
    """
    child = stack.enter_context(_watching(home, run))
    shown, ended = threading.Event(), threading.Event()

    def read() -> None:
        while not ended.is_set():
            try:
                painted = child.read_nonblocking(1 << 16, timeout=0.5)
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                return
            if b"landed/min" in painted:
                shown.set()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    stack.callback(reader.join)
    stack.callback(ended.set)
    return shown
