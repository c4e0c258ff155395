"""Runs on disk: one folder a run, below Leafcut's state folder.

A run's folder holds all that it made; nothing of a run lies in the target repository until its
slices are published.
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from socket import gethostname
from typing import TextIO

from pydantic import TypeAdapter, ValidationError

from orchestrator.adapters.git import files
from orchestrator.domain.learnings.proposal import Proposal
from orchestrator.domain.settings import RunSettings, Slicing
from orchestrator.errors import InvalidInputError, UsageError

STALE_S = 3600
"""How long the making of a run's folder may take, in seconds."""
SHOWN = 3
"""How many runs are named to whoever has to choose."""
LOOKS = 10
LOOK_S = 0.02
"""How often, and how many seconds apart, a lock is tried."""

_SETTINGS = TypeAdapter(RunSettings)
_SLICING = TypeAdapter(Slicing)
_PROPOSAL = TypeAdapter(Proposal)


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

    def proposal(self) -> Proposal | None:
        """Return the change to the prompt that was proposed last; None: there is none."""
        try:
            return _PROPOSAL.validate_json((self.root / "distilled.json").read_bytes())
        except (OSError, ValidationError):
            return None

    def keep_proposal(self, proposed: Proposal) -> None:
        """Remember what was proposed, so that just this can be accepted."""
        staged = self.root / "distilled.json.new"
        staged.write_bytes(_PROPOSAL.dump_json(proposed, indent=2))
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
            return _SETTINGS.validate_json(path.read_bytes())
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


@dataclass(frozen=True, slots=True)
class RunStore:
    """All runs of this user, below `root`."""

    root: Path

    def create(
        self,
        settings: RunSettings,
        plan_json: str,
        playbook: Path,
        fill: Callable[[RunFolder], None],
    ) -> RunFolder:
        """Lay out a new run's folder, `fill` its own part; it appears complete or not at all."""
        self._sweep()
        final, staged = self.root / settings.run, self.root / f".{settings.run}.new"
        if final.exists():
            raise UsageError(f"a run named {settings.run} is there already")
        try:
            _lay_out(staged, settings, plan_json, playbook)
            fill(RunFolder(staged))
            staged.rename(final)
        except BaseException:
            shutil.rmtree(staged, ignore_errors=True)
            raise
        return RunFolder(final)

    def remove(self, folder: RunFolder) -> None:
        """Remove a run; killed half-way, it is gone all the same and swept later.

        Raises:
            UsageError: a process works on it.
        """
        # It brings GitPython along, which stops a process that has no git; doctor must go on.
        from orchestrator.adapters.git.overlay import unmount_below

        with folder.locked():
            unmount_below(folder.root)
            gone = folder.root.rename(folder.root.with_name(f".{folder.name}.gone"))
        files.remove(os.fsencode(gone))

    def _sweep(self) -> None:
        """Remove what killed processes began to make, an hour ago at least, or to remove."""
        for path in self.root.glob(".*"):
            old = time.time() - path.stat().st_mtime > STALE_S
            if path.suffix == ".gone" or (path.suffix == ".new" and old):
                with suppress(OSError):
                    files.remove(os.fsencode(path))

    def all(self) -> list[RunFolder]:
        """Return the runs, newest first."""
        if not self.root.is_dir():
            return []
        folders = [path for path in self.root.iterdir() if _is_run(path)]
        return [RunFolder(path) for path in sorted(folders, key=_created, reverse=True)]

    def newest(self, target: str | None, *, writing: bool) -> RunFolder:
        """Return the newest run of the repository `target`; None: one stands in no repository.

        Where that has none, whoever only looks gets the newest of all; whoever writes does so
        only when there is no other run and no other repository that could be meant.

        Raises:
            UsageError: there is no run, or a name is needed.
        """
        runs = self.all()
        if not runs:
            raise UsageError("there is no run yet", hint="leafcut run PLAYBOOK --repo PATH")
        own = (run for run in runs if target and run.targets(target))
        if found := next(own, None):
            return found
        if writing and (target or len(runs) > 1):
            names = ", ".join(run.name for run in runs[:SHOWN])
            raise UsageError(
                f"no run of {target or 'a repository'} here; say which one",
                hint=f"there are {names} (leafcut status --all)",
            )
        return runs[0]

    def open(self, name: str) -> RunFolder:
        """Return a run by name, by path or by unique beginning.

        Raises:
            UsageError: there is no such run, or more than one.
        """
        runs = self.all()
        if os.sep in name and _is_run(Path(name).resolve()):
            return RunFolder(Path(name).resolve())
        matching = [run for run in runs if run.name.startswith(name)]
        exact = [run for run in matching if run.name == name]
        if len(exact or matching) != 1:
            raise _no_such_run(name, runs, matching)
        return (exact or matching)[0]


def _lay_out(staged: Path, settings: RunSettings, plan_json: str, playbook: Path) -> None:
    staged.mkdir(parents=True)
    copy_playbook(playbook, staged / "playbook")
    (staged / "plan.json").write_text(plan_json, encoding="utf-8")
    (staged / "run.json").write_bytes(_SETTINGS.dump_json(settings, indent=2))


def _is_run(folder: Path) -> bool:
    """Say whether a folder is a whole run, and bears its name."""
    if folder.name.startswith(".") or not (folder / "run.json").is_file():
        return False
    try:
        return RunFolder(folder).settings().run == folder.name
    except InvalidInputError:
        return (folder / "plan.json").is_file() and (folder / "playbook").is_dir()


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


def _created(path: Path) -> float:
    try:
        return float(json.loads((path / "run.json").read_text(encoding="utf-8"))["created"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0.0


def _no_such_run(name: str, runs: list[RunFolder], matching: list[RunFolder]) -> UsageError:
    names = [run.name for run in runs]
    near = [run.name for run in matching] or get_close_matches(name, names) or names[:3]
    problem = "more than one run begins with" if matching else "there is no run"
    hint = f"there are {', '.join(near)}" if near else "leafcut run PLAYBOOK --repo PATH"
    return UsageError(f"{problem} {name!r}", hint=hint)
