"""Slices as rows: what becomes of each."""

from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.application.watching.slices import SliceRow, in_all, nothing_yet, slice_rows
from orchestrator.domain.pulls import Pull
from tests.support.github import GitHubDouble
from tests.support.landed import make_landed
from tests.support.reviewed import BASE, EDITS, Reviewed
from tests.support.watching import Story


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> tuple[SliceRow, ...]:
    """Return the rows of a run that nothing is published of."""
    return rows(tmp_path_factory.mktemp("cut"))


def rows(folder: Path, *pulls: Pull, merged: tuple[int, ...] = ()) -> tuple[SliceRow, ...]:
    landed = make_landed(folder / "run", BASE, EDITS)
    with GitHubDouble(folder / "hub", source=landed.target.root) as github:
        review = Reviewed(landed, github).review()
        wanted = review.pulls.preview(Reviewed(landed, github).options)
    known = {
        wanted[at].built.branch: replace(pull, branch=wanted[at].built.branch)
        for at, pull in enumerate(pulls)
    }
    return slice_rows(wanted, known, frozenset(wanted[at].built.branch for at in merged))


def pull(number: int, **said: object) -> Pull:
    plain = Pull(
        number=number, url=f"u/{number}", branch="", base="main", head="h", title="", body=""
    )
    return replace(plain, **said)  # type: ignore[arg-type]


def test_a_stack_says_what_each_stands_on(cut: tuple[SliceRow, ...]) -> None:
    assert [(one.number, one.below) for one in cut] == [(1, 0), (2, 1), (3, 2), (4, 3)]
    assert {one.state for one in cut} == {"cut"}
    assert cut[0].where == cut[0].branch
    assert in_all(cut) == "4 slices of 4 tasks, +8 −8"


def test_the_forges_word_counts_more_than_the_branch(tmp_path: Path) -> None:
    found = rows(
        tmp_path,
        pull(1, state="merged"),
        pull(2, draft=True, review="approved"),
        pull(3, checks="red", review="changes_requested"),
        pull(4, state="closed"),
    )
    assert [one.state for one in found] == ["merged", "draft", "open", "closed"]
    assert (found[2].checks, found[2].review, found[2].where) == ("red", "changes_requested", "u/3")
    assert in_all(found).endswith("; 1 merged")


def test_a_branch_that_is_merged_here_is_said_so(tmp_path: Path) -> None:
    assert [one.state for one in rows(tmp_path, merged=(0,))][:2] == ["merged", "cut"]


def test_why_there_are_none_is_said() -> None:
    story = Story({"a": []}).at(1.0).begin()
    assert nothing_yet(story.look()).startswith("nothing has landed yet")
    assert nothing_yet(story.do("a").look()) == "the slices are being cut"
