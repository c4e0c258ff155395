"""All runs of a user: made, found by name, removed."""

import json
import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from orchestrator.adapters.git import files
from orchestrator.adapters.runs import SETTINGS, RunFolder, copy_playbook
from orchestrator.domain.nearness import listed, suggestion
from orchestrator.domain.settings import RunSettings
from orchestrator.errors import InvalidInputError, UsageError

STALE_S = 3600
"""How long the making of a run's folder may take, in seconds."""
SHOWN = 3
"""How many runs are named to whoever has to choose."""


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
    (staged / "run.json").write_bytes(SETTINGS.dump_json(settings, indent=2))


def _is_run(folder: Path) -> bool:
    """Say whether a folder is a whole run, and bears its name."""
    if folder.name.startswith(".") or not (folder / "run.json").is_file():
        return False
    try:
        return RunFolder(folder).settings().run == folder.name
    except InvalidInputError:
        return (folder / "plan.json").is_file() and (folder / "playbook").is_dir()


def _created(path: Path) -> float:
    try:
        return float(json.loads((path / "run.json").read_text(encoding="utf-8"))["created"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0.0


def _no_such_run(name: str, runs: list[RunFolder], matching: list[RunFolder]) -> UsageError:
    names = [run.name for run in runs]
    if matching:
        hint = f"it could be {', '.join(run.name for run in matching)}"
        return UsageError(f"more than one run begins with {name!r}", hint=hint)
    hint = suggestion(name, names, listed(names, "leafcut run PLAYBOOK --repo PATH"))
    return UsageError(f"there is no run {name!r}", hint=hint)
