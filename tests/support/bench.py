"""A canonical repository, a worktree and a sandbox, for tests of what checks do."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.git.worktrees import WorktreePool
from orchestrator.adapters.hosts import HostProxy
from orchestrator.application.accept import Acceptance
from orchestrator.application.caches import CheckCaches
from orchestrator.application.setup import Preparation
from orchestrator.domain.changes import ChangeSet, FileChange
from orchestrator.domain.playbook import Check, Setup
from orchestrator.ports.hosts import OpenHosts
from orchestrator.ports.repository import Worktree
from orchestrator.ports.sandbox import Sandbox
from tests.support.landed import AUTHOR, make_target


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Where checks are tried. `folder` holds everything."""

    folder: Path
    repository: CanonicalRepository
    base: str
    worktree: Worktree
    sandbox: Sandbox

    def commit(self, **files: str | None) -> str:
        """Commit files on the base; `__` in a name stands for a dot, None deletes."""
        named = {name.replace("__", "."): text for name, text in files.items()}
        changes = [
            FileChange(path, "100644", None if text is None else text.encode())
            for path, text in sorted(named.items())
        ]
        return self.repository.commit(self.base, ChangeSet(tuple(changes)), "Change\n")

    def preparation(
        self, setup: Setup | None = None, open_hosts: OpenHosts = HostProxy
    ) -> Preparation:
        """Return what makes the worktree ready."""
        return Preparation(
            setup=setup or Setup(),
            repository=self.repository,
            sandbox=self.sandbox,
            values={},
            open_hosts=open_hosts,
        )

    def acceptance(self, *checks: Check, **values: str) -> Acceptance:
        """Return acceptance with these checks."""
        return Acceptance(
            checks=checks,
            sandbox=self.sandbox,
            values=values,
            tree_of=self.repository.objects.tree_of,
            prepare=self.preparation(),
            caches=CheckCaches(self.folder / "caches"),
        )

    def log(self, name: str) -> Sequence[str]:
        """Return the lines that commands appended to a file beside the worktrees."""
        path = self.folder / name
        return path.read_text().splitlines() if path.exists() else ()


@contextmanager
def bench(folder: Path, sandbox: Sandbox, files: Mapping[str, bytes]) -> Iterator[Bench]:
    """Set up a bench whose base commit holds `files`."""
    target = make_target(folder / "target", files)
    base = target.resolve("HEAD")
    target.copy_to(folder / "canonical.git", base)
    repository = CanonicalRepository(folder / "canonical.git", AUTHOR, lambda: 1e9)
    pool = WorktreePool(repository, folder / "worktrees")
    try:
        with pool.lease() as worktree:
            yield Bench(
                folder=folder, repository=repository, base=base, worktree=worktree, sandbox=sandbox
            )
    finally:
        repository.close()
