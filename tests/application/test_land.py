"""What a landing tells while it looks for what makes its batch red."""

from collections.abc import Sequence

import pytest

from orchestrator.application.land import Batch, Candidate, Landing
from orchestrator.application.telling import Told
from orchestrator.domain.changes import ChangeSet, FileChange
from orchestrator.domain.events import LandingLooked
from orchestrator.domain.playbook import Verify
from orchestrator.domain.verdict import CheckResult
from tests.simulator.repository import MemoryRepository
from tests.simulator.world import Inline

REF = "refs/heads/i"


def looks(verify: Verify, *contents: str) -> list[LandingLooked]:
    """Land a change set for each content, of which those that say red are so; return what it told.

    What is red stays so in every commit that follows.
    """
    names = [f"t{at}" for at in range(1, len(contents) + 1)]
    repository = MemoryRepository({f"{name}.py": b"old" for name in names})
    assert repository.move(REF, repository.base, None)

    def check(commit: str, _: Sequence[str]) -> tuple[CheckResult, ...]:
        red = b"red" in repository.commits[commit].tree.values()
        return (
            CheckResult(
                check="c", outcome="failed" if red else "passed", command="c",
                exit_code=int(red), duration_s=0,
            ),
        )  # fmt: skip

    def candidate(name: str, content: str) -> Candidate:
        change = FileChange(f"{name}.py", "100644", content.encode())
        commit = repository.commit(repository.base, ChangeSet((change,)), name)
        return Candidate(task=name, commit=commit, files=(change.path,), message=f"land {name}")

    told: list[Told] = []
    landing = Landing(repository, REF, verify, check, Inline())
    candidates = tuple(map(candidate, names, contents))
    landing.land(Batch(number=3, head=repository.base, candidates=candidates), told.append)
    assert all(isinstance(one, LandingLooked) and one.batch == 3 for one in told)
    return [one for one in told if isinstance(one, LandingLooked)]


def short(told: list[LandingLooked]) -> list[tuple[int, int, str, bool]]:
    """Return what was told, without the commits."""
    return [(one.at, one.of, one.task, one.green) for one in told]


@pytest.mark.parametrize("verify", ["commit", "head"])
def test_a_green_batch_tells_nothing(verify: Verify) -> None:
    assert looks(verify, "new", "new", "new") == []


def test_a_bisection_tells_every_look_from_the_red_one_that_began_it() -> None:
    told = looks("head", "new", "new", "red", "new")
    assert short(told) == [(4, 4, "t4", False), (2, 4, "t2", True), (3, 4, "t3", False)]


def test_looks_at_each_commit_are_told_from_the_first_red_one_on() -> None:
    told = looks("commit", "new", "red", "new")
    assert short(told) == [(2, 3, "t2", False), (3, 3, "t3", False)]
    assert len({one.commit for one in told}) == 2
