"""Notes that this process writes are notes to git."""

from contextlib import closing

import pytest

from orchestrator.adapters.git.notes import noted, write_notes
from orchestrator.adapters.git.repository import CanonicalRepository
from tests.adapters.git.conftest import AUTHOR, Git, change

REF = "refs/notes/leafcut/r"


def _commits(repository: CanonicalRepository, base: str, count: int) -> list[str]:
    return [repository.commit(base, change("a.py", b"%d" % n), "m\n") for n in range(count)]


def test_git_shows_them_and_they_are_read_back(
    repository: CanonicalRepository, base: str, git: Git
) -> None:
    commits = _commits(repository, base, 300)
    notes = {commit: f"note {n}\n".encode() for n, commit in enumerate(commits)}
    made = write_notes(repository, REF, notes, "Receipts\n")
    for n in (0, 299):
        shown = git("notes", "--ref=leafcut/r", "show", commits[n], cwd=repository.directory)
        assert shown == f"note {n}"
    listed = git("notes", "--ref=leafcut/r", "list", cwd=repository.directory)
    assert len(listed.splitlines()) == 300
    read = {commit: repository.objects.read(blob) for commit, blob in
            noted(repository.objects, made).items()}  # fmt: skip
    assert read == notes
    assert git("fsck", "--strict", "--no-dangling", cwd=repository.directory) == ""


def test_notes_stay_when_others_come_and_nothing_is_made_twice(
    repository: CanonicalRepository, base: str
) -> None:
    one, two = _commits(repository, base, 2)
    first = write_notes(repository, REF, {one: b"1"}, "m\n")
    assert write_notes(repository, REF, {one: b"1"}, "m\n") == first
    second = write_notes(repository, REF, {two: b"2"}, "m\n")
    assert repository.info(second).parents == (first,)
    assert set(noted(repository.objects, second)) == {one, two}
    assert repository.head(REF) == second


def test_notes_that_git_itself_laid_out_are_read(
    repository: CanonicalRepository, base: str, git: Git
) -> None:
    who = {f"GIT_{role}_{what}": "x@y" for role in ("AUTHOR", "COMMITTER") for what in
           ("NAME", "EMAIL")}  # fmt: skip
    git("notes", "--ref=leafcut/r", "add", "-m", "hi", base, cwd=repository.directory, **who)
    head = repository.head(REF)
    assert head is not None
    assert set(noted(repository.objects, head)) == {base}


class _Late(CanonicalRepository):
    """Looks at a ref just before another process moves it."""

    def head(self, _ref: str) -> str | None:
        return None


def test_another_writer_is_not_overwritten(repository: CanonicalRepository, base: str) -> None:
    one, two = _commits(repository, base, 2)
    write_notes(repository, REF, {one: b"1"}, "m\n")
    late = _Late(repository.directory, AUTHOR, lambda: 0.0)
    with closing(late), pytest.raises(RuntimeError, match="another process writes"):
        write_notes(late, REF, {two: b"2"}, "m\n")
