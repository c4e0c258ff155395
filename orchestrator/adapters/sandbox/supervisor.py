"""Runs commands one after the other and leaves none of their processes behind.

A program of its own, started with the standard library only. It reads one JSON object a line and
answers with one; where that is asked for, it tells before what the command prints. It is the reaper
of all orphans below it (`PR_SET_CHILD_SUBREAPER`, prctl(2)), so a child that daemonises itself is
still its child in the end and dies with the command. When its standard input ends (Leafcut has
gone, however that happened) it kills what runs and goes too.

Request: `{"argv": [...], "cwd": str, "env": {...}, "wall_s": float, "memory": bytes,
"processes": int, "output": bytes, "hear": bool}`. What is told before: `{"heard": base64}`. Answer:
`{"ending": str, "code": int | null, "stdout": base64, "stderr": base64, "truncated": bool}`, or
`{"ending": "failed", "reason": str}` when the command could not even be started.
"""

import base64
import ctypes
import fcntl
import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

PR_SET_CHILD_SUBREAPER = 36
LOOK_EVERY_S = 0.05
"""How often memory and processes are counted while a command runs, in seconds."""
HEAR_EVERY_S = 0.1
"""How far apart what a command prints is passed on, in seconds."""
CHUNK = 1 << 16
PAGE = os.sysconf("SC_PAGE_SIZE")


class Kept:
    """What is kept of an output: the first and the last half of `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self.half = limit // 2
        self.head = bytearray()
        self.tail = bytearray()
        self.dropped = 0

    def take(self, data: bytes) -> None:
        """Add what was printed."""
        room = self.half - len(self.head)
        self.head += data[:room]
        self.tail += data[room:]
        if len(self.tail) > self.half + 16 * CHUNK:
            self.trim()

    def trim(self) -> None:
        """Let go of what is neither first nor last."""
        over = max(0, len(self.tail) - self.half)
        del self.tail[:over]
        self.dropped += over

    def kept(self) -> bytes:
        """Return what was kept, with a word on what was not."""
        self.trim()
        gap = b"\n[... %d bytes left out ...]\n" % self.dropped if self.dropped else b""
        return bytes(self.head + gap + self.tail)


class Ahead:
    """What is passed on of an output while it comes: the first `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self.left = limit
        self.waiting = bytearray()
        self.next = 0.0

    def take(self, data: bytes) -> None:
        """Add what was printed."""
        piece = data[: self.left]
        self.left -= len(piece)
        self.waiting += piece

    def due(self, now: float, most: int) -> bytes:
        """Return what is to be passed on now, `most` bytes of it."""
        if not self.waiting or now < self.next:
            return b""
        self.next = now + HEAR_EVERY_S
        piece = bytes(self.waiting[:most])
        del self.waiting[:most]
        return piece


class Stream(Kept):
    """A pipe that is drained to its end; `ahead` takes what is passed on of it."""

    def __init__(self, descriptor: int, limit: int, ahead: Ahead | None = None) -> None:
        super().__init__(limit)
        self.ahead = ahead
        self.descriptor = descriptor
        os.set_blocking(descriptor, False)

    def drain(self) -> int | None:
        """Read what is there and return how much; 0 at the end, None when there is nothing yet."""
        try:
            data = os.read(self.descriptor, CHUNK)
        except BlockingIOError:
            return None
        self.take(data)
        if self.ahead:
            self.ahead.take(data)
        return len(data)


def descendants() -> Iterator[int]:
    """Yield the process ids of everything below this process, zombies included, parents first."""
    pending = [os.getpid()]
    while pending:
        pid = pending.pop()
        try:
            for thread in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                    children = [int(child) for child in file.read().split()]
                yield from children
                pending += children
        except (FileNotFoundError, ProcessLookupError):
            continue


def resident(pids: list[int]) -> int:
    """Return the bytes of memory that these processes hold, shared pages counted each time."""
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/statm", encoding="ascii") as file:
                total += int(file.read().split()[1]) * PAGE
        except (FileNotFoundError, ProcessLookupError, IndexError):
            continue
    return total


def proportional(pids: list[int]) -> int:
    """Return the bytes of memory that these processes hold together; slower than `resident`."""
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
                total += sum(
                    int(line.split()[1]) * 1024 for line in file if line.startswith("Pss:")
                )
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return total


def excess(request: dict[str, Any]) -> str | None:
    """Return how the command is over its limits, None when it is not."""
    pids = list(islice(descendants(), request["processes"] + 1))
    if len(pids) > request["processes"]:
        return "processes"
    limit = request["memory"]
    if resident(pids) > limit and proportional(pids) > limit:
        return "memory"
    return None


def kill_all() -> None:
    """Kill and reap until nothing is left below this process.

    A whole process group dies at once, which no fork escapes; killing one process after the other
    would never catch up with a fork bomb. What has been killed ends soon, so its end is waited
    for; it may leave children, so look again.
    """
    while True:
        seen = False
        for pid in descendants():
            seen = True
            try:
                os.killpg(os.getpgid(pid), signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue
        try:
            os.waitpid(-1, 0 if seen else os.WNOHANG)
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return


def pass_on(streams: list[Stream]) -> None:
    """Tell Leafcut what was printed, if it has read all that it was told before.

    A piece is half as big as the empty pipe, and base64 adds a third, so writing it never waits:
    who is slow to listen holds up no command.
    """
    out = sys.stdout.fileno()
    unread = int.from_bytes(fcntl.ioctl(out, termios.FIONREAD, bytes(4)), sys.byteorder)
    if unread:
        return
    most = fcntl.fcntl(out, fcntl.F_GETPIPE_SZ) // 2
    for stream in streams:
        piece = stream.ahead.due(time.monotonic(), most) if stream.ahead else b""
        if piece:
            tell({"heard": base64.b64encode(piece).decode()})


def tell(message: dict[str, Any]) -> None:
    """Write one line to Leafcut."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def watch(pid: int, request: dict[str, Any], streams: list[Stream], owner: int) -> str:
    """Wait for the command's end or a reason to end it, draining its output."""
    exited = os.pidfd_open(pid)
    began = time.monotonic()
    look = began + LOOK_EVERY_S
    end = began + request["wall_s"]
    with selectors.DefaultSelector() as selector:
        selector.register(exited, selectors.EVENT_READ)
        selector.register(owner, selectors.EVENT_READ)
        for stream in streams:
            selector.register(stream.descriptor, selectors.EVENT_READ, stream)
        try:
            while (now := time.monotonic()) < end:
                if now >= look:
                    over = excess(request)
                    if over:
                        return over
                    pass_on(streams)
                    look = time.monotonic() + LOOK_EVERY_S
                ready = [key for key, _ in selector.select(max(0.0, min(look, end) - now))]
                for key in ready:
                    if key.fd == owner:
                        kill_all()
                        sys.exit(0)
                    if key.data and key.data.drain() == 0:
                        selector.unregister(key.fd)
                if any(key.fd == exited for key in ready):
                    return "exited"
            return "timeout"
        finally:
            os.close(exited)


def run(request: dict[str, Any], owner: int) -> dict[str, Any]:
    """Run one command to its end and return the answer."""
    with subprocess.Popen(
        request["argv"],
        cwd=request["cwd"],
        env=request["env"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        pipes = [pipe.fileno() for pipe in (process.stdout, process.stderr) if pipe]
        limit = request["output"]
        heard = Ahead(limit) if request["hear"] else None
        streams = [Stream(pipes[0], limit, heard), Stream(pipes[1], limit)]
        ending = watch(process.pid, request, streams, owner)
        if ending == "exited":
            process.wait()
        kill_all()
        raw = process.wait()
        for stream in streams:
            while stream.drain():
                pass
    return {
        "ending": ending,
        "code": None if ending != "exited" else raw if raw >= 0 else 128 - raw,
        "stdout": base64.b64encode(streams[0].kept()).decode(),
        "stderr": base64.b64encode(streams[1].kept()).decode(),
        "truncated": any(stream.dropped for stream in streams),
    }


def requests(owner: int) -> Iterator[dict[str, Any]]:
    """Read what Leafcut asks for, until it is gone."""
    buffered = bytearray()
    while data := os.read(owner, CHUNK):
        buffered += data
        if data.endswith(b"\n"):  # one request at a time: Leafcut waits for the answer
            yield json.loads(buffered)
            buffered.clear()


def main() -> None:
    """Serve requests until the standard input ends."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    owner = sys.stdin.fileno()
    for request in requests(owner):
        try:
            answer = run(request, owner)
        except OSError as error:
            answer = {"ending": "failed", "reason": f"{error}"}
        tell(answer)


if __name__ == "__main__":
    main()
