import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from orchestrator.adapters.git.command import GitError, executable
from orchestrator.adapters.git.objects import Objects
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.domain.changes import ChangeSet, FileChange
from orchestrator.domain.hunks import Hunk, hunks
from orchestrator.ports.repository import Conflict

from .conftest import AUTHOR, Git, change


def test_a_commit_is_what_git_reads(repository: CanonicalRepository, git: Git, base: str) -> None:
    changes = ChangeSet(
        (
            FileChange("a.py", "100644", None),
            FileChange("new/deep/x.sh", "100755", b"#!/bin/sh\n"),
            FileChange('new/name with\n"quotes" é \udcff', "100644", b"\0\r\n"),
            FileChange("pkg/inner/c.py", "100644", None),
            FileChange("to", "120000", b"pkg"),
        )
    )
    commit = repository.commit(base, changes, "Subject\n\nBody é\n\nLeafcut-Run: r1\n")
    listed = git("ls-tree", "-r", "-z", commit, cwd=repository.directory)
    assert {record.partition("\t")[2]: record[:6] for record in listed.split("\0") if record} == {
        ".gitignore": "100644",
        "new/deep/x.sh": "100755",
        'new/name with\n"quotes" é \udcff': "100644",
        "pkg/b.py": "100644",
        "pkg/link": "120000",
        "run.sh": "100755",
        "to": "120000",
    }
    assert git("log", "-1", "--format=%an <%ae>|%cn <%ce>", commit, cwd=repository.directory) == (
        f"{AUTHOR}|{AUTHOR}"
    )
    git("fsck", "--strict", "--no-dangling", cwd=repository.directory)
    assert repository.changes(base, commit) == changes
    assert repository.read(commit, "to") == b"pkg"
    assert repository.read(commit, "a.py") is None
    assert repository.read(commit, "run.sh/x") is None
    assert repository.read(commit, "pkg") is None


@pytest.mark.parametrize(
    "path",
    [".git/config", "pkg/.GIT", "../x", "a//b", "", "./a", "x/git~1", "x/.g\u200cit", "a.py/x"],
)
def test_no_commit_holds_a_path_trick(
    repository: CanonicalRepository, base: str, path: str
) -> None:
    with pytest.raises(ValueError, match=r"name for a tree|where a folder"):
        repository.commit(base, change(path, b"x"), "m\n")


def test_a_message_may_hold_any_bytes_but_null(repository: CanonicalRepository, base: str) -> None:
    message = "caf\udce9\n\nFix: no trailer\ntext\n\nLeafcut-Run: a b\nLeafcut-Task: t-1\n"
    commit = repository.commit(base, change("a.py", b"x"), message)
    info = repository.info(commit)
    assert (info.message, info.subject, info.parents) == (message, "caf\udce9", (base,))
    assert info.trailers == {"Leafcut-Run": "a b", "Leafcut-Task": "t-1"}
    assert repository.info(repository.commit(base, ChangeSet(), "Fix: it\n")).trailers == {}
    with pytest.raises(ValueError, match="null"):
        repository.commit(base, ChangeSet(), "a\0b")


def test_history_is_oldest_first(repository: CanonicalRepository, base: str) -> None:
    one = repository.commit(base, change("a.py", b"1"), "one\n")
    two = repository.commit(one, change("a.py", b"2"), "two\n")
    assert [info.oid for info in repository.history(base, two)] == [one, two]
    assert repository.history(two, two) == []


def test_lines_are_counted_as_git_counts(repository: CanonicalRepository, base: str) -> None:
    commit = repository.commit(
        base,
        ChangeSet(
            (FileChange("a.py", "100644", b"a = 2\nb\n"), FileChange("bin\n", "100644", b"\0"))
        ),
        "m\n",
    )
    counts = {
        count.path: (count.added, count.removed) for count in repository.line_counts(base, commit)
    }
    assert counts == {"a.py": (2, 1), "bin\n": (0, 0)}


def test_a_diff_has_the_lines_without_those_around(
    repository: CanonicalRepository, base: str
) -> None:
    odd = "q\t\udcff.py"
    one = repository.commit(base, change(odd, b"1\n2\n3\n4\n"), "m\n")
    two = repository.commit(one, change(odd, b"1\n2\nthree\n4"), "m\n")
    found = list(hunks(repository.diff(one, two).decode("utf-8", "surrogateescape")))
    changed = Hunk(path=odd, line=3, removed=("3", "4"), added=("three", "4"))
    assert found == [changed]


def test_a_patch_can_be_applied(repository: CanonicalRepository, git: Git, base: str) -> None:
    commit = repository.commit(base, change("pkg/bin", b"\0\xff" * 50), "Add\n\nBody\n")
    (repository.directory / "patch").write_bytes(repository.patch(base, commit))
    git("am", "--quiet", str(repository.directory / "patch"))
    assert git("rev-parse", "HEAD^{tree}") == repository.info(commit).tree


def test_disjoint_changes_combine_without_git(
    repository: CanonicalRepository, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = repository.commit(base, change("a.py", b"one\n"), "one\n")
    two = repository.commit(base, change("pkg/new/x.py", b"two\n"), "two\n")
    monkeypatch.setenv("PATH", "/nowhere")
    executable.cache_clear()
    both = repository.combine(one, two, "both\n")
    assert isinstance(both, str)
    assert repository.info(both).parents == (one,)
    assert repository.changes(base, both).paths == ("a.py", "pkg/new/x.py")


def test_changes_far_apart_in_one_file_combine(repository: CanonicalRepository, base: str) -> None:
    text = repository.read(base, "pkg/b.py") or b""
    one = repository.commit(base, change("pkg/b.py", b"top\n" + text), "one\n")
    two = repository.commit(base, change("pkg/b.py", text + b"end\n"), "two\n")
    both = repository.combine(one, two, "both\n")
    assert isinstance(both, str)
    assert repository.read(both, "pkg/b.py") == b"top\n" + text + b"end\n"
    assert repository.info(both).parents == (one,)


@pytest.mark.parametrize(
    ("ours", "theirs", "where"),
    [
        (change("a.py", b"1"), change("a.py", b"2"), {"a.py"}),
        (change("a.py", None), change("a.py", b"2"), {"a.py"}),
        (change("n", b"1"), change("n", b"2"), {"n"}),
        (change("n", b"1"), change("n/x", b"2"), {"n"}),
        (change("n/x", b"1"), change("n", b"2"), {"n"}),
    ],
)
def test_a_conflict_names_its_files_and_writes_nothing(
    repository: CanonicalRepository, base: str, ours: ChangeSet, theirs: ChangeSet, where: set[str]
) -> None:
    head = repository.commit(base, ours, "ours\n")
    commit = repository.commit(base, theirs, "theirs\n")
    conflict = repository.combine(head, commit, "both\n")
    assert isinstance(conflict, Conflict)
    assert {path.partition("~")[0] for path in conflict.paths} == where


def test_the_same_change_twice_combines_to_the_same_tree(
    repository: CanonicalRepository, base: str
) -> None:
    one = repository.commit(base, change("a.py", b"same"), "one\n")
    again = repository.combine(
        one, repository.commit(base, change("a.py", b"same"), "two\n"), "m\n"
    )
    assert isinstance(again, str)
    assert repository.info(again).tree == repository.info(one).tree


def test_one_of_many_moves_a_ref(repository: CanonicalRepository, base: str) -> None:
    commits = [repository.commit(base, change("a.py", b"%d" % n), "m\n") for n in range(8)]
    assert repository.move("refs/leafcut/x", base, None)
    ready = threading.Barrier(8)

    def race(commit: str) -> bool:
        ready.wait()
        return repository.move("refs/leafcut/x", commit, base)

    with ThreadPoolExecutor(8) as threads:
        moved = list(threads.map(race, commits))
    assert moved.count(True) == 1
    assert repository.head("refs/leafcut/x") == commits[moved.index(True)]


def test_a_ref_moves_only_from_where_it_was(repository: CanonicalRepository, base: str) -> None:
    other = repository.commit(base, change("a.py", b"1"), "m\n")
    assert not repository.move("refs/leafcut/x", other, base)
    assert repository.head("refs/leafcut/x") is None
    assert repository.move("refs/leafcut/x", base, None)
    assert not repository.move("refs/leafcut/x", other, None)
    assert repository.move("refs/leafcut/x", other, base)
    assert repository.head("refs/leafcut/x") == other
    with pytest.raises(ValueError, match="no name"):
        repository.move("refs/leafcut/x\ndelete refs/leafcut/base", other, None)


def test_the_lock_of_a_killed_process_is_an_error_until_recovered(
    repository: CanonicalRepository, base: str
) -> None:
    assert repository.move("refs/leafcut/x", base, None)
    other = repository.commit(base, change("a.py", b"1"), "m\n")
    (repository.directory / "refs/leafcut/x.lock").touch()
    with pytest.raises(GitError, match=r"x\.lock"):
        repository.move("refs/leafcut/x", other, base)
    repository.recover()
    assert repository.move("refs/leafcut/x", other, base)


def test_a_ref_moves_on_when_its_process_was_killed(
    repository: CanonicalRepository, base: str
) -> None:
    assert repository.move("refs/leafcut/x", base, None)
    process = repository._refs._process
    assert process is not None
    process.kill()
    process.wait()
    other = repository.commit(base, change("a.py", b"1"), "m\n")
    assert repository.move("refs/leafcut/x", other, base)


def test_objects_are_read_and_written_from_many_threads(
    repository: CanonicalRepository, base: str
) -> None:
    def work(number: int) -> bool:
        content = b"%d" % number
        commit = repository.commit(base, change(f"pkg/{number % 7}/x", content), "m\n")
        return repository.read(commit, f"pkg/{number % 7}/x") == content

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(work, range(60)))


def test_a_commit_that_is_not_there_is_none(repository: CanonicalRepository, base: str) -> None:
    assert repository.resolve("refs/leafcut/base") == base
    assert repository.resolve("--help") is None
    assert repository.resolve("f" * 40) is None


def test_the_first_of_many_threads_meets_a_whole_object_database(
    repository: CanonicalRepository,
) -> None:
    folder = repository.directory
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(100):
            objects = Objects(folder)
            with ThreadPoolExecutor(8) as threads:
                oids = list(
                    threads.map(objects.write, ["blob"] * 16, map(str.encode, "0123456789abcdef"))
                )
            assert objects.read(oids[3]) == b"3"
    finally:
        sys.setswitchinterval(interval)
