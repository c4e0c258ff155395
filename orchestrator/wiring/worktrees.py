"""Which worktrees a run uses: overlays where they pay and can be, checkouts elsewhere."""

from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from orchestrator.adapters.git import overlay
from orchestrator.adapters.git.blobs import listed
from orchestrator.adapters.git.exchange import BASE
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.git.worktrees import WorktreePool
from orchestrator.adapters.runs import RunFolder
from orchestrator.adapters.sandbox.mounts import identity
from orchestrator.ports.sandbox import Command, Sandbox

MANY = 1000
"""Files of a tree from which on an overlay pays; a small one is filled and looked through soon."""


def worktrees_of(
    repository: CanonicalRepository, folder: RunFolder, sandbox: Sandbox
) -> WorktreePool:
    """Return the pool of a run's worktrees; whoever asks for it closes it.

    Overlays belong to the user that containers run as, so they are for containers only, and for a
    tree that is worth them. The daemon must see what this process mounts, which is tried.
    """
    pays = sandbox.name == "docker" and overlay.possible(folder.root) and _is_large(repository)
    if not (pays and _is_seen(sandbox, folder.root)):
        return WorktreePool(repository, folder.worktrees)
    bases = overlay.Bases(repository, folder.root / "bases", identity())
    return WorktreePool(repository, folder.worktrees, bases)


def _is_large(repository: CanonicalRepository) -> bool:
    return sum(1 for _ in islice(listed(repository.directory, BASE), MANY)) == MANY


def _is_seen(sandbox: Sandbox, folder: Path) -> bool:
    """Say whether a container sees what is mounted here and now."""
    with TemporaryDirectory(dir=folder, prefix=".overlay-") as made:
        lower, upper, work, at = (Path(made, name) for name in ("lower", "upper", "work", "at"))
        for layer in (lower, upper, work, at):
            layer.mkdir()
        (lower / "seen").touch()
        overlay.mount(lower, upper, work, at)
        try:
            return sandbox.run(at, Command(script="test -e seen", read_only=True)).exit_code == 0
        finally:
            overlay.unmount(at)
