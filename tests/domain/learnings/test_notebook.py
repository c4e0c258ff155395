"""The file that agents share: what of it counts, and what is wrong with it."""

from orchestrator.domain.changes import ChangeSet, FileChange
from orchestrator.domain.learnings.notebook import (
    LARGEST,
    NOTEBOOK,
    misused,
    notebooks,
    own_work,
)
from orchestrator.domain.playbook import Learnings

SHARED = notebooks(Learnings(strategy="file"))


def changes(content: bytes | None, *more: FileChange, mode: str = "100644") -> ChangeSet:
    return ChangeSet((FileChange(NOTEBOOK, mode, content), *more))  # type: ignore[arg-type]


def test_there_is_one_under_its_strategy_only() -> None:
    assert SHARED == (".leafcut/learnings.md",)
    assert notebooks(Learnings()) == ()


def test_by_itself_it_is_no_change() -> None:
    assert not own_work(changes(b"- a\n"), SHARED)
    assert own_work(changes(b"- a\n"), ())
    assert own_work(changes(b"- a\n", FileChange("a.py", "100644", b"")), SHARED)
    assert not own_work(ChangeSet(), ())


def test_it_stays_small_and_a_plain_file() -> None:
    assert list(misused(changes(b"- a\n"), SHARED)) == []
    (large,) = misused(changes(b"x" * (LARGEST + 1)), SHARED)
    assert (large.check, large.path) == ("guard:size", NOTEBOOK)
    assert list(misused(changes(b"x" * (LARGEST + 1)), ())) == []
    assert [one.check for one in misused(changes(b"a.py", mode="120000"), SHARED)] == [
        "guard:scope"
    ]
    assert len(list(misused(changes(None), SHARED))) == 1
