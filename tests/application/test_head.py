"""The last head of a run, checked whole: culprits are found, taken back, and never found twice."""

from collections.abc import Sequence

from orchestrator.application.head import HeadCheck
from orchestrator.domain.changes import ChangeSet, FileChange
from orchestrator.domain.messages import TASK
from orchestrator.domain.verdict import CheckResult
from tests.simulator.repository import MemoryRepository

REF = "refs/heads/leafcut/integration"


class Branch:
    """A branch to land on, and a check that is red where a file's content says so."""

    def __init__(self, *tasks: str) -> None:
        self.repository = MemoryRepository({f"{task}.py": b"old" for task in tasks})
        self.tip = self.repository.base
        self.check = HeadCheck(self.repository, REF, self._check)

    def land(self, task: str, content: bytes) -> str:
        changes = ChangeSet((FileChange(f"{task}.py", "100644", content),))
        self.tip = self.repository.commit(self.tip, changes, f"{task}\n\n{TASK}: {task}\n")
        self.repository.refs[REF] = self.tip
        return self.tip

    def _check(self, commit: str, _: Sequence[str]) -> tuple[CheckResult, ...]:
        red = b"red" in self.repository.commits[commit].tree.values()
        return (
            CheckResult(
                check="c",
                outcome="failed" if red else "passed",
                command="c",
                exit_code=int(red),
                duration_s=0.0,
            ),
        )


def test_every_culprit_is_taken_back_and_the_rest_stays() -> None:
    branch = Branch("a", "b", "c", "d")
    contents = {"a": b"good", "b": b"red", "c": b"red", "d": b"good"}
    for task, content in contents.items():
        branch.land(task, content)
    found = branch.check(branch.repository.base, branch.tip)
    assert [one.task for one in found.reverted] == ["b", "c"]
    assert branch.repository.head(REF) == found.head
    assert branch.repository.commits[found.head].tree == {
        "a.py": b"good",
        "b.py": b"old",
        "c.py": b"old",
        "d.py": b"good",
    }


def test_what_an_earlier_process_took_back_is_not_found_again() -> None:
    branch = Branch("a", "b", "c")
    branch.land("a", b"red")
    branch.land("b", b"good")
    earlier = branch.check(branch.repository.base, branch.tip)
    branch.tip = earlier.head
    branch.land("c", b"red")
    found = branch.check(branch.repository.base, branch.tip)
    assert [one.task for one in found.reverted] == ["c"]
    assert not found.fault
