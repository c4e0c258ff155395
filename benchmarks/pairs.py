"""Paired timings: two commands in turn, so that a machine whose speed drifts treats both alike."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Timed:
    """One finished process: wall seconds, its largest resident set in MiB, seconds of processor."""

    wall_s: float
    peak_mib: float
    cpu_s: float = 0.0


def timed(
    command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> Timed:
    """Run a command as a whole process and return what it took.

    Raises:
        RuntimeError: it failed.
    """
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    said = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        message = (
            f"{command[0]} exited {process.returncode}: {said.decode(errors='replace')[-500:]}"
        )
        raise RuntimeError(message)
    return Timed(wall, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime)


def medians(
    first: Callable[[], Timed], second: Callable[[], Timed], pairs: int
) -> tuple[float, list[Timed], list[Timed]]:
    """Run both in turn, after one warm-up of each; return the median ratio and all timings."""
    first()
    second()
    ours, theirs = [], []
    for n in range(pairs):
        ours.append(first())
        theirs.append(second())
        print(
            f"pair {n + 1}: {ours[-1].wall_s:.3f} s against {theirs[-1].wall_s:.3f} s",
            file=sys.stderr,
        )
    ratio = statistics.median(a.wall_s / b.wall_s for a, b in zip(ours, theirs, strict=True))
    return ratio, ours, theirs


def median(timings: Sequence[Timed]) -> float:
    """Return the median wall time in seconds, to milliseconds."""
    return round(statistics.median(timing.wall_s for timing in timings), 3)
