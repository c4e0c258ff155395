"""What commits from a bundle may not change, whatever their receipts say."""

import posixpath
from collections.abc import Iterator

from pathspec import GitIgnoreSpec

from orchestrator.domain.changes import FileChange
from orchestrator.domain.guards.case import Examined
from orchestrator.domain.guards.laziness import laziness
from orchestrator.domain.guards.safe_tree import safe_tree
from orchestrator.domain.guards.secrets import secrets
from orchestrator.domain.guards.test_integrity import test_integrity
from orchestrator.domain.playbook import Playbook
from orchestrator.domain.verdict import Failure

STEERS = (".github/workflows/", ".github/actions/")
"""Files that forges run, and with more rights than the code of a pull request has."""

GUARDS = (safe_tree, secrets, laziness, test_integrity)
"""Those that need nothing but a commit; the others are about its task, which a bundle lacks."""


def inspect(case: Examined, playbook: Playbook | None) -> Iterator[Failure]:
    """Yield what speaks against a commit."""
    for guard in GUARDS:
        yield from guard(case)
    for change in case.changes.files:
        if _leads_out(change):
            yield Failure("guard:safe_tree", change.path, "link", "is a link out of the tree")
        if change.path.lower().startswith(STEERS) and not _selected(change.path, playbook):
            yield Failure(
                "publish:workflows", change.path, "workflow", "is run by the forge, with its rights"
            )


def _leads_out(change: FileChange) -> bool:
    if change.mode != "120000" or change.content is None:
        return False
    target = change.content.decode("utf-8", "surrogateescape")
    inside = posixpath.normpath(posixpath.join(posixpath.dirname(change.path), target))
    return target.startswith("/") or inside.split("/")[0] == ".."


def _selected(path: str, playbook: Playbook | None) -> bool:
    """Say whether a playbook is about such files: a pattern of its own names the folder."""
    if playbook is None:
        return False
    naming = [one for one in playbook.select.include if one.lstrip("/").startswith(".github/")]
    excluded = GitIgnoreSpec.from_lines(playbook.select.exclude).match_file(path)
    return GitIgnoreSpec.from_lines(naming).match_file(path) and not excluded
