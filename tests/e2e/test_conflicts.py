"""A corpus of change sets that do not go together: what lands is green at every commit.

Real repositories, real checks; the change sets are given, as if agents had made them on one base.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from orchestrator.adapters.git.worktrees import WorktreePool
from orchestrator.adapters.sandbox.local import LocalSandbox
from orchestrator.application.accept import Acceptance
from orchestrator.application.land import Batch, Candidate, Landing
from orchestrator.domain.changes import ChangeSet, FileChange
from orchestrator.domain.events import LandingEnded
from orchestrator.domain.playbook import Check, Verify
from orchestrator.domain.verdict import Verdict
from tests.support.bench import Bench, bench

REF = "refs/heads/leafcut/integration"
BASE: Mapping[str, bytes] = {
    "lib.py": b"def total(numbers):\n    return sum(numbers)\n",
    "util.py": b"".join(b"def u%d():\n    return %d\n\n\n" % (n, n) for n in range(12)),
    "app.py": b"import lib\nimport util\n\nprint(lib.total([util.u1(), 2]))\n",
    "other.py": b"import lib\n\n\ndef two():\n    return 2\n",
    **{f"m{n:02}.py": b"value = 'old'\n" for n in range(16)},
}
RUNS = Check(name="runs", run="python3 app.py && python3 -c 'import other; other.two()'")

Edits = Mapping[str, bytes | None]


@dataclass(frozen=True, slots=True)
class Place:
    """A landing queue with a real repository and a real check behind it."""

    bench: Bench
    landing: Landing
    acceptance: Acceptance

    def land(self, **edits: Edits) -> LandingEnded:
        """Land change sets that were all made on the base, in this order."""
        head = self.bench.repository.head(REF)
        candidates = tuple(self._candidate(task, files) for task, files in edits.items())
        return self.landing.land(Batch(number=1, head=head or "", candidates=candidates))

    def green(self, commit: str) -> bool:
        """Check one commit alone, afresh."""
        self.acceptance._verdicts.clear()
        results = self.acceptance.judge(self.bench.worktree, commit, (), "landing")
        return Verdict(checks=results).accepted

    def every_commit_is_green(self) -> bool:
        """Check every commit of the branch alone."""
        head = self.bench.repository.head(REF) or ""
        history = self.bench.repository.history(self.bench.base, head)
        return all(self.green(commit.oid) for commit in history)

    def read(self, path: str) -> bytes | None:
        """Return a file at the head of the branch."""
        return self.bench.repository.read(self.bench.repository.head(REF) or "", path)

    def _candidate(self, task: str, files: Edits) -> Candidate:
        changes = ChangeSet(tuple(FileChange(p, "100644", c) for p, c in sorted(files.items())))
        commit = self.bench.repository.commit(self.bench.base, changes, f"{task}\n")
        there = tuple(path for path, content in files.items() if content is not None)
        return Candidate(task=task, commit=commit, files=there, message=f"{task}\n")


@pytest.fixture(params=["commit", "head"])
def verify(request: pytest.FixtureRequest) -> Verify:
    """Return what is checked at landing."""
    return "head" if request.param == "head" else "commit"


@pytest.fixture
def place(tmp_path: Path, verify: Verify) -> Iterator[Place]:
    """Return a landing queue on the base, with the check `runs`."""
    yield from places(tmp_path, verify, RUNS)


def places(tmp_path: Path, verify: Verify, check: Check) -> Iterator[Place]:
    sandbox = LocalSandbox()
    with bench(tmp_path, sandbox, BASE) as made, ThreadPoolExecutor(2) as pool:
        acceptance = made.acceptance(check)
        acceptance.take_baseline(made.worktree, made.base, ())
        worktrees = WorktreePool(made.repository, tmp_path / "landing")
        judge = acceptance.judging(worktrees, "landing")
        made.repository.move(REF, made.base, None)
        yield Place(made, Landing(made.repository, REF, verify, judge, pool), acceptance)
    sandbox.close()


def told(ended: LandingEnded) -> tuple[list[str], dict[str, str]]:
    """Return who landed, and who came back why."""
    return [one.task for one in ended.landed], {b.task: b.reason_code for b in ended.sent_back}


def test_two_edits_of_one_line(place: Place) -> None:
    ended = place.land(
        one={"lib.py": BASE["lib.py"].replace(b"numbers", b"values")},
        two={"lib.py": BASE["lib.py"].replace(b"numbers", b"items")},
        three={"m00.py": b"value = 'new'\n"},
    )
    assert told(ended) == (["one", "three"], {"two": "conflict"})
    assert "lib.py" in ended.sent_back[0].reason
    assert place.every_commit_is_green()


def test_a_rename_against_a_new_caller_of_the_old_name(place: Place) -> None:
    ended = place.land(
        rename={
            "lib.py": BASE["lib.py"].replace(b"total", b"add_up"),
            "app.py": BASE["app.py"].replace(b"total", b"add_up"),
        },
        caller={"other.py": BASE["other.py"].replace(b"return 2", b"return lib.total([1, 1])")},
    )
    assert told(ended) == (["rename"], {"caller": "red_landing"})
    assert "has no attribute 'total'" in ended.sent_back[0].checks[0].output
    assert place.every_commit_is_green()


def test_one_new_file_made_twice(place: Place) -> None:
    ended = place.land(
        one={"compat.py": b"from lib import total\n"},
        two={"compat.py": b"import lib\n\ntotal = lib.total\n"},
        same={"compat.py": b"from lib import total\n", "m01.py": b"value = 'new'\n"},
    )
    assert told(ended) == (["one", "same"], {"two": "conflict"})
    assert place.read("compat.py") == b"from lib import total\n"
    assert place.every_commit_is_green()


def test_a_move_against_an_edit_loses_neither(place: Place) -> None:
    edited = BASE["util.py"].replace(b"return 7\n", b"return 70\n")
    ended = place.land(
        move={
            "util.py": None,
            "helpers/util.py": BASE["util.py"],
            "app.py": BASE["app.py"].replace(b"import util", b"from helpers import util"),
        },
        edit={"util.py": edited},
    )
    landed, back = told(ended)
    if "edit" in landed:
        assert place.read("helpers/util.py") == edited
        assert place.read("util.py") is None
    else:
        assert back == {"edit": "conflict"}
    assert place.every_commit_is_green()


def test_a_test_that_fails_once_on_the_same_tree_is_flaky_and_not_red(tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    run = f"grep -q old m00.py || test -e {flag} || {{ touch {flag}; exit 1; }}"
    moody = Check(name="moody", run=run, flaky_retries=1)
    for place in places(tmp_path, "commit", moody):
        ended = place.land(one={"m00.py": b"value = 'new'\n"})
        assert told(ended) == (["one"], {})
        assert [check.outcome for check in ended.checks] == ["flaky"]


@pytest.mark.parametrize("bad", [0, 7, 15])
def test_the_culprit_in_a_batch_of_sixteen_is_named_and_the_rest_lands(
    place: Place, bad: int
) -> None:
    edits: dict[str, Edits] = {f"t{n:02}": {f"m{n:02}.py": b"value = 'new'\n"} for n in range(16)}
    edits[f"t{bad:02}"] = {"other.py": b"raise SystemExit('this one')\n"}
    culprits: list[str] = []
    landed: list[str] = []
    while edits:
        ended = place.land(**edits)
        landed += [one.task for one in ended.landed]
        culprits += [back.task for back in ended.sent_back]
        assert all("this one" in back.checks[0].output for back in ended.sent_back)
        edits = {task: e for task, e in edits.items() if task not in {*landed, *culprits}}
    assert culprits == [f"t{bad:02}"]
    assert len(landed) == 15
    assert place.every_commit_is_green()
