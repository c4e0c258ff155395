"""Verification put together: a repository's commits, their receipts, and running checks again."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from orchestrator.adapters.git.borrowed import borrow, commits_in, leads_to, notes_in
from orchestrator.adapters.git.notes import noted
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.git.target import Target
from orchestrator.adapters.receipts import decode
from orchestrator.application.rerun import Rerun
from orchestrator.application.verify import Verified, Verifier
from orchestrator.domain.expressions import names
from orchestrator.domain.receipt import Receipt
from orchestrator.domain.settings import SandboxChoice
from orchestrator.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The commits of a range with how they stand; `folder` lasts as long as this is open."""

    found: tuple[Verified, ...]
    repository: CanonicalRepository
    folder: Path


@contextmanager
def verification(path: Path, revisions: str) -> Iterator[Verification]:
    """Look at a range of the repository around `path`, which nothing is written to.

    Raises:
        InvalidInputError: there is no repository, or the range names no commits.
    """
    target = Target.open(path).git_directory
    commits = commits_in(target, revisions)
    with TemporaryDirectory(prefix="leafcut-verify-") as made:
        folder = Path(made).resolve()
        borrow(target, commits[-1], folder / "repository.git")
        repository = CanonicalRepository(folder / "repository.git", "", lambda: 0.0)
        refs = notes_in(target)
        verifier = Verifier(
            repository=repository,
            note=_notes(repository, refs),
            decode=decode,
            leads=partial(leads_to, repository.directory),
            runs=tuple(refs),
        )
        with closing(repository):
            yield Verification(found=verifier.verify(commits), repository=repository, folder=folder)


@contextmanager
def rerunning(
    there: Verification, sandbox: SandboxChoice, image: str | None, playbook: str | None
) -> Iterator[tuple[str, Rerun]]:
    """Give the sandbox's name and what runs a receipt's checks again in it.

    `image` is what checks run in where containers are asked for. `playbook` says where the playbook
    lies that checks take files from, when not on a shelf.
    """
    from orchestrator.adapters.git.worktrees import WorktreePool
    from orchestrator.adapters.sandbox.choose import choose
    from orchestrator.wiring.hosts import open_hosts
    from orchestrator.wiring.sandboxes import interpreter

    with closing(choose(sandbox, image=image or "")) as chosen:
        yield (
            chosen.name,
            Rerun(
                repository=there.repository,
                worktrees=WorktreePool(there.repository, there.folder / "worktrees"),
                sandbox=chosen,
                python=interpreter(chosen),
                playbook_of=partial(_playbook_of, playbook),
                caches=there.folder / "caches",
                tree_of=there.repository.objects.tree_of,
                open_hosts=open_hosts,
            ),
        )


def _notes(
    repository: CanonicalRepository, refs: Mapping[str, str]
) -> Callable[[str, str], bytes | None]:
    """Return what reads the note of a run on a commit; each run's list is read once."""
    listed: dict[str, dict[str, str]] = {}

    def note(run: str, commit: str) -> bytes | None:
        if run in refs and run not in listed:
            listed[run] = noted(repository.objects, refs[run])
        blob = listed.get(run, {}).get(commit)
        return None if blob is None else repository.objects.read(blob)

    return note


def _playbook_of(given: str | None, receipt: Receipt) -> Path | None:
    """Return the folder that a receipt's commands take files from, None when they take none.

    Raises:
        UsageError: the playbook is not here, or not the one of the receipt.
    """
    from orchestrator.wiring.library import find_playbook

    told = (*receipt.setup.run, *(check.command for check in receipt.checks))
    if not any("playbook.dir" in names(command) for command in told):
        return None
    loaded = find_playbook(given or receipt.environment.playbook)
    if loaded.digest != receipt.environment.playbook_digest:
        raise UsageError(
            f"playbook {loaded.playbook.name} in {loaded.folder} is not the one that the checks of "
            f"run {receipt.run} took files from",
            hint="say where that one lies with --playbook",
        )
    return loaded.folder
