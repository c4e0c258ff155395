"""What Docker does not bound, or does not tell of: processes refused, and the disk."""

import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from orchestrator.ports.sandbox import Ending, ResourceLimits

BLOCK = 512
"""Bytes of a block in `st_blocks`, see stat(2)."""
LEAST = 4096
"""Bytes that a file counts at least: a flood of empty ones fills a disk, too."""
WALK_S = 0.5
"""How long apart the files are added up while the disk fills, in seconds."""
SWEEP_S = 10.0
"""How long apart they are in any case: others may make room meanwhile."""
_CGROUPS = Path("/sys/fs/cgroup")


class Watch:
    """Looks after one container; `process` is its first process on the host."""

    def __init__(self, process: int, places: Sequence[Path], limits: ResourceLimits) -> None:
        """Begin; `places` are the folders that the container writes to."""
        self._pids = _cgroup(process, "pids")
        self._disk = Disk(places, limits.disk, self._processes)

    def over(self) -> Ending | None:
        """Return how the container is over its limits, None when it is not."""
        if self._refused():
            return "processes"
        return "disk" if self._disk.is_over() else None

    def wrote_too_much(self) -> bool:
        """Say so of the container once it has ended."""
        return self._disk.is_over(at_the_end=True)

    def _refused(self) -> bool:
        """Say whether the kernel has refused it a process, see pids.events in cgroups(7)."""
        if self._pids is None:
            return False
        try:
            said = (self._pids / "pids.events").read_text(encoding="ascii")
        except OSError:
            return False
        return said.split() != ["max", "0"]

    def _processes(self) -> list[int]:
        if self._pids is None:
            return []
        try:
            return [int(line) for line in (self._pids / "cgroup.procs").read_text().split()]
        except OSError:
            return []


class Disk:
    """Tells when more has been written to some folders than may be.

    What is free is asked for often, which costs nothing; files are added up only when much less is.
    """

    def __init__(
        self, places: Sequence[Path], limit: int, processes: Callable[[], Iterable[int]]
    ) -> None:
        """Count what is written from now on."""
        self._places = [os.fsencode(place) for place in places]
        self._limit = limit
        self._processes = processes
        self._since = time.time_ns() - 20_000_000  # the kernel's clock for files ticks slowly
        self._before = self._used()
        self._next_walk = 0.0
        self._next_sweep = time.monotonic() + SWEEP_S

    def is_over(self, *, at_the_end: bool = False) -> bool:
        """Say whether the limit has been passed."""
        grown = self._used() - self._before
        now = time.monotonic()
        due = (grown > self._limit // 2 and (now >= self._next_walk or at_the_end)) or (
            now >= self._next_sweep
        )
        if not due:
            return False
        self._next_walk, self._next_sweep = now + WALK_S, now + SWEEP_S
        written, hidden = self._written()
        return written > self._limit or (hidden and grown > self._limit)

    def _used(self) -> int:
        """Return the bytes that are in use where the folders lie, a file at least `LEAST`."""
        disks = {os.lstat(place).st_dev: os.statvfs(place) for place in self._places}
        return sum(
            max((disk.f_blocks - disk.f_bfree) * disk.f_frsize, 0)
            + max((disk.f_files - disk.f_ffree) * LEAST, 0)
            for disk in disks.values()
        )

    def _written(self) -> tuple[int, bool]:
        """Return the bytes of all files that changed since, and whether some could not be seen."""
        total, hidden = 0, False
        pending = list(self._places)
        while pending:
            try:
                with os.scandir(pending.pop()) as entries:
                    for entry in entries:
                        if entry.is_dir(follow_symlinks=False):
                            pending.append(entry.path)
                        total += self._size(entry.stat(follow_symlinks=False))
            except FileNotFoundError:
                continue
            except OSError:  # closed to us, or nested too deep for a path
                hidden = True
        return total + sum(self._size(status) for status in self._unlinked()), hidden

    def _size(self, status: os.stat_result) -> int:
        changed = status.st_ctime_ns >= self._since
        return max(status.st_blocks * BLOCK, LEAST) if changed else 0

    def _unlinked(self) -> Iterator[os.stat_result]:
        """Yield the files that have no name any more but are open, each once."""
        disks = {os.lstat(place).st_dev for place in self._places}
        seen: set[int] = set()
        for process in self._processes():
            for status in _open_files(process):
                fits = status.st_dev in disks and not status.st_nlink and status.st_ino not in seen
                if fits and stat.S_ISREG(status.st_mode):
                    seen.add(status.st_ino)
                    yield status


def _open_files(process: int) -> Iterator[os.stat_result]:
    try:
        with os.scandir(f"/proc/{process}/fd") as entries:
            for entry in entries:
                yield entry.stat()
    except OSError:
        return


def _cgroup(process: int, controller: str) -> Path | None:
    """Return the folder of a process's control group, None where it cannot be told."""
    try:
        lines = Path(f"/proc/{process}/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    for _, names, path in (line.split(":", 2) for line in lines):
        if controller in names.split(","):
            return _CGROUPS / controller / path.lstrip("/")
        if not names and (_CGROUPS / "cgroup.controllers").exists():
            return _CGROUPS / path.lstrip("/")
    return None
