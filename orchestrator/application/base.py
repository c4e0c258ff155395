"""What holds before anything is changed: the baseline, and which checks see nothing."""

from collections import Counter
from dataclasses import dataclass

from orchestrator.application.accept import Acceptance
from orchestrator.domain.baseline import known
from orchestrator.domain.changes import ChangeSet, FileChange
from orchestrator.domain.events import BaselineTaken
from orchestrator.domain.plan import Plan
from orchestrator.ports.repository import Repository, Worktrees

BROKEN = b"\n<<<<<<< leafcut probe: no language parses this line )}](\n"


@dataclass(frozen=True, slots=True)
class BaseChecks:
    """Takes the baseline of a plan's base commit."""

    acceptance: Acceptance
    repository: Repository
    worktrees: Worktrees
    plan: Plan

    def take(self) -> BaselineTaken:
        """Run every check on the base, and on the base with one file broken."""
        files = self._files()
        with self.worktrees.lease() as worktree:
            checks = self.acceptance.take_baseline(worktree, self.plan.base, files)
            probe = probe_file(self.plan)
            blind = (
                self.acceptance.blind(worktree, self._broken(probe), [probe])
                if probe and checks
                else ()
            )
        residue = sum(task.occurrences for task in self.plan.tasks)
        return BaselineTaken(checks=checks, residue=residue, blind=blind, probe=probe or "")

    def recall(self, taken: BaselineTaken) -> None:
        """Remember a baseline that an earlier process took."""
        self.acceptance.baseline = known(taken.checks)

    def _files(self) -> list[str]:
        """Return the plan's files that the base has; only a stage may name others."""
        base, read = self.plan.base, self.repository.read
        return sorted(
            {
                file
                for task in self.plan.tasks
                for file in task.files
                if task.stage == "migrate" or read(base, file) is not None
            }
        )

    def _broken(self, path: str) -> str:
        content = self.repository.read(self.plan.base, path) or b""
        change = ChangeSet((FileChange(path, "100644", content + BROKEN),))
        return self.repository.commit(
            self.plan.base, change, "a broken file, to probe the checks\n"
        )


def probe_file(plan: Plan) -> str | None:
    """Return the file that most tasks wait for: the one that a check is likeliest to see."""
    waiting = Counter(needed for task in plan.tasks for needed in task.depends_on)
    migrated = [task for task in plan.tasks if task.stage == "migrate"]
    tasks = sorted(migrated, key=lambda task: (-waiting[task.id], task.id))
    return tasks[0].files[0] if tasks else None
