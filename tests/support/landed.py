"""A run with landed commits in real repositories, made without an engine."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.git.target import Target
from orchestrator.domain.changes import ChangeSet, FileChange
from orchestrator.domain.events import Landed, LandingEnded
from orchestrator.domain.fold import apply
from orchestrator.domain.messages import landed_message
from orchestrator.domain.playbook import Commit
from orchestrator.domain.policy import Policy
from orchestrator.domain.run import Run
from tests.support.plans import finish, make_plan, start

AUTHOR = "Ada <ada@example.org>"


@dataclass(frozen=True, slots=True)
class Edit:
    """A task and what its commit does: the new content by path, None deletes."""

    task: str
    files: Mapping[str, bytes | None]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LandedRun:
    """A target repository, its canonical copy, and a run whose tasks have landed there."""

    target: Target
    canonical: CanonicalRepository
    run: Run


def git(folder: Path, *arguments: str, check: bool = True) -> str:
    """Run the user's git as a person would, with no configuration of this machine."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in _ADA},
    }
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, capture_output=True, check=check
    )
    return done.stdout.decode("utf-8", "surrogateescape").strip()


_ADA = (("NAME", "Ada"), ("EMAIL", "ada@example.org"))


def make_target(folder: Path, files: Mapping[str, bytes]) -> Target:
    """Make a repository with one commit."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=Base")
    return Target.open(folder)


def make_landed(
    folder: Path, base: Mapping[str, bytes], edits: Sequence[Edit], now: float = 1e9
) -> LandedRun:
    """Land edits one by one on a base; below `folder` come `target` and `canonical.git`."""
    target = make_target(folder / "target", base)
    commit = target.resolve("HEAD")
    target.copy_to(folder / "canonical.git", commit)
    canonical = CanonicalRepository(folder / "canonical.git", AUTHOR, lambda: now)
    plan = make_plan({edit.task: edit.needs for edit in edits})
    run = Run(replace(plan, base=commit), Policy(agents=("codemod",)))
    for edit in edits:
        commit = _land(canonical, run, edit, commit)
    return LandedRun(target, canonical, run)


def _land(canonical: CanonicalRepository, run: Run, edit: Edit, head: str) -> str:
    changes = ChangeSet(
        tuple(FileChange(path, "100644", edit.files[path]) for path in sorted(edit.files))
    )
    task = run.by_id[edit.task]
    values = {"playbook.title": "Tidy up"}
    message = landed_message(Commit(), task, values, run="r", agent="codemod", author=AUTHOR)
    made = canonical.commit(head, changes, message)
    start(run, edit.task)
    finish(run, edit.task, "accepted")
    landed = Landed(task=edit.task, commit=made, checked=made, files=tuple(sorted(edit.files)))
    apply(run, LandingEnded(batch=run.batches + 1, head=made, landed=(landed,)))
    return made
