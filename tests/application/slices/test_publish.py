"""Publishing with real git: branches move by compare-and-swap, all or none."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from orchestrator.application.slices.collate import BuiltSlice, Collator, landed_commits
from orchestrator.application.slices.publish import Publication, left_over, publications, publish
from orchestrator.domain.cutting import cut
from orchestrator.domain.slices import SliceOptions
from orchestrator.errors import InvalidInputError
from tests.support.landed import Edit, LandedRun, git, make_landed

BASE = {"p/a": b"a\n", "q/a": b"a\n"}
EDITS = (Edit("t1", {"p/a": b"b\n"}), Edit("t2", {"q/a": b"b\n"}))


@pytest.fixture
def landed(tmp_path: Path) -> Iterator[LandedRun]:
    made = make_landed(tmp_path, BASE, EDITS)
    yield made
    made.canonical.close()


def test_branches_appear_and_everything_else_stays(landed: LandedRun) -> None:
    before = _refs(landed)
    built = _publish(landed)
    assert len(built) == 2
    added = {f"refs/heads/{piece.branch}": piece.tip for piece in built}
    assert _refs(landed) == {**before, **added}
    assert git(landed.target.root, "status", "--porcelain") == ""
    for piece in built:
        path = piece.files[0].path
        assert landed.canonical.read(piece.tip, path) == b"b\n"


def test_a_rerun_finds_its_branches_and_moves_nothing(landed: LandedRun) -> None:
    _publish(landed)
    refs = _refs(landed)
    assert [pub.state for pub in _wanted(landed, _build(landed))] == ["unchanged", "unchanged"]
    _publish(landed)
    assert _refs(landed) == refs


def test_branches_left_alone_follow_the_run(landed: LandedRun) -> None:
    first = _publish(landed)
    merged = _build(landed, max_lines=100)
    (wanted,) = _wanted(landed, merged)
    assert (wanted.state, wanted.old, wanted.new) == ("update", first[0].tip, merged[0].tip)
    publish([wanted], landed.canonical, _writer(landed))
    assert landed.target.ref(wanted.ref) == merged[0].tip
    left = left_over([wanted], landed.canonical, landed.target.branches())
    assert left == (f"refs/heads/{first[1].branch}",)
    git(landed.target.root, "branch", "--force", first[1].branch, "main")
    assert left_over([wanted], landed.canonical, landed.target.branches()) == ()


def test_a_branch_that_a_person_moved_stops_everything_by_name(landed: LandedRun) -> None:
    built = _publish(landed)
    git(landed.target.root, "branch", "--force", built[1].branch, "main")
    git(landed.target.root, "branch", "--delete", "--force", built[0].branch)
    refs = _refs(landed)
    states = [pub.state for pub in _wanted(landed, built)]
    assert states == ["moved", "moved"]
    with pytest.raises(InvalidInputError, match=built[0].branch):
        publish(_wanted(landed, built), landed.canonical, _writer(landed))
    assert _refs(landed) == refs


def test_a_branch_that_is_checked_out_is_not_moved_under_a_person(landed: LandedRun) -> None:
    built = _publish(landed)
    git(landed.target.root, "checkout", "--quiet", built[0].branch)
    with pytest.raises(InvalidInputError, match="is checked out"):
        publish(_wanted(landed, _build(landed, 100)), landed.canonical, _writer(landed))


def test_a_crash_before_remembering_is_made_up_for(landed: LandedRun) -> None:
    built = _build(landed)
    wanted = _wanted(landed, built)
    _writer(landed)({pub.ref: (pub.new, pub.old) for pub in wanted})
    assert _publish(landed) == built
    assert landed.target.ref(wanted[0].ref) == built[0].tip


def test_a_half_written_stack_is_completed(landed: LandedRun) -> None:
    built = _build(landed)
    first, second = _wanted(landed, built)
    _writer(landed)({first.ref: (first.new, first.old)})
    _publish(landed)
    assert landed.target.ref(second.ref) == built[1].tip


def test_a_branch_that_stands_in_the_way_is_told(landed: LandedRun) -> None:
    git(landed.target.root, "branch", "leafcut")
    with pytest.raises(InvalidInputError, match="nothing was written"):
        _publish(landed)
    assert [ref for ref in _refs(landed) if "leafcut/" in ref] == []


def _build(landed: LandedRun, max_lines: int = 2) -> tuple[BuiltSlice, ...]:
    commits = landed_commits(landed.run, landed.canonical)
    slices = cut("p", commits, SliceOptions(max_lines=max_lines))
    return Collator(landed.canonical, landed.run, slices).build()


def _wanted(landed: LandedRun, built: tuple[BuiltSlice, ...]) -> tuple[Publication, ...]:
    return publications(built, landed.canonical, landed.target.branches())


def _publish(landed: LandedRun) -> tuple[BuiltSlice, ...]:
    built = _build(landed)
    publish(_wanted(landed, built), landed.canonical, _writer(landed))
    return built


def _writer(landed: LandedRun) -> partial[None]:
    return partial(landed.target.publish, landed.canonical.directory)


def _refs(landed: LandedRun) -> dict[str, str]:
    listed = git(landed.target.root, "for-each-ref", "--format=%(refname) %(objectname)")
    return dict(line.split(" ") for line in listed.splitlines())
