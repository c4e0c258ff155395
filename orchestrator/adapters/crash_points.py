"""Named crash points: a process that dies at any of them must lose nothing.

Every call of a port that leaves a trace has two, before and after, such as `journal.append:before`.
`LEAFCUT_CRASH_AT=repository.move:after:3` kills the process at the third such moment; tests go
through them all.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, TypeVar, cast

VARIABLE = "LEAFCUT_CRASH_AT"

Port = TypeVar("Port")
Reached = Callable[[str], None]

POINTS: Mapping[str, tuple[str, ...]] = {
    "journal": ("append",),
    "repository": ("commit", "combine", "move"),
    "sandbox": ("run",),
    "target": ("publish",),
    "forge": ("push", "open", "change", "close"),
}
"""The methods whose calls are crash points, by port."""


class _Watched:
    """Stands in front of a port and reports its calls; all else passes through."""

    def __init__(self, name: str, port: object, reached: Reached) -> None:
        self._name = name
        self._port = port
        self._reached = reached

    def __getattr__(self, attribute: str) -> Any:
        found = getattr(self._port, attribute)
        if attribute not in POINTS[self._name]:
            return found

        def call(*arguments: Any, **named: Any) -> Any:
            self._reached(f"{self._name}.{attribute}:before")
            result = found(*arguments, **named)
            self._reached(f"{self._name}.{attribute}:after")
            return result

        return call


def watched(name: str, port: Port, reached: Reached | None) -> Port:
    """Return the port with its crash points; itself where nobody asks for them."""
    return port if reached is None else cast("Port", _Watched(name, port, reached))


def from_environment() -> Reached | None:
    """Return what kills this process at the point that the environment names, None without one."""
    at = os.environ.get(VARIABLE)
    if not at:
        return None
    point, _, number = at.rpartition(":")
    return _Killer(point, int(number))


class _Killer:
    """Kills this process the n-th time that a point is reached."""

    def __init__(self, point: str, number: int) -> None:
        self._point = point
        self._number = number
        self._seen: Counter[str] = Counter()
        self._lock = Lock()

    def __call__(self, point: str) -> None:
        with self._lock:
            self._seen[point] += 1
            if point == self._point and self._seen[point] == self._number:
                os.kill(os.getpid(), signal.SIGKILL)
