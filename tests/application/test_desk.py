"""The desk: what an agent can ask for while it works, with real worktrees and checks."""

import dataclasses
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orchestrator.application import desk as desks
from orchestrator.domain.attempt import AttemptSpec
from orchestrator.domain.playbook import Check
from orchestrator.domain.verdict import Failure, Verdict
from orchestrator.ports.agent import AgentReport, Desk
from orchestrator.ports.repository import Worktree
from tests.support.landed import git
from tests.support.workshop import COMPILE, DONE, Place, workshop

FILES = {"a.py": b"one = 'OLD'\ntwo = 'OLD'\n", "b.py": b"b = 1\n"}
GOOD = "one = 'NEW'\ntwo = 'NEW'\n"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    counted = Check(name="counted", run=f"echo run >> {tmp_path}/runs; grep -q . a.py")
    later = Check(name="tests", run="false", on="landing")
    with workshop(tmp_path, FILES, (COMPILE, counted, later)) as made:
        yield made


def asked(place: Place, ask: Callable[[Path, Desk], object], **changes: object) -> None:
    """Let an agent work that does nothing but ask."""

    def play(_: AttemptSpec, worktree: Worktree, desk: Desk) -> AgentReport:
        ask(worktree.root, desk)
        return DONE

    place.attempt(play, **changes)


def runs(place: Place) -> int:
    path = place.folder / "runs"
    return len(path.read_text().splitlines()) if path.exists() else 0


def test_a_task_is_told_as_data(place: Place) -> None:
    told: list[object] = []
    verdict = Verdict(failures=(Failure("compile", "a.py", "E1", "bad", 3),))
    asked(
        place,
        lambda _, desk: told.append(desk.task()),
        last_verdict=verdict,
        hand_off="look at b.py",
        history=("1 codemod: rejected: compile",),
    )
    (task,) = told
    assert isinstance(task, dict)
    assert (task["id"], task["files"], task["occurrences"]) == ("a", ["a.py"], {"a.py": [1, 2]})
    assert [check["name"] for check in task["checks"]] == ["compile", "counted", "tests"]
    assert task["last_verdict"] == ["compile: a.py:3: bad"]
    assert task["hand_off"] == "look at b.py"
    assert task["history"] == ["1 codemod: rejected: compile"]
    assert any("verify" in rule for rule in task["rules"])


def test_right_files_are_accepted_and_the_final_verdict_uses_what_verify_found(
    place: Place,
) -> None:
    said: list[str] = []

    def ask(root: Path, desk: Desk) -> None:
        said.append(desk.verify())
        (root / "a.py").write_text(GOOD)
        said.append(desk.verify())
        said.append(desk.verify())

    asked(place, ask)
    assert said[0] == "nothing is changed yet"
    assert said[1].startswith("accepted: the guards hold; green: compile, counted; at landing also")
    assert said[1].endswith("(verified 1 of 20 trees)")
    assert said[2] == said[1]
    assert runs(place) == 1


def test_what_is_wrong_is_named_with_its_place(place: Place) -> None:
    said: list[str] = []

    def ask(root: Path, desk: Desk) -> None:
        (root / "a.py").write_text("one = 'NEW'\n")
        (root / "b.py").write_text("b = 2\n")
        said.append(desk.verify())
        (root / "b.py").write_text("b = 1\n")
        (root / "a.py").write_text("one = (\n")
        said.append(desk.verify())

    asked(place, ask)
    assert said[0].startswith("rejected: 1 failure\n- guard:scope: b.py: ")
    assert "SyntaxError" in said[1] or "was never closed" in said[1]


def test_many_failures_are_cut_to_twenty(place: Place) -> None:
    said: list[str] = []

    def ask(root: Path, desk: Desk) -> None:
        for number in range(30):
            (root / f"new{number}.py").touch()
        said.append(desk.verify())

    asked(place, ask)
    lines = said[0].splitlines()
    assert lines[0] == "rejected: 31 failures"  # the files, and that no occurrence went away
    assert lines[21] == "- and 11 more"
    assert len(lines) == 23


def test_only_so_many_trees_are_looked_at(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "MOST", 2)
    said: list[str] = []

    def ask(root: Path, desk: Desk) -> None:
        for number in range(3):
            (root / "a.py").write_text(f"a = {number}\n")
            said.append(desk.verify())

    asked(place, ask)
    assert said[1].endswith("(verified 2 of 2 trees)")
    assert "no more" in said[2]
    assert runs(place) == 3  # the last one is the verdict on what was handed in


def test_calls_at_once_take_turns_and_look_at_one_tree_once(place: Place) -> None:
    said: list[str] = []

    def ask(root: Path, desk: Desk) -> None:
        (root / "a.py").write_text(GOOD)
        with ThreadPoolExecutor(4) as pool:
            said.extend(pool.map(lambda _: desk.verify(), range(4)))

    asked(place, ask)
    assert len(set(said)) == 1
    assert runs(place) == 1


def test_files_that_change_meanwhile_never_break_it(place: Place) -> None:
    said: list[str] = []

    def ask(root: Path, desk: Desk) -> None:
        stop = threading.Event()

        def churn() -> None:
            while not stop.is_set():
                (root / "x.py").write_text("x = 1\n")
                os.unlink(root / "x.py")

        with ThreadPoolExecutor(1) as pool:
            pool.submit(churn)
            said.extend(desk.verify() for _ in range(10))
            stop.set()

    asked(place, ask)
    assert len(said) == 10


def test_nothing_that_an_agent_planted_runs_or_is_followed(place: Place) -> None:
    said: list[str] = []
    mark = place.folder / "ran"

    def ask(root: Path, desk: Desk) -> None:
        (root / "sub").mkdir()
        git(root / "sub", "init", "--quiet")
        git(root / "sub", "config", "core.fsmonitor", f"touch {mark}")
        (root / "a.py").write_text(GOOD)
        said.append(desk.verify())
        (root / "a.py").unlink()
        (root / "a.py").symlink_to("/etc/passwd")
        said.append(desk.verify())

    asked(place, ask)
    assert said[0].startswith("accepted")
    assert "points out of the tree" in said[1]
    assert "root:" not in said[1]
    assert not mark.exists()


def test_a_verified_tree_is_held_by_no_ref(place: Place) -> None:
    def ask(root: Path, desk: Desk) -> None:
        (root / "a.py").write_text(GOOD)
        desk.verify()
        refs = git(place.folder / "canonical.git", "for-each-ref", "--format=%(refname)")
        assert "attempt" not in refs

    asked(place, ask)


def test_an_attempt_that_is_over_is_told_so(place: Place) -> None:
    kept: list[Desk] = []

    def play(_: AttemptSpec, __: Worktree, desk: Desk) -> AgentReport:
        kept.append(desk)
        return DONE

    result = place.attempt(play)
    (desk,) = kept
    desk.hand_off("too late")
    desk.report_blocked("too late")
    assert desk.verify() == desks.OVER
    assert desk.task() == {"over": desks.OVER}
    assert result.hand_off != "too late"


def test_what_checks_print_is_redacted(place: Place) -> None:
    said: list[str] = []
    shop = dataclasses.replace(place.shop, redact=lambda text: text.replace(b"SyntaxError", b"***"))

    def ask(root: Path, desk: Desk) -> None:
        (root / "a.py").write_text("one = (\n")
        said.append(desk.verify())

    asked(dataclasses.replace(place, shop=shop), ask)
    assert "SyntaxError" not in said[0]
    assert "***" in said[0]
