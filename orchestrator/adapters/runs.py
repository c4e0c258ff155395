"""A run on disk: one folder, below Leafcut's state folder.

It holds all that the run made; nothing of a run lies in the target repository until its slices are
published.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from socket import gethostname
from typing import TYPE_CHECKING, TextIO

from pydantic import TypeAdapter, ValidationError

from orchestrator.domain.settings import RunSettings, Slicing
from orchestrator.errors import InvalidInputError, UsageError

if TYPE_CHECKING:
    from orchestrator.domain.learnings.proposal import Proposal

LOOKS = 10
LOOK_S = 0.02
"""How often, and how many seconds apart, a lock is tried."""

SETTINGS = TypeAdapter(RunSettings)
"""How a run's settings stand in its folder."""
_SLICING = TypeAdapter(Slicing)


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The paths of one run."""

    root: Path

    @property
    def name(self) -> str:
        """The run's id."""
        return self.root.name

    @property
    def journal(self) -> Path:
        """The journal, a SQLite file."""
        return self.root / "journal.sqlite"

    @property
    def plan(self) -> Path:
        """The plan as it was when the run started."""
        return self.root / "plan.json"

    @property
    def playbook(self) -> Path:
        """The playbook's folder as it was when the run started."""
        return self.root / "playbook"

    def playbook_copy(self, digest: str) -> Path:
        """The playbook's folder as a person took it over later; the empty digest is the first."""
        return self.root / "playbooks" / digest if digest else self.playbook

    @property
    def repository(self) -> Path:
        """The canonical bare repository."""
        return self.root / "repository.git"

    @property
    def worktrees(self) -> Path:
        """The pool of worktrees."""
        return self.root / "worktrees"

    @property
    def caches(self) -> Path:
        """What trusted check runs left for later ones."""
        return self.root / "caches"

    @property
    def notes(self) -> Path:
        """What an attempt leaves for the next one, a folder a task."""
        return self.root / "notes"

    @property
    def transcripts(self) -> Path:
        """What agents printed, a file an attempt."""
        return self.root / "transcripts"

    @property
    def bus(self) -> Path:
        """The folder of Leafcut's own server while there is one."""
        return self.root / "bus"

    @property
    def slices(self) -> Path:
        """What the local forge writes."""
        return self.root / "slices"

    def slicing(self) -> Slicing:
        """Return how the run's slices were last cut."""
        try:
            return _SLICING.validate_json((self.root / "slicing.json").read_bytes())
        except (OSError, ValidationError):
            return Slicing()

    def keep_slicing(self, chosen: Slicing) -> None:
        """Remember how the run's slices were cut."""
        staged = self.root / "slicing.json.new"
        staged.write_bytes(_SLICING.dump_json(chosen, indent=2))
        staged.replace(self.root / "slicing.json")

    def proposal(self) -> "Proposal | None":
        """Return the change to the prompt that was proposed last; None: there is none."""
        try:
            return _proposals().validate_json((self.root / "distilled.json").read_bytes())
        except (OSError, ValidationError):
            return None

    def keep_proposal(self, proposed: "Proposal") -> None:
        """Remember what was proposed, so that just this can be accepted."""
        staged = self.root / "distilled.json.new"
        staged.write_bytes(_proposals().dump_json(proposed, indent=2))
        staged.replace(self.root / "distilled.json")

    def drop_proposal(self) -> None:
        """Forget what was proposed: it has been accepted."""
        (self.root / "distilled.json").unlink(missing_ok=True)

    def targets(self, repository: str) -> bool:
        """Say whether it is a run of this repository, given by its absolute path."""
        try:
            return self.settings().target == repository
        except InvalidInputError:
            return False

    def settings(self) -> RunSettings:
        """Read the run's settings.

        Raises:
            InvalidInputError: the file is missing or damaged.
        """
        path = self.root / "run.json"
        try:
            return SETTINGS.validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise InvalidInputError(
                f"{path} cannot be read: {error}", hint="is this folder a run of Leafcut?"
            ) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the run's only writer; the lock goes with the process, however it ends.

        Raises:
            UsageError: another process is, and the message names it.
        """
        with (self.root / "lock").open("a+", encoding="utf-8") as lock:
            if not _flocked(lock, fcntl.LOCK_EX):
                lock.seek(0)
                raise UsageError(
                    f"run {self.name} is being worked on by {lock.read().strip() or 'a process'}",
                    hint=f"leafcut stop {self.name}",
                )
            lock.truncate(0)
            lock.write(f"process {os.getpid()} on {gethostname()}\n")
            lock.flush()
            yield

    def busy(self) -> bool:
        """Say whether a process works on the run right now."""
        try:
            with (self.root / "lock").open(encoding="utf-8") as lock:
                return not _flocked(lock, fcntl.LOCK_SH)
        except FileNotFoundError:
            return False


@cache
def _proposals() -> "TypeAdapter[Proposal]":
    from orchestrator.domain.learnings.proposal import Proposal

    return TypeAdapter(Proposal)


def copy_playbook(source: Path, copy: Path) -> None:
    """Copy a playbook's folder without what changes nothing about what it does."""
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__", "fixture"))


def _flocked(lock: TextIO, kind: int) -> bool:
    """Try to lock a file, again for a moment: whoever only looks holds its lock that long."""
    for _ in range(LOOKS):
        try:
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOOK_S)
        else:
            return True
    return False
