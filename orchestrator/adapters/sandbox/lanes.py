"""Supervisors in a pool: one runs one command at a time."""

import base64
import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import IO, Any, NoReturn, cast

from orchestrator.errors import LeafcutError, MissingRequirementError
from orchestrator.ports.sandbox import Command, Completed, Hear, ResourceLimits

_PROGRAM = Path(__file__).with_name("supervisor.py")


class Closed(Exception):  # noqa: N818 - it is what happened, not an error of anybody
    """The sandbox was closed while a command ran, or before."""


class Lanes:
    """Starts supervisors as they are needed; may be used from any thread."""

    def __init__(self) -> None:
        """Start with none."""
        self._free: list[_Lane] = []
        self._all: list[_Lane] = []
        self._lock = Lock()
        self._closed = False

    def run(
        self,
        argv: Sequence[str],
        cwd: str,
        environment: Mapping[str, str],
        limits: ResourceLimits,
        hear: Hear | None = None,
    ) -> Completed:
        """Run one command and return how it ended; `hear` is told what it prints meanwhile.

        Raises:
            Closed: `close` was called meanwhile, or before.
            MissingRequirementError: the command's program cannot be started at all.
        """
        request = {"argv": list(argv), "cwd": cwd, "env": dict(environment), **asdict(limits)}
        lane = self._take()
        began = time.monotonic()
        answer = lane.ask({**request, "hear": hear is not None}, hear)
        if answer is None:
            self._lost(lane)
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
            lane.hang_up()
        for lane in lanes:
            lane.wait()

    def _take(self) -> "_Lane":
        with self._lock:
            if self._closed:
                raise Closed
            if self._free:
                return self._free.pop()
            lane = _Lane()
            self._all.append(lane)
            return lane

    def _give_back(self, lane: "_Lane") -> None:
        with self._lock:
            if not self._closed:
                self._free.append(lane)

    def _lost(self, lane: "_Lane") -> NoReturn:
        with self._lock:
            if self._closed:
                raise Closed
            self._all.remove(lane)
        lane.hang_up()
        raise LeafcutError(
            f"a supervisor of commands ended by itself (status {lane.wait()})",
            hint="it may have been killed for want of memory; leafcut resume goes on",
        )


def shell(command: Command) -> list[str]:
    """Return the words that run a command's script in its folder, from the root of the tree."""
    if command.cwd == ".":
        return ["/bin/sh", "-c", command.script]
    return ["/bin/sh", "-c", f"cd {shlex.quote(command.cwd)} || exit 126\n{command.script}"]


class _Lane:
    """One supervisor. It has a session of its own: no signal of the terminal may end it early."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-I", "-S", str(_PROGRAM)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PATH": os.defpath},
            start_new_session=True,
        )
        self._requests = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)

    def ask(self, request: Mapping[str, object], hear: Hear | None) -> dict[str, Any] | None:
        """Have a command run, and tell what it prints; None when the supervisor is gone."""
        try:
            self._requests.write(json.dumps(request).encode() + b"\n")
            self._requests.flush()
            while (said := self._answers.readline()).endswith(b"\n"):
                message = dict(json.loads(said))
                if "heard" not in message:
                    return message
                if hear is not None:
                    hear(base64.b64decode(message["heard"]))
        except (BrokenPipeError, ValueError):
            return None
        return None

    def hang_up(self) -> None:
        """Tell the supervisor to end what runs and itself."""
        try:
            self._requests.close()
        except BrokenPipeError:
            return

    def wait(self) -> int:
        """Wait for the supervisor's end, which leaves no process of its command behind."""
        status = self._process.wait()
        self._answers.close()
        return status
