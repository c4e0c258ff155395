"""Refs of the canonical repository: every move is a compare-and-swap by git itself."""

import subprocess
from pathlib import Path
from threading import Lock

from orchestrator.adapters.git.command import environment, executable

ABSENT = "0" * 40


class Refs:
    """One persistent `git update-ref --stdin`; may be used from any thread."""

    def __init__(self, git_directory: Path) -> None:
        """Remember the repository; the process is started at the first move."""
        self._directory = git_directory
        self._process: subprocess.Popen[str] | None = None
        self._lock = Lock()

    def move(self, ref: str, new: str, old: str | None) -> bool:
        """Move `ref` to `new` if it is at `old` (None: absent); say whether it was."""
        with self._lock:
            return self._transaction(f"update {ref} {new} {old or ABSENT}")

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _transaction(self, command: str) -> bool:
        process = self._process or self._start()
        pipe_in, pipe_out = process.stdin, process.stdout
        if pipe_in is None or pipe_out is None:
            message = "update-ref has no pipes"
            raise RuntimeError(message)
        try:
            pipe_in.write(f"start\n{command}\ncommit\n")
            pipe_in.flush()
            answers = [pipe_out.readline().strip(), pipe_out.readline().strip()]
        except BrokenPipeError:
            answers = []
        if answers == ["start: ok", "commit: ok"]:
            return True
        self._end()
        return False

    def _start(self) -> subprocess.Popen[str]:
        self._process = subprocess.Popen(  # noqa: S603 - a list, no shell, our own environment
            [executable(), f"--git-dir={self._directory}", "update-ref", "--stdin"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment(),
            cwd="/",
        )
        return self._process

    def _end(self) -> None:
        if self._process is None:
            return
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        self._process.wait()
        self._process = None
