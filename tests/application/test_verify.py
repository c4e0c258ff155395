"""Verifying in memory: which receipt counts for which commit of a range."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from orchestrator.adapters.receipts import decode
from orchestrator.application.verify import Verified, Verifier, with_rerun
from orchestrator.domain.changes import ChangeSet, FileChange
from orchestrator.domain.receipt import Receipt, ReceiptCommit, note
from orchestrator.domain.verdict import Failure
from tests.simulator.repository import MemoryRepository
from tests.support.receipts import make_receipt, result


@dataclass
class World:
    """A base with three commits of run r, and notes."""

    repository: MemoryRepository = field(default_factory=lambda: MemoryRepository({"a": b"0"}))
    notes: dict[str, bytes] = field(default_factory=dict)
    commits: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the commits."""
        for n in range(3):
            self.commits.append(self.commit(f"t{n}", self.tip))

    @property
    def tip(self) -> str:
        """The last commit."""
        return self.commits[-1] if self.commits else self.repository.base

    def commit(self, task: str, parent: str) -> str:
        """Make a commit of run r."""
        message = f"Do {task}\n\nLeafcut-Run: r\nLeafcut-Task: {task}\nLeafcut-Agent: codemod\n"
        change = ChangeSet((FileChange("a", "100644", task.encode()),))
        return self.repository.commit(parent, change, message)

    def receipt(self, *commits: str) -> Receipt:
        """Return the receipt of some commits, tested at the last."""
        infos = [self.repository.info(commit) for commit in commits]
        return make_receipt(
            base=self.repository.base,
            parent=infos[0].parents[0],
            commits=tuple(
                ReceiptCommit(
                    commit=info.oid,
                    task=info.trailers["Leafcut-Task"],
                    agent="codemod",
                    change=self.repository.changes(info.parents[0], info.oid).hash,
                )
                for info in infos
            ),
            tree=infos[-1].tree,
            tested=infos[-1].oid,
            tested_tree=infos[-1].tree,
        )

    def keep(self, receipt: Receipt) -> None:
        """Put a receipt on its commits."""
        self.notes |= {one.commit: note(receipt) for one in receipt.commits}

    def verify(self, *commits: str, runs: Sequence[str] = ("r",)) -> list[Verified]:
        """Verify some commits."""
        verifier = Verifier(
            repository=self.repository,
            note=lambda run, commit: self.notes.get(commit) if run in runs else None,
            decode=decode,
            leads=self._leads,
            runs=runs,
        )
        return list(verifier.verify(commits))

    def _leads(self, ancestor: str, commit: str) -> bool:
        if commit not in self.repository.commits:
            return False
        return ancestor in {info.oid for info in self.repository.history("", commit)}


@pytest.fixture
def world() -> World:
    return World()


def test_each_commit_with_a_receipt_of_its_own(world: World) -> None:
    for commit in world.commits:
        world.keep(world.receipt(commit))
    found = world.verify(*world.commits)
    assert [(one.standing, one.own, one.reasons) for one in found] == [("verified", True, ())] * 3


def test_a_slices_commits_are_verified_by_their_tip(world: World) -> None:
    world.keep(world.receipt(*world.commits))
    found = world.verify(*world.commits)
    assert [one.standing for one in found] == ["verified"] * 3
    assert [one.own for one in found] == [False, False, True]


def test_half_a_slice_has_not_been_checked(world: World) -> None:
    world.keep(world.receipt(*world.commits))
    for one in world.verify(*world.commits[:2]):
        assert one.standing == "no_receipt"
        assert "which is not in the range" in one.reasons[0]


def test_a_slice_whose_tip_is_another_verifies_nowhere(world: World) -> None:
    told = world.receipt(*world.commits)
    world.keep(replace(told, tree="0" * 40))
    assert {one.standing for one in world.verify(*world.commits)} == {"mismatch"}


def test_a_receipt_of_another_commit_on_this_one(world: World) -> None:
    first, second, _ = world.commits
    world.notes[second] = note(world.receipt(first))
    (found,) = world.verify(second)
    assert (found.standing, found.reasons) == (
        "mismatch", (f"the receipt is that of {first[:12]}",)
    )  # fmt: skip


def test_why_there_is_no_receipt(world: World) -> None:
    (base,) = world.verify(world.repository.base)
    assert base.reasons == ("it is no commit of Leafcut",)
    (unknown,) = world.verify(world.tip, runs=("s",))
    assert unknown.reasons == ("the receipts of run r are not in this repository",)
    (amended,) = world.verify(world.tip)
    assert "amended, rebased or squashed" in amended.reasons[0]
    assert {one.standing for one in (base, unknown, amended)} == {"no_receipt"}


def test_a_note_that_is_none_of_ours_does_not_match(world: World) -> None:
    world.notes[world.tip] = b"looks good to me"
    (found,) = world.verify(world.tip)
    assert found.standing == "mismatch"


def test_the_tested_commit_must_be_there_and_come_after(world: World) -> None:
    first = world.commits[0]
    side = world.commit("side", world.repository.base)
    told = world.receipt(first)
    for tested, fault in ((side, "is no part of"), ("0" * 40, "not in this repository")):
        world.keep(replace(told, tested=tested, tested_tree=world.repository.tree_of(side)))
        (found,) = world.verify(first)
        assert found.standing == "mismatch"
        assert fault in found.reasons[0]


def test_a_rerun_tells_what_is_red_now(world: World) -> None:
    receipt = world.receipt(*world.commits)
    world.keep(receipt)
    found = world.verify(*world.commits)
    red = result(outcome="failed", exit_code=1, failures=(Failure("tests", "a", "", "no"),))
    again = with_rerun(found, {receipt.digest: (red,)})
    assert {(one.standing, one.reasons) for one in again} == {
        ("red", ("check tests is failed now: a no",))
    }
    green = with_rerun(found, {receipt.digest: (result(),)})
    assert [(one.standing, one.rerun) for one in green] == [("verified", (result(),))] * 3
    impossible = with_rerun(found, {receipt.digest: "no base"})
    assert {(one.standing, one.reasons) for one in impossible} == {("red", ("no base",))}
    assert with_rerun(found, {}) == tuple(found)
