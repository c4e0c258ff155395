"""What passes between the target and the run's repository: one commit in, finished branches out."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from orchestrator.adapters.git import files
from orchestrator.adapters.git.command import GitError, git
from orchestrator.adapters.git.refs import update
from orchestrator.errors import InvalidInputError

Moves: TypeAlias = Mapping[str, tuple[str, str | None]]
"""Full ref names, with the new commit and the one that the ref must be at (None: absent)."""

BASE = "refs/leafcut/base"

_SETTINGS = {
    "transfer.fsckObjects": "true",
    # Untidy, found in old histories, and harmless: the commits of a run have nothing of it.
    "fetch.fsck.zeroPaddedFilemode": "ignore",
    "fetch.fsck.badTimezone": "ignore",
    "fetch.fsck.missingSpaceBeforeDate": "ignore",
    "fetch.fsck.missingNameBeforeEmail": "ignore",
    "fetch.fsck.missingEmail": "ignore",
    "fetch.fsck.badEmail": "ignore",
}


def copy_base(target: Path, base: str, canonical: Path) -> None:
    """Make the bare repository `canonical` with one commit of the one at `target`; all or nothing.

    Raises:
        InvalidInputError: git does not take the commit.
    """
    staged = canonical.with_name(f"{canonical.name}.new")
    files.remove(os.fsencode(staged))
    git(canonical.parent, "init", "--quiet", "--bare", "--template=", staged.name, discover=True)
    for setting, value in _SETTINGS.items():
        git(staged, "config", setting, value)
    try:
        git(
            staged, "fetch", "--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head",
            str(target), f"{base}:{BASE}", transport="file",
        )  # fmt: skip
    except GitError as error:
        files.remove(os.fsencode(staged))
        raise InvalidInputError(
            f"commit {base[:12]} of {target} cannot be taken: {_problem(error.stderr)}",
            hint=f"git -C {target} fsck says more; a partial clone must be made whole first",
        ) from error
    staged.rename(canonical)


def add_base(target: Path, base: str, canonical: Path) -> None:
    """Bring one more commit of the repository at `target`; a ref of its own keeps it.

    Raises:
        InvalidInputError: git does not take the commit.
    """
    try:
        git(
            canonical, "fetch", "--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head",
            str(target), f"+{base}:refs/leafcut/bases/{base}", transport="file",
        )  # fmt: skip
    except GitError as error:
        raise InvalidInputError(
            f"commit {base[:12]} of {target} cannot be taken: {_problem(error.stderr)}",
            hint=f"git -C {target} fsck says more; a partial clone must be made whole first",
        ) from error


def publish(canonical: Path, target: Path, moves: Moves) -> None:
    """Bring commits to the repository at `target` and move its refs there; all or nothing.

    Raises:
        InvalidInputError: a ref is not where it was left, is checked out, or cannot be made; or
            the target no longer has the base.
    """
    _refuse_moved(target, moves)
    pending = {ref: move for ref, move in moves.items() if at(target, ref) != move[0]}
    if not pending:
        return
    _bring(canonical, target, sorted({new for new, _ in pending.values()}))
    updates = b"".join(update(ref, new, old) for ref, (new, old) in pending.items())
    try:
        git(
            target, "update-ref", "--stdin", "-z", "-m", "leafcut: publish",
            stdin=b"start\0" + updates + b"commit\0",
        )  # fmt: skip
    except GitError as error:
        _refuse_moved(target, moves)
        raise InvalidInputError(
            f"{target} does not take the branches: {_problem(error.stderr)}; nothing was written",
            hint="rename the branch that stands in the way, then try again",
        ) from error


def at(repository: Path, ref: str) -> str | None:
    """Return the commit that a ref points at."""
    try:
        said = git(repository, "rev-parse", "--verify", "--quiet", ref)
    except GitError:
        return None
    return said.decode().strip()


def refs_below(repository: Path, prefix: str) -> list[str]:
    """Return the full names of the refs that begin so, sorted."""
    said = git(repository, "for-each-ref", "--format=%(refname)", prefix)
    return [line for line in said.decode("utf-8", "surrogateescape").split("\n") if line]


def _bring(canonical: Path, target: Path, commits: Sequence[str]) -> None:
    """Fetch commits with no ref of the target written.

    The copy is shallow: if its base were missing, git would make the target shallow too.
    """
    base = git(canonical, "rev-parse", BASE).decode().strip()
    if not _has(target, base):
        raise InvalidInputError(
            f"{target} no longer has commit {base[:12]}, the base of the run",
            hint="bring it back (git reflog), or run anew on a commit that is there",
        )
    git(
        target, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head",
        "--no-recurse-submodules", "--no-auto-maintenance", str(canonical), *commits,
        transport="file",
    )  # fmt: skip


def _has(repository: Path, commit: str) -> bool:
    try:
        git(repository, "cat-file", "-e", commit)
    except GitError:
        return False
    return True


def _refuse_moved(target: Path, moves: Moves) -> None:
    listed = git(target, "worktree", "list", "--porcelain").decode("utf-8", "surrogateescape")
    for ref, (new, old) in moves.items():
        here = at(target, ref)
        if here not in {old, new}:
            raise InvalidInputError(
                f"{ref} was moved by someone else; nothing was written",
                hint="rename that branch, then try again",
            )
        if here != new and f"branch {ref}\n" in listed:
            raise InvalidInputError(
                f"{ref} is checked out; nothing was written", hint="check out another branch"
            )


def _problem(said: str) -> str:
    """Return the line of git's talk that says what is wrong."""
    lines = [line for line in said.splitlines() if line.startswith(("fatal: ", "error: "))]
    return (lines or [said])[0]
