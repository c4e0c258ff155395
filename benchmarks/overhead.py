"""What the engine itself costs a task, at 100, 1,000 and 10,000 tasks, and what a look at it takes.

The engine is the real one with its real journal, its threads and its progress as JSON lines; the
effects do nothing. The floor beside it writes the same rows in the same transactions to a file of
its own, with the same durability; most of the time is that. Flat means: a task of 10,000 costs the
processor what a task of 1,000 does. `leafcut status` counts by its seconds of processor, too: it
has one thread and waits for nothing.
"""

import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from benchmarks.pairs import Timed, timed

SIZES = (100, 1_000, 10_000)
ROUNDS = 3
GOAL = 1.25
GOAL_MIB = 300
GOAL_STATUS_S = 2.0


@dataclass(frozen=True, slots=True)
class _Round:
    """One run, in seconds: the engine's wall and processor, the floor, both forms of status."""

    engine_s: float
    engine_cpu_s: float
    floor_s: float
    status_cpu_s: float
    status_json_cpu_s: float
    peak_mib: float
    events: int


def bench() -> dict[str, object]:
    """Return the figures."""
    rounds = [{size: _round(size) for size in SIZES} for _ in range(ROUNDS)]

    def ms_a_task(figure: str) -> dict[int, float]:
        seconds = {
            size: statistics.median(getattr(one[size], figure) for one in rounds) for size in SIZES
        }
        return {size: round(1000 * seconds[size] / size, 3) for size in SIZES}

    middle, large = SIZES[1:]
    ratio = statistics.median(
        one[large].engine_cpu_s / large / (one[middle].engine_cpu_s / middle) for one in rounds
    )
    largest = [one[large] for one in rounds]
    peak = max(one.peak_mib for one in largest)
    shown = statistics.median(one.status_cpu_s for one in largest)
    as_json = statistics.median(one.status_json_cpu_s for one in largest)
    return {
        "ratio": round(ratio, 3),
        "goal": GOAL,
        "ok": ratio <= GOAL and peak <= GOAL_MIB and max(shown, as_json) <= GOAL_STATUS_S,
        "engine_ms_a_task": ms_a_task("engine_s"),
        "engine_cpu_ms_a_task": ms_a_task("engine_cpu_s"),
        "journal_floor_ms_a_task": ms_a_task("floor_s"),
        "peak_mib": {size: round(max(one[size].peak_mib for one in rounds)) for size in SIZES},
        "goal_mib": GOAL_MIB,
        "events": largest[0].events,
        "status_cpu_s": round(shown, 2),
        "status_json_cpu_s": round(as_json, 2),
        "goal_status_cpu_s": GOAL_STATUS_S,
        "load": round(os.getloadavg()[0], 1),
    }


def _round(size: int) -> _Round:
    with tempfile.TemporaryDirectory(prefix="leafcut-bench-") as folder:
        home = Path(folder)
        env = {"LEAFCUT_HOME": str(home)}
        words = [sys.executable, "-m", "benchmarks.engine_run", str(size), str(home)]
        timed(words, env=env)
        figures = json.loads((home / "figures.json").read_text(encoding="utf-8"))
        if figures["landed"] != size:
            message = f"{figures['landed']} of {size} tasks landed"
            raise RuntimeError(message)
        groups = list(_transactions(home / "runs" / "bench" / "journal.sqlite"))
        done = _Round(
            engine_s=figures["seconds"],
            engine_cpu_s=figures["cpu"],
            floor_s=_floor(home / "floor.sqlite", groups),
            peak_mib=figures["peak_mib"],
            events=sum(len(group) for group in groups),
            status_cpu_s=_status(env).cpu_s,
            status_json_cpu_s=_status(env, "--json").cpu_s,
        )
    print(f"{size} tasks: {done.engine_s:.2f} s, floor {done.floor_s:.2f} s", file=sys.stderr)
    return done


def _status(env: dict[str, str], *words: str) -> Timed:
    return timed([str(Path(sys.executable).with_name("leafcut")), "status", *words], env=env)


def _transactions(journal: Path) -> Iterator[Sequence[tuple[float, str]]]:
    """Yield the rows of each transaction; all of one bear the same time."""
    connection = sqlite3.connect(journal)
    rows = connection.execute("SELECT at, event FROM events ORDER BY sequence").fetchall()
    connection.close()
    for _, group in groupby(rows, key=lambda row: row[0]):
        yield list(group)


def _floor(path: Path, groups: Sequence[Sequence[tuple[float, str]]]) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE events (sequence INTEGER PRIMARY KEY, at REAL, event TEXT)")
    began = time.perf_counter()
    for group in groups:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO events (at, event) VALUES (?, ?)", group)
        connection.execute("COMMIT")
    wall = time.perf_counter() - began
    connection.close()
    return wall
