"""Whatever is merged, and however: the rest on top of main gives the integration head's tree."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.application.reviews.restack import restack
from orchestrator.application.slices.collate import BuiltSlice
from orchestrator.domain.changes import ChangeSet, FileChange
from orchestrator.domain.slices import LandedCommit, Slice
from tests.simulator.repository import MemoryRepository

PATHS = ("a", "b", "c", "d")
MESSAGE = "Change\n\nLeafcut-Run: r\nLeafcut-Task: {}\n"


def change(path: str, text: str) -> ChangeSet:
    return ChangeSet((FileChange(path, "100644", text.encode()),))


def chain(repository: MemoryRepository, edits: Sequence[Sequence[str]]) -> list[BuiltSlice]:
    """Land edits slice by slice; each has the paths of its commits."""
    built: list[BuiltSlice] = []
    head, number = repository.base, 0
    for at, paths in enumerate(edits, start=1):
        base, commits = head, []
        for path in paths:
            number += 1
            head = repository.commit(
                head, change(path, f"{path} {number}"), MESSAGE.format(f"t{number}")
            )
            commits.append(
                LandedCommit(task=f"t{number}", commit=head, files=(path,), changed_lines=1)
            )
        piece = Slice(key=str(at), group="g", commits=tuple(commits), limit=300)
        below = built[-1].branch if built else ""
        built.append(
            BuiltSlice(
                slice=piece, number=at, branch=f"b{at}", base=base, tip=head, files=(), below=below
            )
        )
    return built


_slices = st.lists(st.lists(st.sampled_from(PATHS), min_size=1, max_size=3), min_size=1, max_size=6)


@given(_slices, st.integers(0, 6), st.sampled_from(["squash", "rebase"]))
@settings(deadline=None)
def test_what_is_left_on_main_is_the_head(edits: list[list[str]], merged: int, method: str) -> None:
    repository = MemoryRepository(dict.fromkeys(PATHS, b"old"))
    built = chain(repository, edits)
    below = built[:merged]
    main = repository.commit(repository.base, change("other", "meanwhile"), "Meanwhile\n")
    if below and method == "squash":
        changes = repository.changes(repository.base, below[-1].tip)
        main = repository.commit(main, changes, "Squashed\n")
    elif below:
        for commit in (one for piece in below for one in piece.slice.commits):
            made = repository.combine(main, commit.commit, "Rebased\n")
            assert isinstance(made, str)
            main = made
    tasks = {one.task for piece in below for one in piece.slice.commits}
    left = restack(built, tasks, lambda _: main, repository)
    assert not any(one.hindrance for one in left)
    assert [one.built.branch for one in left] == [piece.branch for piece in built[merged:]]
    if not below:
        assert [one.built for one in left] == built
    if not below or not left:
        return
    assert left[0].built.base == main
    assert left[0].built.below == ""
    for one, two in pairwise(left):
        assert (two.built.base, two.built.below) == (one.built.tip, one.built.branch)
    changes = repository.changes(built[-1].tip, left[-1].built.tip)
    assert [one.path for one in changes.files] == ["other"]


@given(_slices, st.sampled_from(PATHS))
@settings(deadline=None)
def test_a_conflict_stops_there_and_says_where(edits: list[list[str]], path: str) -> None:
    repository = MemoryRepository(dict.fromkeys(PATHS, b"old"))
    built = chain(repository, [["e"], *edits])
    main = repository.commit(repository.base, change(path, "by hand"), "By hand\n")
    made = repository.combine(main, built[0].tip, "Merged\n")
    assert isinstance(made, str)
    left = restack(built, {"t1"}, lambda _: made, repository)
    first = next((at for at, paths in enumerate(edits) if path in paths), len(edits))
    assert [bool(one.hindrance) for one in left] == [at >= first for at in range(len(edits))]
    if first < len(edits):
        assert left[first].hindrance == f"conflicts with main in {path}"
