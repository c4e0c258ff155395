"""What every canonical repository does, git's and the one in memory."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.domain.changes import ChangeSet, FileChange
from orchestrator.ports.repository import Conflict, Repository
from tests.simulator.repository import MemoryRepository
from tests.support.landed import AUTHOR, make_target

FILES = {"a.py": b"a\n", "b.py": b"b\n"}
REF = "refs/heads/leafcut/integration"

Open = Callable[[], tuple[Repository, str]]


@pytest.fixture(params=["git", "memory"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Repository, str]]:
    """Return a repository and its base commit."""
    if request.param == "memory":
        memory = MemoryRepository(FILES)
        yield memory, memory.base
        return
    target = make_target(tmp_path / "target", FILES)
    base = target.resolve("HEAD")
    target.copy_to(tmp_path / "canonical.git", base)
    repository = CanonicalRepository(tmp_path / "canonical.git", AUTHOR, lambda: 1e9)
    yield repository, base
    repository.close()


def edits(files: Mapping[str, bytes | None]) -> ChangeSet:
    return ChangeSet(tuple(FileChange(p, "100644", c) for p, c in sorted(files.items())))


def test_a_commit_holds_its_parents_files_and_its_changes(opened: tuple[Repository, str]) -> None:
    repository, base = opened
    changes = edits({"a.py": None, "new.py": b"n\n"})
    commit = repository.commit(base, changes, "Subject\n\nLeafcut-Task: t\n")
    read = {path: repository.read(commit, path) for path in ("a.py", "b.py", "new.py")}
    assert read == {"a.py": None, "b.py": b"b\n", "new.py": b"n\n"}
    assert repository.changes(base, commit) == changes
    info = repository.info(commit)
    assert (info.parents, info.subject, info.trailers) == (
        (base,),
        "Subject",
        {"Leafcut-Task": "t"},
    )


def test_changes_of_different_files_combine(opened: tuple[Repository, str]) -> None:
    repository, base = opened
    one = repository.commit(base, edits({"a.py": b"1\n"}), "one\n")
    two = repository.commit(base, edits({"b.py": b"2\n"}), "two\n")
    both = repository.combine(one, two, "both\n")
    assert isinstance(both, str)
    assert repository.info(both).parents == (one,)
    assert (repository.read(both, "a.py"), repository.read(both, "b.py")) == (b"1\n", b"2\n")
    assert [info.oid for info in repository.history(base, both)] == [one, both]


def test_changes_of_one_line_conflict_and_nothing_moves(opened: tuple[Repository, str]) -> None:
    repository, base = opened
    one = repository.commit(base, edits({"a.py": b"1\n"}), "one\n")
    two = repository.commit(base, edits({"a.py": b"2\n"}), "two\n")
    assert repository.combine(one, two, "both\n") == Conflict(("a.py",))


def test_the_same_change_twice_is_no_conflict(opened: tuple[Repository, str]) -> None:
    repository, base = opened
    one = repository.commit(base, edits({"a.py": b"1\n"}), "one\n")
    two = repository.commit(base, edits({"a.py": b"1\n", "b.py": b"2\n"}), "two\n")
    both = repository.combine(one, two, "both\n")
    assert isinstance(both, str)
    assert repository.changes(one, both).paths == ("b.py",)


def test_a_ref_moves_only_from_where_it_was_left(opened: tuple[Repository, str]) -> None:
    repository, base = opened
    one = repository.commit(base, edits({"a.py": b"1\n"}), "one\n")
    assert repository.head(REF) is None
    assert not repository.move(REF, one, base)
    assert repository.move(REF, base, None)
    assert not repository.move(REF, one, None)
    assert repository.move(REF, one, base)
    assert repository.head(REF) == one
