"""A repository looked at through another one that borrows its objects; nothing is written to it."""

import os
import shutil
from pathlib import Path

from orchestrator.adapters.git.command import GitError, git
from orchestrator.adapters.git.exchange import BASE
from orchestrator.errors import InvalidInputError

NOTES = "refs/notes/leafcut/"


def commits_in(repository: Path, revisions: str) -> list[str]:
    """Return the commits of a range such as `A..B`, oldest first, or the one that a name means.

    Raises:
        InvalidInputError: git knows no such revisions, or the range is empty.
    """
    try:
        if ".." not in revisions:
            revisions = _commit(repository, revisions)
            return [revisions]
        said = git(
            repository, "rev-list", "--reverse", "--topo-order", "--end-of-options", revisions, "--"
        )  # fmt: skip
    except GitError as error:
        raise InvalidInputError(
            f"{repository} has no revisions {revisions!r}",
            hint="say for example main..leafcut/…, or one commit",
        ) from error
    if not said:
        raise InvalidInputError(
            f"no commit is in {revisions!r}", hint="is the range the other way round?"
        )
    return said.decode().split()


def notes_in(repository: Path) -> dict[str, str]:
    """Return the commits of the receipts' refs, by the run's name."""
    said = git(repository, "for-each-ref", "--format=%(refname) %(objectname)", NOTES)
    lines = said.decode("utf-8", "surrogateescape").removesuffix("\n").split("\n")
    refs = dict(line.rsplit(" ", 1) for line in lines if line)
    return {ref.removeprefix(NOTES): commit for ref, commit in refs.items()}


def borrow(repository: Path, commit: str, folder: Path) -> None:
    """Make a bare repository in `folder` that has all objects of `repository` and no ref but one.

    The one is what worktrees start from: it is at `commit`.
    """
    git(folder.parent, "init", "--quiet", "--bare", "--template=", folder.name, discover=True)
    said = git(repository, "rev-parse", "--path-format=absolute", "--git-common-dir")
    common = Path(os.fsdecode(said.removesuffix(b"\n")))
    (folder / "objects/info").mkdir(exist_ok=True)
    (folder / "objects/info/alternates").write_bytes(os.fsencode(common / "objects") + b"\n")
    if (common / "shallow").is_file():
        shutil.copyfile(common / "shallow", folder / "shallow")
    git(folder, "update-ref", BASE, commit)


def leads_to(repository: Path, ancestor: str, commit: str) -> bool:
    """Say whether a commit is an ancestor of another, or the same; False if one is not there."""
    try:
        git(repository, "merge-base", "--is-ancestor", ancestor, commit)
    except GitError:
        return False
    return True


def _commit(repository: Path, revision: str) -> str:
    said = git(
        repository, "rev-parse", "--verify", "--quiet", "--end-of-options",
        f"{revision}^{{commit}}",
    )  # fmt: skip
    return said.decode().strip()
