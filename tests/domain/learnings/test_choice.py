"""Which learnings an attempt is given, and what one finds that asks."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from orchestrator.domain.events import AttemptStarted, LearningAdded
from orchestrator.domain.fold import apply
from orchestrator.domain.learnings.choice import FRAME, MOST_AT_ONCE, MOST_GIVEN, chosen
from orchestrator.domain.learnings.learning import Learning, Scope
from orchestrator.domain.learnings.search import MOST_FOUND, found
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.playbook import Learnings
from orchestrator.domain.run import Run
from orchestrator.domain.schedule import StartAttempt
from orchestrator.domain.starting import spec_of
from orchestrator.domain.verdict import Failure, Verdict
from tests.support.learnings import lesson
from tests.support.plans import make_run

FAILURE = Failure("types", "a.py", "no-untyped-def", "Function is missing a type annotation")
SIGN = "types: no-untyped-def Function is missing a type annotation"


def known(*learnings: Learning, **sharing: Any) -> Run:
    run = make_run({"a": [], "src/b": []}, learnings=Learnings(**sharing))
    for learning in learnings:
        apply(run, LearningAdded(learning=learning))
    return run


def stand(run: Run, learning: Learning, **changes: Any) -> None:
    run.ledger.put(replace(run.ledger.standings[learning.id], **changes))


def given(run: Run, task: str = "a", now: float = 0.0, giving: Mapping[str, int] | None = None) -> list[str]:  # fmt: skip  # noqa: E501
    return [
        one.text for one in chosen(run, run.by_id[task], run.tasks[task], now, giving or {})
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("strategy", "said"),
    [("none", []), ("transcripts", []), ("file", []), ("shared", ["x"]), ("messages", ["x"])],
)
def test_only_some_strategies_give_learnings(strategy: str, said: list[str]) -> None:
    assert given(known(lesson("x"), strategy=strategy)) == said


@pytest.mark.parametrize(
    ("scope", "holds"),
    [
        (Scope(), True),
        (Scope(paths=("src/**",)), True),
        (Scope(paths=("*.py",)), True),
        (Scope(paths=("docs/", "b.py")), True),
        (Scope(paths=("/b.py",)), False),
        (Scope(paths=("**", "!src/**")), False),
        (Scope(language="Python"), True),
        (Scope(language="java"), False),
        (Scope(language="cobol"), True),
        (Scope(playbook="p"), True),
        (Scope(playbook="q"), False),
        (Scope(paths=("[z-a]",)), False),
        (Scope(paths=("*s*r*c*/*b",)), False),
    ],
)
def test_scope(scope: Scope, holds: bool) -> None:  # noqa: FBT001
    assert bool(given(known(lesson("x", scope=scope)), "src/b")) == holds


def test_expired_ones_are_not_given() -> None:
    run = known(lesson("x", expires_at=100.0))
    assert given(run, now=99.0) == ["x"]
    assert given(run, now=100.0) == []


def test_what_is_retired_or_quarantined_reaches_nobody() -> None:
    run = known(one := lesson("one"), two := lesson("two"))
    stand(run, one, status="retired")
    stand(run, two, status="quarantined")
    assert given(run) == []
    assert found(run.ledger, "one two", SIGN, ["a.py"], 0.0) == ()


def test_the_last_failure_goes_first_then_the_trusted_then_the_most_helpful() -> None:
    about = lesson("about it", SIGN)
    best, good, new = lesson("best", "s1"), lesson("good", "s2"), lesson("new", "s3")
    run = known(new, good, best, about)
    stand(run, good, status="trusted", helpful=1)
    stand(run, best, status="trusted", helpful=9, harmful=1)
    assert given(run)[:2] == ["best", "good"]
    run.update("a", verdict=Verdict(failures=(FAILURE,)))
    assert given(run)[:3] == ["about it", "best", "good"]
    assert given(run) == given(run)


def test_they_fit_into_max_tokens() -> None:
    texts = ["a" * 200, "b" * 300, "c" * 10]
    run = known(*(lesson(text, f"s{at}") for at, text in enumerate(texts)), max_tokens=150)
    for seen, text in zip((3, 2, 1), texts, strict=True):
        one = next(s.learning for s in run.ledger if s.learning.text == text)
        stand(run, one, seen=seen)
    assert given(run) == [texts[0], texts[2]]
    assert sum(len(text) + FRAME for text in given(run)) <= 600
    many = known(*(lesson(f"x{n}", f"s{n}") for n in range(60)), max_tokens=100_000)
    assert len(given(many)) == MOST_GIVEN


def test_few_attempts_at_once_try_a_candidate() -> None:
    run = known(learning := lesson("x"))
    assert given(run, giving={learning.id: MOST_AT_ONCE}) == []
    for number in range(MOST_AT_ONCE):
        assert given(run) == ["x"]
        apply(
            run,
            AttemptStarted(
                task="a", number=number + 1, agent="codemod", base=run.head, token=f"t{number}",
                learnings=(learning.id,),
            ),
        ) if number == 0 else run.ledger.give(f"t{number}", [learning.id])  # fmt: skip
    assert given(run) == []
    run.ledger.take_back("t0")
    assert given(run) == ["x"]
    run.ledger.give("t9", [learning.id])
    stand(run, learning, status="trusted")
    assert given(run) == ["x"]


def test_an_attempt_is_given_them() -> None:
    run = known(learning := lesson("x", expires_at=5.0))
    action = StartAttempt("a", 1, "thinker")
    assert spec_of(run, action, 0.0, {}).learnings == (learning,)
    assert spec_of(run, action, 6.0, {}).learnings == ()


@pytest.mark.parametrize("machine", ["codemod", "rule:r-12ab34cd56"])
def test_machines_which_would_not_read_them_are_given_none(machine: str) -> None:
    run = known(lesson("x"))
    assert spec_of(run, StartAttempt("a", 1, machine), 0.0, {}).learnings == ()


def standing(text: str, signature: str = "", **changes: Any) -> Standing:
    return Standing(learning=lesson(text, signature), **changes)


def texts(standings: tuple[Standing, ...]) -> list[str]:
    return [one.learning.text for one in standings]


def test_finding_by_signature_goes_before_finding_by_words() -> None:
    words = standing("missing annotation: annotate the parameter", status="trusted", helpful=9)
    exact = standing("something else", SIGN)
    assert texts(found([words, exact], "annotate parameter", SIGN, ["a.py"], 0.0)) == [
        "something else",
        "missing annotation: annotate the parameter",
    ]


def test_finding_trusted_ones_first_and_few() -> None:
    all_of = [standing(f"use pathlib {n}") for n in range(9)]
    all_of.append(standing("use pathlib here", status="trusted"))
    said = texts(found(all_of, "pathlib", "", ["a.py"], 0.0))
    assert len(said) == MOST_FOUND
    assert said[0] == "use pathlib here"


def test_finding_nothing() -> None:
    one = standing("use pathlib")
    assert found([one], "", "", ["a.py"], 0.0) == (one,)
    assert found([one], "asyncio", "", ["a.py"], 0.0) == ()
    assert found([standing("x", SIGN, status="trusted")], "", "other", ["a.py"], 0.0) == ()
    far = Standing(learning=lesson("use pathlib", "", paths=("docs/**",)))
    assert found([far], "pathlib", "", ["a.py"], 0.0) == ()
