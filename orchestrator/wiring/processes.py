"""A process of its own that takes a run further, for whoever only wants to look."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.journal.sqlite import SqliteJournal
from orchestrator.adapters.runs import RunFolder
from orchestrator.errors import LeafcutError

ENGINE_LOG = "engine.log"
"""The file in a run's folder that holds what a process says that nobody looks at."""
PATIENCE_S = 20.0
"""How long a process may take to begin before it is left to itself, in seconds."""
LOOK_S = 0.1
TOLD = 12
"""How many of the last lines are shown of a process that did not begin."""

_ENDS = frozenset({0, 3, 6, 130})
"""Exit codes of a process that has worked on the run; docs/architecture.md lists them."""
_ERRORS = {kind.exit_code: kind for kind in LeafcutError.__subclasses__()}


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that works on a run; what it says is in `log`, from the byte `since` on."""

    process: "subprocess.Popen[bytes]"
    log: Path
    since: int

    def said(self) -> str:
        """Return its last words."""
        with self.log.open("rb") as log:
            log.seek(self.since)
            text = log.read().decode("utf-8", "replace")
        return "\n".join(text.strip().splitlines()[-TOLD:])

    def failure(self) -> LeafcutError:
        """Return why it has ended, where that is no end of a run."""
        code, said = self.process.returncode, self.said()
        kind = _ERRORS.get(code, LeafcutError)
        told = f":\n{said}" if said else " and said nothing"
        return kind(f"the process that was to work on the run {how_it_ended(code)}{told}")


def how_it_ended(code: int) -> str:
    """Say of a process, by its exit code, whether it has ended or was killed."""
    return f"was killed by signal {-code}" if code < 0 else "has ended"


def begin(folder: RunFolder, options: Sequence[str] = ()) -> Worker:
    """Start a process that takes a run further and outlives this one; return once it has begun.

    `options` are those of `leafcut resume`. The environment is this process's own, keys and all.

    Raises:
        LeafcutError: it has ended before it began, with its last words.
    """
    log = folder.root / ENGINE_LOG
    with log.open("ab") as out:
        worker = Worker(_spawned([str(folder.root), *options], out.fileno()), log, out.tell())
    before, until = _last(folder), time.monotonic() + PATIENCE_S
    while worker.process.poll() is None and time.monotonic() < until:
        if _last(folder) > before:
            return worker
        time.sleep(LOOK_S)
    if worker.process.returncode not in {None, *_ENDS}:
        raise worker.failure()
    return worker


def _spawned(arguments: Sequence[str], out: int) -> "subprocess.Popen[bytes]":
    # -P: a folder of the target repository's that is called as we are is not taken for us.
    return subprocess.Popen(  # noqa: S603 - this very program
        [sys.executable, "-P", "-m", "orchestrator", "resume", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=out,
        start_new_session=True,
        env={**os.environ, "NO_COLOR": "1"},  # which the dashboard takes out of its own
    )


def _last(folder: RunFolder) -> int:
    with closing(SqliteJournal(folder.journal, SystemClock())) as journal:
        return journal.last()
