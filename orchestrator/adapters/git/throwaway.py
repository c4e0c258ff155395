"""A repository that holds nothing, for whoever needs a worktree and has no run."""

import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from orchestrator.adapters import temporary
from orchestrator.adapters.git.command import git
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.git.worktrees import WorktreePool
from orchestrator.ports.repository import Worktree

_AUTHOR = "Leafcut <leafcut@leafcut.invalid>"
_COMMIT = "tree {tree}\nauthor {author} 0 +0000\ncommitter {author} 0 +0000\n\nNothing\n"


@contextmanager
def empty_worktree() -> Iterator[tuple[Worktree, str]]:
    """Lend a worktree with no files and the commit that it shows; nothing of it is left at exit."""
    folder = temporary.make_folder()
    try:
        directory = folder / "repository.git"
        git(folder, "init", "--quiet", "--bare", "--template=", directory.name, discover=True)
        tree = git(directory, "mktree", stdin=b"").decode().strip()
        text = _COMMIT.format(tree=tree, author=_AUTHOR).encode()
        said = git(directory, "hash-object", "-t", "commit", "-w", "--stdin", stdin=text)
        commit = said.decode().strip()
        git(directory, "update-ref", "refs/leafcut/base", commit)
        with (
            closing(CanonicalRepository(directory, _AUTHOR, time.time)) as repository,
            WorktreePool(repository, folder / "worktrees").lease() as worktree,
        ):
            worktree.reset(commit)
            yield worktree, commit
    finally:
        shutil.rmtree(folder, ignore_errors=True)
