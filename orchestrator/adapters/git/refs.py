"""Refs of the canonical repository: every move is a compare-and-swap by git itself."""

import subprocess
from pathlib import Path
from threading import Lock

from orchestrator.adapters.git.command import GitError, git, serve

ABSENT = "0" * 40
_DONE = [b"start: ok\n", b"commit: ok\n"]


class Refs:
    """One persistent `git update-ref --stdin`; may be used from any thread."""

    def __init__(self, git_directory: Path) -> None:
        """Remember the repository; the process is started at the first move."""
        self._directory = git_directory
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = Lock()

    def move(self, ref: str, new: str, old: str | None) -> bool:
        """Move `ref` to `new` if it is at `old` (None: absent); say whether it was.

        Raises:
            GitError: the ref is where it should be and git still could not move it.
        """
        if "\0" in ref or "\n" in ref:
            message = f"{ref!r} is no name for a ref"
            raise ValueError(message)
        with self._lock:
            return self._transaction(update(ref, new, old)) or self._once(ref, new, old)

    def read(self, ref: str) -> str | None:
        """Return the object that a ref points at."""
        try:
            said = git(self._directory, "show-ref", "--verify", "--hash", ref)
        except GitError:
            return None
        return said.decode().strip()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _transaction(self, command: bytes) -> bool:
        process = self._process or self._start()
        if process.stdin is None or process.stdout is None:
            message = "update-ref has no pipes"
            raise RuntimeError(message)
        try:
            process.stdin.write(b"start\0" + command + b"commit\0")
            process.stdin.flush()
        except BrokenPipeError:
            self._end()
            return False
        if [process.stdout.readline(), process.stdout.readline()] == _DONE:
            return True
        self._end()
        return False

    def _once(self, ref: str, new: str, old: str | None) -> bool:
        """Find out why a transaction failed: git ends at the first one, without a word to us."""
        try:
            git(self._directory, "update-ref", ref, new, old or ABSENT)
        except GitError:
            if self.read(ref) == old:
                raise
            return False
        return True

    def _start(self) -> "subprocess.Popen[bytes]":
        self._process = serve(self._directory, "update-ref", "--stdin", "-z")
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        process.wait()


def update(ref: str, new: str, old: str | None) -> bytes:
    """Return one move as `update-ref --stdin -z` reads it."""
    return f"update {ref}\0{new}\0{old or ABSENT}\0".encode("utf-8", "surrogateescape")


def remove_locks(git_directory: Path) -> None:
    """Remove the locks that a killed process left; only for who has the repository alone."""
    for lock in (*git_directory.glob("*.lock"), *(git_directory / "refs").rglob("*.lock")):
        lock.unlink(missing_ok=True)
