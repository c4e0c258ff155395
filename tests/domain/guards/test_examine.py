"""What no change set may do, whatever the checks say."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from orchestrator.domain.changes import ChangeSet, FileChange, FileMode, UnsafeTree
from orchestrator.domain.guards import GUARDS, Examined, changed_lines, examine, unsafe
from orchestrator.domain.playbook import Guards

BASE = {"a.py": b"one\ntwo\n", "b.py": b"b\n", "old/c.py": b"c\n"}


def guarded(
    changes: Mapping[str, bytes | None],
    *,
    files: Sequence[str] = ("a.py",),
    mode: FileMode = "100644",
    before: int = 2,
    after: int | None = 0,
    **guards: Any,
) -> list[tuple[str, str, str]]:
    """Return check, path and rule of everything that speaks against the changes."""
    case = Examined(
        changes=ChangeSet(tuple(FileChange(path, mode, text) for path, text in changes.items())),
        task_files=files,
        guards=Guards(**guards),
        read=BASE.get,
        facts=lambda path, content: None,  # noqa: ARG005
        residue_before=before,
        residue_after=after,
    )
    found = examine(case)
    assert all(failure.check in GUARDS and failure.message for failure in found)
    return [(failure.check, failure.path, failure.rule) for failure in found]


def test_the_tasks_own_files_may_change() -> None:
    assert guarded({"a.py": b"new\n"}) == []


def test_no_other_file_may() -> None:
    assert guarded({"b.py": b"new\n"}) == [("guard:scope", "b.py", "foreign")]
    assert guarded({"b.py": b"new\n"}, allow_new_files=["*.py"]) != []


def test_new_files_as_far_as_the_playbook_allows() -> None:
    assert guarded({"a.pyi": b"x"}) == [("guard:scope", "a.pyi", "new")]
    assert guarded({"a.pyi": b"x"}, allow_new_files=["**/*.pyi"]) == []
    assert guarded({"sub/a.txt": b"x"}, allow_new_files=["**/*.pyi"]) != []


def test_deletions_as_far_as_the_playbook_allows() -> None:
    assert guarded({"a.py": None}) == [("guard:scope", "a.py", "deleted")]
    assert guarded({"a.py": None}, allow_deleted=["a.py"]) == []
    assert guarded({"old/c.py": None}, allow_deleted=["old/"]) == []
    assert guarded({"b.py": None}, allow_deleted=["old/"]) == [("guard:scope", "b.py", "deleted")]


def test_a_change_set_stays_small() -> None:
    text = b"".join(b"%d\n" % n for n in range(8))
    assert guarded({"a.py": text}, max_changed_lines=10) == []
    assert guarded({"a.py": text}, max_changed_lines=9) == [("guard:size", "", "lines")]
    assert guarded({"a.py": text * 100}, max_changed_lines=0) == []


@pytest.mark.parametrize(
    ("new", "lines"),
    [
        (b"one\ntwo\n", 0),
        (b"two\none\n", 0),
        (b"one\n", 1),
        (b"one\ntwo\ntwo\n", 1),
        (b"one\r\ntwo\r\n", 4),
        (b"one\ntwo", 2),
        (None, 2),
    ],
)
def test_lines_are_counted_as_a_multiset(new: bytes | None, lines: int) -> None:
    assert changed_lines(ChangeSet((FileChange("a.py", "100644", new),)), BASE.get) == lines


def test_occurrences_must_go_away() -> None:
    assert guarded({"a.py": b"x"}, before=2, after=1) == [("guard:residue", "", "zero")]
    assert guarded({"a.py": b"x"}, before=2, after=1, residue="reduce") == []
    assert guarded({"a.py": b"x"}, before=2, after=2, residue="reduce") == [
        ("guard:residue", "", "reduce")
    ]
    assert guarded({"a.py": b"x"}, before=2, after=9, residue="off") == []
    assert guarded({"a.py": b"x"}, before=2, after=None) == []


@pytest.mark.parametrize(
    "path",
    [
        ".git/config", "sub/.git", ".GIT/hooks/x", ".git ./x", ".git::$INDEX_ALLOCATION/x",
        "GIT~1/x", ".g\u200cit/x",
        ".git\\config", "../a.py", "a/../b", "/etc/passwd", "a//b", "./a",
    ],
)  # fmt: skip
def test_a_path_trick_is_refused(path: str) -> None:
    assert ("guard:safe_tree", path, "path") in guarded({path: b"x"}, files=(path,))


@pytest.mark.parametrize("path", [".github/x", ".gitignore", "a.git", "git~2", "…/x", "..."])
def test_names_that_only_look_alike_are_fine(path: str) -> None:
    assert guarded({path: b"x"}, files=(path,)) == []


def test_a_link_into_a_repository_is_refused() -> None:
    found = guarded({"a.py": b"sub/../.git/config"}, mode="120000")
    assert found == [("guard:safe_tree", "a.py", "link")]
    assert guarded({"a.py": b"b.py"}, mode="120000") == []


def test_an_unsafe_tree_is_said_file_by_file() -> None:
    (failure,) = unsafe(UnsafeTree((("x", "is a link that points out of the tree"),)))
    assert (failure.check, failure.path) == ("guard:safe_tree", "x")
