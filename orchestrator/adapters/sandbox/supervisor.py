"""Runs shell commands one after the other and leaves none of their processes behind.

A program of its own, started with the standard library only. It reads one JSON object a line and
answers with one. It is the reaper of all orphans below it (`PR_SET_CHILD_SUBREAPER`, prctl(2)), so
a child that daemonises itself is still its child in the end and dies with the command. When its
standard input ends (Leafcut has gone, however that happened) it kills what runs and goes too.

Request: `{"argv": [...], "cwd": str, "env": {...}, "wall_s": float, "memory": bytes,
"processes": int, "output": bytes}`. Answer: `{"ending": str, "code": int | null,
"stdout": base64, "stderr": base64, "truncated": bool}`.
"""

import base64
import ctypes
import json
import os
import selectors
import signal
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
PR_SET_PDEATHSIG = 1
LOOK_EVERY_S = 0.2
"""How often memory and processes are counted while a command runs, in seconds."""
CHUNK = 1 << 16
PAGE = os.sysconf("SC_PAGE_SIZE")


class Stream:
    """A pipe that is drained to its end; of what it says, the first `limit` bytes are kept."""

    def __init__(self, descriptor, limit):
        self.descriptor = descriptor
        self.limit = limit
        self.kept = bytearray()
        self.truncated = False
        os.set_blocking(descriptor, False)

    def drain(self):
        """Read what is there; False at the end."""
        try:
            data = os.read(self.descriptor, CHUNK)
        except BlockingIOError:
            return True
        room = self.limit - len(self.kept)
        self.kept += data[:room]
        self.truncated = self.truncated or len(data) > room
        return bool(data)


def descendants():
    """Return the process ids of everything below this process, zombies included."""
    pending, found = [os.getpid()], []
    while pending:
        pid = pending.pop()
        try:
            for thread in os.listdir(f"/proc/{pid}/task"):
                with open(f"/proc/{pid}/task/{thread}/children") as file:
                    children = [int(child) for child in file.read().split()]
                found += children
                pending += children
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def resident(pids):
    """Return the bytes of memory that these processes hold together."""
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/statm") as file:
                total += int(file.read().split()[1]) * PAGE
        except (FileNotFoundError, ProcessLookupError, IndexError):
            continue
    return total


def kill_all():
    """Kill and reap until nothing is left below this process."""
    while True:
        for pid in descendants():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.001)


def excess(request):
    """Return how the command is over its limits, None when it is not."""
    pids = descendants()
    if len(pids) > request["processes"]:
        return "processes"
    if resident(pids) > request["memory"]:
        return "memory"
    return None


def watch(process, request, streams, commands):
    """Wait for the command's end or a reason to end it, draining its output."""
    selector = selectors.DefaultSelector()
    exited = os.pidfd_open(process.pid)
    selector.register(exited, selectors.EVENT_READ, "exited")
    selector.register(commands, selectors.EVENT_READ, "owner")
    for stream in streams:
        selector.register(stream.descriptor, selectors.EVENT_READ, stream)
    began = time.monotonic()
    look = began + LOOK_EVERY_S
    try:
        while True:
            now = time.monotonic()
            if now - began >= request["wall_s"]:
                return "timeout"
            if now >= look:
                look = now + LOOK_EVERY_S
                over = excess(request)
                if over:
                    return over
            due = min(look, began + request["wall_s"]) - now
            for key, _ in selector.select(max(0.0, due)):
                if key.data == "exited":
                    return "exited"
                if key.data == "owner":
                    kill_all()
                    sys.exit(0)
                if not key.data.drain():
                    selector.unregister(key.fd)
    finally:
        selector.close()
        os.close(exited)


def run(request, commands):
    """Run one command to its end and return the answer."""
    process = subprocess.Popen(
        request["argv"],
        cwd=request["cwd"],
        env=request["env"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    streams = [Stream(pipe.fileno(), request["output"]) for pipe in (process.stdout, process.stderr)]
    ending = watch(process, request, streams, commands)
    code = None
    if ending == "exited":
        raw = process.wait()
        code = raw if raw >= 0 else 128 - raw
    kill_all()
    for stream in streams:
        while stream.drain() and not over(stream):
            pass
    process.stdout.close()
    process.stderr.close()
    process.returncode = process.returncode or 0
    return {
        "ending": ending,
        "code": code,
        "stdout": base64.b64encode(streams[0].kept).decode(),
        "stderr": base64.b64encode(streams[1].kept).decode(),
        "truncated": any(stream.truncated for stream in streams),
    }


def over(stream):
    """Say whether a pipe is empty although somebody may still hold its other end."""
    selector = selectors.DefaultSelector()
    with selector:
        selector.register(stream.descriptor, selectors.EVENT_READ)
        return not selector.select(0)


def main():
    """Serve requests until the standard input ends."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    commands = sys.stdin.fileno()
    buffered = b""
    while True:
        while b"\n" not in buffered:
            data = os.read(commands, CHUNK)
            if not data:
                return
            buffered += data
        line, _, buffered = buffered.partition(b"\n")
        try:
            answer = run(json.loads(line), commands)
        except OSError as error:
            answer = {"ending": "failed", "reason": f"{error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
