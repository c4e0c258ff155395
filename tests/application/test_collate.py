"""Collating with real git: the stack's commits, its tips' checks, and where it ends."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.application.collate import BuiltSlice, Check, Collator, landed_commits
from orchestrator.domain.cutting import cut
from orchestrator.domain.plan import Task
from orchestrator.domain.run import Run
from orchestrator.domain.slices import SliceOptions
from orchestrator.domain.verdict import CheckResult
from orchestrator.ports.repository import CommitInfo
from tests.support.landed import Edit, LandedRun, make_landed

BASE = {
    name: b"".join(b"line %d\n" % n for n in range(30)) for name in ("p/a", "q/a", "p/b", "p/gone")
}
EDITS = (
    Edit("t1", {"p/a": BASE["p/a"].replace(b"line 3\n", b"three\n"), "p/gone": None}),
    Edit("t2", {"q/a": b"new\n" * 20}, needs=("t1",)),
    Edit("t3", {"p/b": b"new\n", "p/new": b"\xff\0"}),
    Edit("t4", {"p/a": BASE["p/a"].replace(b"line 3\n", b"three\n").replace(b"9", b"nine")}),
)


@pytest.fixture
def landed(tmp_path: Path) -> Iterator[LandedRun]:
    made = make_landed(tmp_path, BASE, EDITS)
    yield made
    made.canonical.close()


def test_each_slice_starts_at_the_tip_below_and_the_last_is_the_head(landed: LandedRun) -> None:
    built = _collator(landed).build()
    repository, run = landed.canonical, landed.run
    assert [[c.task for c in piece.slice.commits] for piece in built] == [
        ["t1", "t3", "t4"],
        ["t2"],
    ]
    assert [piece.base for piece in built] == [run.plan.base, built[0].tip]
    assert repository.info(built[-1].tip).tree == repository.info(run.head).tree
    history = repository.history(run.plan.base, built[-1].tip)
    assert [info.trailers["Leafcut-Task"] for info in history] == ["t1", "t3", "t4", "t2"]


def test_replayed_commits_keep_their_messages_and_are_the_same_each_time(landed: LandedRun) -> None:
    once, again = _collator(landed).build(), _collator(landed).build()
    assert once == again
    original = {info.trailers["Leafcut-Task"]: info for info in _history(landed)}
    for info in landed.canonical.history(landed.run.plan.base, once[-1].tip):
        assert info.message == original[info.trailers["Leafcut-Task"]].message


def test_landed_commits_tell_what_they_change_and_build_on(landed: LandedRun) -> None:
    first, second, third, _ = landed_commits(landed.run, landed.canonical)
    assert (first.files, first.changed_lines) == (("p/a", "p/gone"), 32)
    assert (second.depends_on, second.agent) == (("t1",), "codemod")
    assert third.files == ("p/b", "p/new")


def test_a_dependency_that_changed_nothing_is_looked_through(tmp_path: Path) -> None:
    made = make_landed(tmp_path, BASE, EDITS[:2])
    (first, second), middle = made.run.plan.tasks, Task(id="m", title="", files=("m",))
    tasks = (first, replace(middle, depends_on=("t1",)), replace(second, depends_on=("m",)))
    run = Run(replace(made.run.plan, tasks=tasks), made.run.policy)
    run.head = made.run.head
    assert [c.depends_on for c in landed_commits(run, made.canonical)] == [(), ("t1",)]
    made.canonical.close()


def test_a_red_slice_is_merged_with_the_one_above_and_checked_again(landed: LandedRun) -> None:
    asked: list[Sequence[str]] = []

    def check(commit: str, files: Sequence[str]) -> tuple[CheckResult, ...]:
        asked.append(files)
        return (_result(green=landed.canonical.read(commit, "q/a") == b"new\n" * 20),)

    (only,) = _checked(landed, check)
    assert only.green
    assert "merged" in only.slice.labels
    assert min(map(tuple, asked)) == ("p/a", "p/b", "p/new"), "a deleted file cannot be checked"
    assert asked[-1] == ("p/a", "p/b", "p/new", "q/a")
    assert landed.canonical.info(only.tip).tree == landed.canonical.info(landed.run.head).tree


def test_green_slices_stay_as_they_were_cut(landed: LandedRun) -> None:
    built = _checked(landed, lambda _commit, _files: (_result(green=True),))
    assert len(built) == 2
    assert all(piece.green and piece.checks for piece in built)


def test_a_red_head_is_told_as_a_value(landed: LandedRun) -> None:
    (only,) = _checked(landed, lambda _commit, _files: (_result(green=False),))
    assert not only.green


def test_a_chain_that_does_not_end_in_the_heads_tree_is_a_bug(landed: LandedRun) -> None:
    slices = cut("p", landed_commits(landed.run, landed.canonical)[:-1], SliceOptions())
    with pytest.raises(RuntimeError, match="whose tree is not that of"):
        Collator(landed.canonical, landed.run, slices)


def _history(landed: LandedRun) -> Sequence[CommitInfo]:
    return landed.canonical.history(landed.run.plan.base, landed.run.head)


def _collator(landed: LandedRun) -> Collator:
    commits = landed_commits(landed.run, landed.canonical)
    return Collator(landed.canonical, landed.run, cut("p", commits, SliceOptions(max_lines=100)))


def _checked(landed: LandedRun, check: Check) -> tuple[BuiltSlice, ...]:
    with ThreadPoolExecutor(2) as executor:
        return _collator(landed).check(check, executor)


def _result(*, green: bool) -> CheckResult:
    return CheckResult(
        check="tests",
        outcome="passed" if green else "failed",
        command="pytest",
        exit_code=0 if green else 1,
        duration_s=0.1,
        failures=(),
    )
