"""Collating with real git: the stacks' commits, their tips' checks, and where they end."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from orchestrator.application.slices.collate import BuiltSlice, Check, Collator, landed_commits
from orchestrator.application.slices.replay import Replay
from orchestrator.domain.cutting import cut
from orchestrator.domain.plan import Task
from orchestrator.domain.playbook import Stacked
from orchestrator.domain.run import Run
from orchestrator.domain.slices import SliceOptions
from orchestrator.domain.stacking import left, stacks
from orchestrator.domain.verdict import CheckResult
from orchestrator.ports.repository import CommitInfo
from tests.support.landed import Edit, LandedRun, git, make_landed

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


FOLDERS = {f"{folder}/{name}": b"old\n" for folder in "abcd" for name in "xy"}
APART = (
    Edit("t1", {"a/x": b"1\n"}),
    Edit("t2", {"b/x": b"2\n"}),
    Edit("t3", {"c/x": b"3\n"}, needs=("t1",)),
    Edit("t4", {"d/x": b"4\n"}),
    Edit("t5", {"b/y": b"5\n"}, needs=("t2",)),
)


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[LandedRun]:
    made = make_landed(tmp_path, FOLDERS, APART)
    yield made
    made.canonical.close()


def test_what_nothing_ties_starts_at_the_runs_base(apart: LandedRun) -> None:
    built = _slices(apart).build()
    assert _places(built) == [("t1", 1, 1), ("t3", 1, 2), ("t2", 2, 1), ("t5", 2, 2), ("t4", 3, 1)]
    assert [piece.number for piece in built] == [1, 2, 3, 4, 5]
    first, second, third, fourth, fifth = built
    assert (second.base, second.below) == (first.tip, first.branch)
    assert (fourth.base, fourth.below) == (third.tip, third.branch)
    for piece in (first, third, fifth):
        assert (piece.base, piece.below) == (apart.run.base, "")


@pytest.mark.parametrize("stacked", ["auto", True, False])
@pytest.mark.parametrize("dice", range(3))
def test_merging_the_stacks_in_any_order_gives_the_head(
    apart: LandedRun, tmp_path: Path, stacked: Stacked, dice: int
) -> None:
    built = _slices(apart, stacked).build()
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--no-local", str(apart.canonical.directory), str(clone))
    tips = " ".join(piece.tip for piece in built)
    git(clone, "fetch", "--quiet", "origin", *tips.split())
    git(clone, "checkout", "--quiet", "--detach", apart.run.base)
    merged: set[str] = {""}
    waiting = list(built)
    while waiting:
        free = [piece for piece in waiting if piece.below in merged]
        piece = free[dice % len(free)]
        git(clone, "merge", "--quiet", "--no-edit", piece.tip)
        merged.add(piece.branch)
        waiting.remove(piece)
    assert git(clone, "rev-parse", "HEAD^{tree}") == apart.canonical.info(apart.run.head).tree


def test_after_a_squashed_bottom_the_rest_goes_on_top_of_it(apart: LandedRun) -> None:
    repository, run = apart.canonical, apart.run
    found = stacks(cut("p", landed_commits(run, repository), SliceOptions(max_lines=2)))
    bottom = found[0][0]
    (tip,) = Replay(repository, run.base).tips((bottom,))
    main = repository.commit(run.base, repository.changes(run.base, tip), "Squashed (#1)\n")
    rest = left(found, {bottom.key})
    assert [piece.key for stack in rest for piece in stack] == [
        piece.key for stack in found for piece in stack if piece is not bottom
    ]
    Replay(repository, main).ends_in(run.head, rest)


def test_everything_is_one_chain_or_what_is_tied_is_one_slice(apart: LandedRun) -> None:
    assert {piece.stack for piece in _slices(apart, stacked=True).build()} == {1}
    built = _slices(apart, stacked=False).build()
    assert [[one.task for one in piece.slice.commits] for piece in built] == [
        ["t1", "t3"],
        ["t2", "t5"],
        ["t4"],
    ]
    assert {piece.base for piece in built} == {apart.run.base}


def test_a_stack_that_is_red_alone_is_put_on_what_it_needs(apart: LandedRun) -> None:
    """Nothing in the plan says that d/x needs b/x."""

    def check(commit: str, files: Sequence[str]) -> tuple[CheckResult, ...]:
        needs = apart.canonical.read(commit, "b/x") == b"2\n"
        return (_result(green="d/x" not in files or needs),)

    with ThreadPoolExecutor(2) as executor:
        built = _slices(apart).check(check, executor)
    assert _places(built) == [("t1", 1, 1), ("t3", 1, 2), ("t2", 2, 1), ("t5", 2, 2), ("t4", 2, 3)]
    assert [piece.green for piece in built] == [True] * 5
    assert "tied" in built[4].slice.labels
    assert built[4].base == built[3].tip


def test_a_red_slice_in_the_middle_is_merged_upwards_before_stacks_are_joined(
    apart: LandedRun,
) -> None:
    def check(commit: str, _files: Sequence[str]) -> tuple[CheckResult, ...]:
        half = apart.canonical.read(commit, "b/x") == b"2\n"
        return (_result(green=not half or apart.canonical.read(commit, "b/y") == b"5\n"),)

    with ThreadPoolExecutor(2) as executor:
        built = _slices(apart).check(check, executor)
    assert [(tasks, stack) for tasks, stack, _ in _places(built)] == [
        ("t1", 1),
        ("t3", 1),
        ("t2t5", 2),
        ("t4", 3),
    ]
    assert all(piece.green for piece in built)


def test_where_all_is_red_one_stack_is_left_whose_top_is_red(apart: LandedRun) -> None:
    for stacked in ("auto", True, False):
        with ThreadPoolExecutor(2) as executor:
            collator = _slices(apart, stacked)
            built = collator.check(lambda _commit, _files: (_result(green=False),), executor)
        assert {piece.stack for piece in built} == {1}
        assert not built[-1].green


@pytest.mark.parametrize("seed", range(12))
def test_whatever_needs_what_all_tips_end_green(apart: LandedRun, seed: int) -> None:
    """Each edit needs some others that landed before it, whatever the plan says."""
    dice = Random(seed)  # noqa: S311 - nothing is secret here
    edits = [(*one.files.items(),)[0] for one in APART]
    needs = {
        path: dice.sample(edits[:at], dice.randint(0, at)) for at, (path, _) in enumerate(edits)
    }

    def green(commit: str) -> bool:
        read = apart.canonical.read
        return all(
            all(read(commit, need) == content for need, content in needs[path])
            for path, made in edits
            if read(commit, path) == made
        )

    with ThreadPoolExecutor(2) as executor:
        collator = _slices(apart)
        built = collator.check(lambda commit, _files: (_result(green=green(commit)),), executor)
    assert sorted(c.task for piece in built for c in piece.slice.commits) == [
        "t1",
        "t2",
        "t3",
        "t4",
        "t5",
    ]
    assert all(green(piece.tip) and piece.green for piece in built)


def _slices(apart: LandedRun, stacked: Stacked = "auto") -> Collator:
    commits = landed_commits(apart.run, apart.canonical)
    slices = cut("p", commits, SliceOptions(max_lines=2))
    return Collator(apart.canonical, apart.run, slices, stacked)


def _places(built: Sequence[BuiltSlice]) -> list[tuple[str, int, int]]:
    return [
        ("".join(one.task for one in piece.slice.commits), piece.stack, piece.position)
        for piece in built
    ]


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
