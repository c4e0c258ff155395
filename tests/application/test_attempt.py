"""An attempt: what an agent says, what it did, and what comes of it."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.application.attempt import BLOCKED
from orchestrator.application.beside import said_so_far
from orchestrator.domain.attempt import AttemptSpec, Usage
from orchestrator.domain.redaction import Redactor
from orchestrator.errors import MissingRequirementError
from orchestrator.ports.agent import AgentReport, Desk
from orchestrator.ports.repository import Worktree
from tests.support.workshop import DONE, Place, Work, workshop

FILES = {"a.py": b"one = 'OLD'\ntwo = 'OLD'\n", "b.py": b"b = 1\n"}
KEY = "sk-ant-" + "k" * 40


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with workshop(tmp_path, FILES) as made:
        yield made


def writing(text: str, report: AgentReport = DONE) -> Work:
    def play(_: AttemptSpec, worktree: Worktree, __: Desk) -> AgentReport:
        (worktree.root / "a.py").write_text(text)
        return report

    return play


GOOD = writing("one = 'NEW'\ntwo = 'NEW'\n")
RED = "one = 'NEW'\ntwo = 'OLD'\n"


def test_a_right_change_is_accepted_and_leaves_no_word_for_another(place: Place) -> None:
    result = place.attempt(GOOD)
    assert (result.outcome, result.residue, result.hand_off) == ("accepted", 0, "")


def test_a_rejected_attempt_leaves_word_of_what_it_changed_and_what_is_left(place: Place) -> None:
    result = place.attempt(writing(RED))
    assert result.outcome == "rejected"
    assert result.hand_off.splitlines()[1:3] == ["changed a.py (+1 −1)", "left 1 occurrence"]
    assert result.hand_off.startswith("played: guard:residue")


def test_an_agents_own_word_goes_before_what_is_known(place: Place) -> None:
    def play(_: AttemptSpec, worktree: Worktree, desk: Desk) -> AgentReport:
        (worktree.root / "a.py").write_text(RED)
        desk.hand_off("two is used by b.py\x1b[2J")
        return DONE

    assert place.attempt(play).hand_off == "two is used by b.py[2J"


@pytest.mark.parametrize("ending", ["limited", "overloaded"])
def test_what_a_limit_cuts_short_is_pinned_and_not_judged(place: Place, ending: str) -> None:
    report = AgentReport(
        ending=ending,  # type: ignore[arg-type]
        message="429",
        retry_at=5.0,
        usage=Usage(tokens=7),
    )
    checking: list[bool] = []
    result = place.attempt(writing("half = (\n", report))
    assert (result.outcome, result.reason, result.retry_at) == (ending, "429", 5.0)
    assert result.usage.tokens == 7
    assert result.verdict.accepted
    assert not checking
    assert place.shop.repository.head("refs/leafcut/attempt/a/1") == result.commit is not None
    assert "changed a.py (+1 −2)" in result.hand_off


def test_a_limit_before_anything_was_done(place: Place) -> None:
    result = place.attempt(lambda *_: AgentReport(ending="limited"))
    assert (result.outcome, result.reason, result.commit) == ("limited", "limited", None)


def test_a_blocked_agent_tells_why_through_its_desk(place: Place) -> None:
    def play(_: AttemptSpec, __: Worktree, desk: Desk) -> AgentReport:
        desk.report_blocked(f"there is no API\nfor it, and {KEY} does not help")
        return DONE

    result = place.attempt(play)
    assert (result.outcome, result.reason_code) == ("blocked", BLOCKED)
    assert result.reason == "there is no API for it, and [an Anthropic key] does not help"


def test_what_a_blocked_agent_did_right_counts_all_the_same(place: Place) -> None:
    report = AgentReport(ending="blocked", message="I think it cannot be done")
    assert place.attempt(writing("a = 'NEW'\n", report)).outcome == "accepted"
    red = place.attempt(writing(RED, report), number=2)
    assert (red.outcome, red.reason, red.residue) == ("blocked", "I think it cannot be done", 1)
    assert red.commit is not None
    assert not red.verdict.accepted


def test_a_missing_environment_is_said(place: Place) -> None:
    result = place.attempt(lambda *_: AgentReport(ending="environment", message="no such model"))
    assert (result.outcome, result.reason) == ("environment", "no such model")


def test_a_seed_is_what_the_next_agent_begins_with(place: Place) -> None:
    first = place.attempt(writing(RED))
    seen: list[str] = []

    def play(_: AttemptSpec, worktree: Worktree, desk: Desk) -> AgentReport:
        seen.append((worktree.root / "a.py").read_text())
        assert desk.task()["occurrences"] == {"a.py": [2]}
        return DONE

    again = place.attempt(play, number=2, seed=first.commit)
    assert seen == [RED]
    assert again.outcome == "rejected"


def test_what_was_told_and_said_is_kept_without_secrets(place: Place) -> None:
    def redact(said: bytes) -> bytes:
        return said.replace(b"hunter2", b"[secret]")

    shop = dataclasses.replace(place.shop, redact=redact)
    report = AgentReport(
        ending="gave_up",
        message="hunter2 is refused",
        transcript=b"key hunter2\n",
    )

    def play(_: AttemptSpec, __: Worktree, desk: Desk) -> AgentReport:
        desk.given("do not say hunter2\n")
        return report

    result = dataclasses.replace(place, shop=shop).attempt(play)
    assert result.reason == "[secret] is refused"
    assert "hunter2" not in result.hand_off
    assert (place.shop.transcripts / "a-1.prompt").read_text() == "do not say [secret]\n"
    assert (place.shop.transcripts / result.transcript).read_bytes() == b"key [secret]\n"


def test_what_is_said_can_be_read_while_the_agent_works(place: Place) -> None:
    secret = "hunter2hunter2"
    redactor = Redactor({"KEY": secret})
    shop = dataclasses.replace(place.shop, redact=redactor.clean, redacted_stream=redactor.stream)
    seen: list[tuple[bytes, bool]] = []

    def play(spec: AttemptSpec, __: Worktree, desk: Desk) -> AgentReport:
        assert desk.hear is not None
        desk.hear(b"key hunter2")
        desk.hear(b"hunter2\nand on")
        seen.append(said_so_far(place.shop.transcripts, spec.task.id, spec.number))
        return AgentReport(ending="gave_up", transcript=b"all of it\n")

    dataclasses.replace(place, shop=shop).attempt(play)
    assert seen == [(b"key [redacted KEY]\n", True)]
    assert said_so_far(place.shop.transcripts, "a", 1) == (b"all of it\n", False)


def test_what_was_said_stays_where_an_attempt_breaks_down(place: Place) -> None:
    def play(_: AttemptSpec, __: Worktree, desk: Desk) -> AgentReport:
        assert desk.hear is not None
        desk.hear(b"begun\nand")
        raise MissingRequirementError("the sandbox is gone")

    with pytest.raises(MissingRequirementError):
        place.attempt(play)
    assert said_so_far(place.shop.transcripts, "a", 1) == (b"begun\nand\n", True)


def test_a_change_set_is_what_it_is_whatever_is_redacted(place: Place) -> None:
    shop = dataclasses.replace(place.shop, redact=lambda said: said.replace(b"NEW", b"***"))
    result = dataclasses.replace(place, shop=shop).attempt(GOOD)
    assert result.commit is not None
    assert b"NEW" in (place.shop.repository.read(result.commit, "a.py") or b"")
