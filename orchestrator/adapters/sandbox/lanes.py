"""Supervisors in a pool: one runs one command at a time."""

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock

from orchestrator.errors import MissingRequirementError
from orchestrator.ports.sandbox import Completed, ResourceLimits

_PROGRAM = Path(__file__).with_name("supervisor.py")


class Closed(Exception):  # noqa: N818 - it is what happened, not an error of anybody
    """The sandbox was closed while a command ran, or before."""


class Lanes:
    """Starts supervisors as they are needed; may be used from any thread."""

    def __init__(self) -> None:
        """Start with none."""
        self._free: list[subprocess.Popen[bytes]] = []
        self._all: list[subprocess.Popen[bytes]] = []
        self._lock = Lock()
        self._closed = False

    def run(
        self, argv: Sequence[str], cwd: str, environment: Mapping[str, str], limits: ResourceLimits
    ) -> Completed:
        """Run one command and return how it ended.

        Raises:
            Closed: `close` was called meanwhile.
            MissingRequirementError: the command's program cannot be started at all.
        """
        request = {
            "argv": list(argv),
            "cwd": cwd,
            "env": dict(environment),
            "wall_s": limits.wall_s,
            "memory": limits.memory,
            "processes": limits.processes,
            "output": limits.output,
        }
        lane = self._take()
        began = time.monotonic()
        answer = _ask(lane, json.dumps(request).encode())
        self._give_back(lane)
        if answer["ending"] == "failed":
            raise MissingRequirementError(f"{argv[0]} cannot be started: {answer['reason']}")
        return Completed(
            ending=answer["ending"],
            exit_code=answer["code"],
            stdout=base64.b64decode(answer["stdout"]),
            stderr=base64.b64decode(answer["stderr"]),
            truncated=answer["truncated"],
            duration_s=time.monotonic() - began,
        )

    def close(self) -> None:
        """End all supervisors and with them everything they run."""
        with self._lock:
            self._closed = True
            lanes, self._all, self._free = self._all, [], []
        for lane in lanes:
            if lane.stdin is not None:
                lane.stdin.close()
        for lane in lanes:
            lane.wait()

    def _take(self) -> "subprocess.Popen[bytes]":
        with self._lock:
            if self._closed:
                raise Closed
            if self._free:
                return self._free.pop()
            lane = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-I", "-S", str(_PROGRAM)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={"PATH": os.defpath},
            )
            self._all.append(lane)
            return lane

    def _give_back(self, lane: "subprocess.Popen[bytes]") -> None:
        with self._lock:
            if not self._closed:
                self._free.append(lane)


def _ask(lane: "subprocess.Popen[bytes]", line: bytes) -> dict[str, str]:
    if lane.stdin is None or lane.stdout is None:
        raise Closed
    try:
        lane.stdin.write(line + b"\n")
        lane.stdin.flush()
        said = lane.stdout.readline()
    except (BrokenPipeError, ValueError) as error:
        raise Closed from error
    if not said:
        raise Closed
    answer: dict[str, str] = json.loads(said)
    return answer
