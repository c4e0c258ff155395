"""What attempts exchange: lessons that their verdicts make, what agents share, find and send."""

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestrator.application.learnings.sharing import MOST_SENT, MOST_SHARED, NOTHING
from orchestrator.application.telling import Told
from orchestrator.domain.attempt import AttemptResult, AttemptSpec
from orchestrator.domain.clusters import signature
from orchestrator.domain.learnings.learning import LONGEST_TEXT, Learning, Provenance
from orchestrator.domain.learnings.message import LONGEST_MESSAGE, Message
from orchestrator.domain.learnings.standing import LearningStatus, Standing
from orchestrator.domain.playbook import Check, Sharing
from orchestrator.domain.verdict import Failure
from orchestrator.ports.agent import AgentReport, Desk
from orchestrator.ports.repository import Worktree
from tests.support.workshop import DONE, Place, workshop

FILES = {"a.py": b"one = 'OLD'\ntwo = 'OLD'\n", "b.py": b"b = 1\n"}
CHECK = Check(
    name="types",
    run="""awk '/get/ {print FILENAME ":" FNR ": no get here"; e=1} END {exit e}' a.py""",
    report="lines",
)
WRONG = "one = 'NEW'\ntwo = get(1)\n"
RIGHT = "one = 'NEW'\ntwo = fetch(1)\n"
SIGN = signature(Failure("types", "a.py", "", "no get here", 2))
KEY = "sk-ant-" + "k" * 40


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with workshop(tmp_path, FILES, (CHECK,)) as made:
        yield made


def writing(*texts: str, verify: bool = False) -> Callable[..., AgentReport]:
    """Return an agent that writes one text after the other, and asks of each when told to."""

    def play(_: AttemptSpec, worktree: Worktree, desk: Desk) -> AgentReport:
        for text in texts:
            (worktree.root / "a.py").write_text(text)
            if verify:
                desk.verify()
        return DONE

    return play


def asking(
    place: Place, ask: Callable[[Desk], object], **changes: object
) -> tuple[list[Told], AttemptResult]:
    """Let an agent work that does nothing but ask; return what it told and what came of it."""
    told: list[Told] = []

    def play(_: AttemptSpec, __: Worktree, desk: Desk) -> AgentReport:
        ask(desk)
        return DONE

    result = dataclasses.replace(place, tell=told.append).attempt(play, **changes)
    return [one for one in told if isinstance(one, Learning | Message)], result


def lesson(text: str, status: LearningStatus = "trusted", sign: str = "") -> Standing:
    by = Provenance(source="agent", run="r", who="other", task="b", attempt=1)
    learning = Learning(kind="fix", text=text, provenance=by, signature=sign)
    return Standing(learning=learning, status=status, helpful=2, revision=1)


def message(number: int, text: str, to: str = "a") -> Message:
    return Message(kind="warning", to=to, text=text, task="b", agent="o", token="k", number=number)


# -- lessons from verdicts ---------------------------------------------------------------------


def test_an_attempt_that_mends_what_rejected_the_one_before_teaches_how(place: Place) -> None:
    red = place.attempt(writing(WRONG))
    assert (red.outcome, red.proposed) == ("rejected", ())
    green = place.attempt(writing(RIGHT), number=2, last_verdict=red.verdict, rejected=red.commit)
    (lesson,) = green.proposed
    assert (lesson.kind, lesson.signature) == ("fix", SIGN)
    assert lesson.text == "no get here\n- two = get(1)\n+ two = fetch(1)"
    assert lesson.provenance == Provenance(
        source="verdict", run="r", who="played", task="a", attempt=2, commit=green.commit or ""
    )


def test_a_red_verify_that_the_same_attempt_mends_teaches_as_well(place: Place) -> None:
    result = place.attempt(writing(WRONG, RIGHT, verify=True))
    assert [one.signature for one in result.proposed] == [SIGN]
    assert result.met == (SIGN,)


def test_what_is_not_mended_or_was_never_wrong_teaches_nothing(place: Place) -> None:
    assert place.attempt(writing(WRONG, verify=True)).proposed == ()
    assert place.attempt(writing(RIGHT), number=2).proposed == ()


@pytest.mark.parametrize(("strategy", "taught"), [("none", 0), ("transcripts", 0), ("file", 1)])
def test_some_strategies_make_no_lessons(place: Place, strategy: Sharing, taught: int) -> None:
    result = place.sharing(strategy).attempt(writing(WRONG, RIGHT, verify=True))
    assert result.outcome == "accepted"
    assert len(result.proposed) == taught


def test_a_lesson_holds_no_secret(place: Place) -> None:
    shop = dataclasses.replace(place.shop, redact=lambda said: said.replace(b"fetch", b"[secret]"))
    result = dataclasses.replace(place, shop=shop).attempt(writing(WRONG, RIGHT, verify=True))
    assert "fetch" not in result.proposed[0].text
    assert "[secret]" in result.proposed[0].text


# -- lessons of agents -------------------------------------------------------------------------


def test_an_agent_offers_a_lesson_and_the_engine_is_told(place: Place) -> None:
    said: list[str] = []
    (offered,), _ = asking(
        place,
        lambda desk: said.append(
            desk.share_learning("pitfall", f"get is gone, {KEY}", "types: a.py:2: no get here")
        ),
    )
    assert isinstance(offered, Learning)
    assert offered.text == "get is gone, [an Anthropic key]"
    assert offered.scope.paths == ("**/*.py",)
    assert (offered.provenance.source, offered.provenance.task) == ("agent", "a")
    assert said == ["noted: verdicts decide who is told"]


def test_what_is_too_long_is_cut_and_said_so(place: Place) -> None:
    said: list[str] = []
    (offered,), _ = asking(place, lambda desk: said.append(desk.share_learning("fix", "x" * 1000)))
    assert isinstance(offered, Learning)
    assert len(offered.text) == LONGEST_TEXT
    assert said[0].endswith("cut to 400 characters of 1000")


@pytest.mark.parametrize(
    ("kind", "text", "paths"),
    [("order", "a", ""), ("fix", " \n", ""), ("fix", "a", "../secrets/*"), ("fix", "a", "/etc/*")],
)
def test_what_is_no_lesson_is_answered_and_not_told(
    place: Place, kind: str, text: str, paths: str
) -> None:
    said: list[str] = []
    told, _ = asking(place, lambda desk: said.append(desk.share_learning(kind, text, paths=paths)))
    assert said[0].startswith("not shared: ")
    assert told == []


def test_an_attempt_shares_and_sends_only_so_much(place: Place) -> None:
    def ask(desk: Desk) -> None:
        for number in range(20):
            desk.share_learning("fix", f"lesson {number}")
            desk.send_message("all", "warning", f"message {number}")

    told, _ = asking(place.sharing("messages"), ask)
    assert len([one for one in told if isinstance(one, Learning)]) == MOST_SHARED
    sent = [one for one in told if isinstance(one, Message)]
    assert len({one.id for one in sent}) == MOST_SENT


def test_what_others_found_out_is_found_quoted_and_counts_as_used(place: Place) -> None:
    said: list[str] = []
    one = lesson("call fetch ``` now", sign=SIGN)
    place.shop.board.put_up(one)
    place.shop.board.put_up(lesson("never do that", "quarantined", SIGN))
    _, result = asking(
        place,
        lambda desk: said.append(desk.find_learnings(signature="types: a.py:2: no get here")),
    )
    assert f"{one.learning.id} (fix; trusted, helped 2 times" in said[0]
    assert "````\ncall fetch ``` now\n````" in said[0]
    assert "never do that" not in said[0]
    assert result.learnings == (one.learning.id,)
    assert result.learning_tokens == -(-len(said[0]) // 4)


def test_an_agent_that_asks_for_nothing_in_particular_is_told_what_its_files_need(
    place: Place,
) -> None:
    said: list[str] = []
    place.shop.board.put_up(lesson("call fetch"))
    asking(place, lambda desk: said.append(desk.find_learnings()))
    asking(place, lambda desk: said.append(desk.find_learnings("kubernetes")), number=2)
    assert "call fetch" in said[0]
    assert said[1] == NOTHING


def test_a_red_verdict_comes_with_what_mended_it_elsewhere(place: Place) -> None:
    said: list[str] = []
    trusted, candidate = lesson("call fetch", sign=SIGN), lesson("or not", "candidate", SIGN)

    def play(_: AttemptSpec, worktree: Worktree, desk: Desk) -> AgentReport:
        (worktree.root / "a.py").write_text(WRONG)
        said.append(desk.verify())
        for one in (trusted, candidate):
            place.shop.board.put_up(one)
        said.append(desk.verify())
        (worktree.root / "a.py").write_text(RIGHT)
        said.append(desk.verify())
        return DONE

    result = place.attempt(play)
    assert "call fetch" not in said[0]
    assert "call fetch" in said[1]
    assert "or not" not in said[1]
    assert "call fetch" not in said[2]
    assert result.learnings == (trusted.learning.id,)


def test_what_an_attempt_was_given_is_told_and_counts(place: Place) -> None:
    given = lesson("call fetch")
    told: list[object] = []
    place.shop.board.put_up(given)
    strategies: tuple[Sharing, ...] = ("shared", "none")
    for strategy in strategies:
        _, result = asking(
            place.sharing(strategy),
            lambda desk: told.append(desk.task()["learnings"]),
            learnings=(given.learning,),
            number=len(told) + 1,
        )
        assert result.learnings == (given.learning.id,)
    first, second = told
    assert isinstance(first, list)
    assert (first[0]["text"], first[0]["standing"]) == (
        "call fetch", "trusted, helped 2 times, hurt 0 times",
    )  # fmt: skip
    assert second == []


# -- messages ----------------------------------------------------------------------------------


def test_messages_go_to_tasks_to_who_has_a_file_and_to_all(place: Place) -> None:
    owners = {"b.py": "b", "b": "b", "a.py": "a", "all": "all"}
    shop = dataclasses.replace(place.shop, addressee=lambda to: owners.get(to, ""))
    said: list[str] = []

    def ask(desk: Desk) -> None:
        text = "get is fetch now" + "!" * 1000
        to_whom = ("b", "b.py", "all", "a.py", "nobody")
        said.extend(desk.send_message(to, "interface", text) for to in to_whom)

    told, _ = asking(dataclasses.replace(place, shop=shop).sharing("messages"), ask)
    sent = [one for one in told if isinstance(one, Message)]
    assert [one.to for one in sent] == ["b", "b", "all"]
    assert {len(one.text) for one in sent} == {LONGEST_MESSAGE}
    assert said[0] == "sent to b; cut to 500 characters of 1016"
    assert said[3] == "not sent: that is your own task"
    assert said[4].startswith("not sent: `to` is ")


def test_unread_messages_come_first_and_all_of_them_are_data(place: Place) -> None:
    said: list[str] = []
    board = place.shop.board
    board.deliver(message(1, "the first ```"))
    board.deliver(message(2, "for another", to="c"))

    def ask(desk: Desk) -> None:
        said.append(desk.read_messages())
        board.deliver(message(3, "the third", to="all"))
        said.append(desk.read_messages())

    asking(place.sharing("messages"), ask)
    assert "````\nthe first ```\n````" in said[0]
    assert "for another" not in said[0]
    assert (
        0 < said[1].index("the third") < said[1].index("Read before.") < said[1].index("the first")
    )


def test_an_attempt_that_is_over_shares_and_reads_nothing(place: Place) -> None:
    kept: list[Desk] = []
    told, _ = asking(place.sharing("messages"), kept.append)
    (desk,) = kept
    answers = (
        desk.share_learning("fix", "late"),
        desk.send_message("all", "warning", "late"),
        desk.find_learnings(),
        desk.read_messages(),
    )
    assert all("is over" in one for one in answers)
    assert told == []


def test_each_strategy_lets_agents_exchange_what_it_is_about(place: Place) -> None:
    seen: dict[Sharing, object] = {}
    strategies: tuple[Sharing, ...] = ("none", "transcripts", "file", "shared", "messages")
    for number, strategy in enumerate(strategies, 1):
        asking(
            place.sharing(strategy),
            lambda desk, name=strategy: seen.update({name: desk.shares}),  # type: ignore[misc]
            number=number,
        )
    assert {name: sorted(shares) for name, shares in seen.items()} == {  # type: ignore[call-overload]
        "none": [], "transcripts": [], "file": [], "shared": ["learnings"],
        "messages": ["learnings", "messages"],
    }  # fmt: skip
