"""What verdicts make of a learning."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.attempt import AttemptOutcome, AttemptResult
from orchestrator.domain.clusters import signature
from orchestrator.domain.events import AttemptEnded, AttemptStarted, LearningAdded, RunResumed
from orchestrator.domain.fold import apply
from orchestrator.domain.learnings import life
from orchestrator.domain.learnings.learning import Learning
from orchestrator.domain.learnings.life import Vote, judged, retired, trusted
from orchestrator.domain.learnings.standing import LearningStatus, Standing
from orchestrator.domain.run import Run
from orchestrator.domain.verdict import Failure, Verdict
from tests.support.learnings import MOVES, lesson
from tests.support.plans import make_run

FAILURE = Failure("types", "a.py", "no-untyped-def", "Function is missing a type annotation")
OTHER = Failure("tests", "a.py", "", "AssertionError: 1 != 2")
SIGN = "types: no-untyped-def Function is missing a type annotation"


def after(votes: Sequence[Vote], learning: Learning | None = None) -> Standing:
    standing = Standing(learning=learning or lesson())
    for vote in votes:
        standing = judged(standing, vote)
    return standing


@pytest.mark.parametrize(
    ("votes", "status"),
    [
        ([], "candidate"),
        (["helpful"], "trusted"),
        (["clean"] * 2, "candidate"),
        (["clean"] * 3, "trusted"),
        (["harmful"], "retired"),
        (["helpful", "harmful"], "retired"),
        (["helpful", "helpful", "harmful"], "trusted"),
        (["clean"] * 3 + ["harmful"], "retired"),
        (["clean"] * 6 + ["harmful"], "trusted"),
        (["clean", "clean", "harmful"], "retired"),
        (["none"] * 9, "candidate"),
        (["none"] * 10, "retired"),
        (["none"] * 9 + ["helpful"], "trusted"),
        (["helpful"] + ["none"] * 30, "trusted"),
        (["harmful", "helpful", "helpful"], "retired"),
    ],
)
def test_life_with_a_signature(votes: list[Vote], status: LearningStatus) -> None:
    assert after(votes).status == status


def test_a_rejection_may_have_had_another_cause() -> None:
    unsigned = lesson("tests live beside the code", "")
    assert after(["harmful"], unsigned).status == "candidate"
    assert after(["harmful"] * 2, unsigned).status == "retired"
    assert after(["clean", "harmful", "clean", "clean"], unsigned).status == "trusted"


def test_an_exit_code_is_no_failure_in_particular() -> None:
    sign = signature(Failure("tests", "", "exit", "exit code 2"))
    assert after(["harmful"], lesson(signature=sign)).status == "candidate"
    assert after(["harmful"] * 2, lesson(signature=sign)).status == "retired"


def test_a_retired_one_says_why() -> None:
    assert after(["none", "harmful"]).reason == "1 of 2 attempts failed in spite of it"
    assert after(["none"] * 10).reason == "10 attempts proved nothing"


def test_a_persons_word_outweighs_verdicts_for_a_while() -> None:
    standing = trusted(after(["harmful"] * 2))
    assert (standing.status, standing.reason) == ("trusted", "")
    standing = judged(judged(standing, "harmful"), "harmful")
    assert standing.status == "trusted"
    assert judged(standing, "harmful").status == "retired"


VOTES: Sequence[Vote] = ("helpful", "harmful", "clean", "none")
MOVERS = st.one_of(
    st.sampled_from(VOTES).map(lambda vote: lambda standing: judged(standing, vote)),
    st.just(trusted),
    st.just(lambda standing: retired(standing, "why")),
)


@given(
    st.sampled_from(["candidate", "quarantined"]),
    st.lists(MOVERS, max_size=30),
    st.sampled_from([SIGN, ""]),
)
def test_only_the_tables_moves_are_made(status: LearningStatus, moves: list, sign: str) -> None:  # type: ignore[type-arg]
    standing = Standing(learning=lesson(signature=sign), status=status)
    for move in moves:
        new = move(standing)
        assert new.status == standing.status or new.status in MOVES[standing.status]
        if new.status in life.TOLD:
            assert life.harm(new) == 0 or life.harm(new) < life.worth(new)
        standing = new


@given(st.lists(st.sampled_from(VOTES), max_size=30))
def test_verdicts_alone_bring_nothing_back(votes: list[Vote]) -> None:
    statuses: Sequence[LearningStatus] = ("retired", "quarantined")
    for status in statuses:
        standing = Standing(learning=lesson(), status=status)
        for vote in votes:
            standing = judged(standing, vote)
        assert standing.status == status
        assert standing.told == len(votes)


# -- what an attempt says, by the fold -----------------------------------------------------------


def told(run: Run, *outcomes: tuple[AttemptOutcome, tuple[Failure, ...]], task: str = "a") -> None:
    """Let attempts at a task end, each told all learnings."""
    names = tuple(run.ledger.standings)
    for outcome, failures in outcomes:
        number = run.tasks[task].attempts + 1
        token = f"{task}/{number}"
        apply(
            run,
            AttemptStarted(
                task=task, number=number, agent="codemod", base=run.head, token=token,
                learnings=names,
            ),
        )  # fmt: skip
        apply(
            run,
            AttemptEnded(
                result=AttemptResult(
                    task=task, number=number, token=token, outcome=outcome,
                    change_hash=token, learnings=names, verdict=Verdict(failures=failures),
                )
            ),
        )  # fmt: skip


def known(*learnings: Learning) -> Run:
    run = make_run({"a": [], "b": []}, attempts=20)
    for learning in learnings:
        apply(run, LearningAdded(learning=learning))
    return run


def counters(run: Run) -> list[tuple[int, int, int, int]]:
    return [(s.told, s.helpful, s.harmful, s.clean) for s in run.ledger]


def test_accepted_after_an_earlier_failure_is_helpful() -> None:
    run = known()
    told(run, ("rejected", (FAILURE,)))
    apply(run, LearningAdded(learning=lesson(signature=SIGN)))
    told(run, ("rejected", (OTHER,)), ("accepted", ()))
    assert counters(run) == [(2, 1, 0, 0)]


def test_failing_so_all_the_same_is_harmful() -> None:
    run = known(lesson(signature=SIGN))
    told(run, ("rejected", (OTHER, FAILURE)))
    assert counters(run) == [(1, 0, 1, 0)]


def test_accepted_without_ever_meeting_it_is_clean() -> None:
    run = known(lesson(signature=SIGN))
    told(run, ("rejected", (OTHER,)), ("accepted", ()))
    assert counters(run) == [(2, 0, 0, 1)]


def test_lessons_about_no_failure() -> None:
    run = known(lesson("live well", ""))
    told(run, ("accepted", ()))
    told(run, ("rejected", (OTHER,)), ("accepted", ()), task="b")
    assert counters(run) == [(3, 1, 1, 1)]


def test_what_is_no_attempt_says_nothing() -> None:
    run = known(lesson(signature=SIGN))
    told(run, ("limited", (FAILURE,)))
    assert counters(run) == [(0, 0, 0, 0)]
    assert +run.ledger.trying == {}
    run = known(lesson(signature=SIGN))
    told(run, ("environment", (FAILURE,)))
    assert counters(run) == [(0, 0, 0, 0)]
    run = known(lesson(signature=SIGN))
    told(run, ("blocked", ()))
    assert counters(run) == [(1, 0, 0, 0)]


def test_nobody_praises_their_own_lesson_but_may_fail_with_it() -> None:
    run = known(lesson(signature=SIGN, task="a"))
    told(run, ("accepted", ()))
    assert counters(run) == [(1, 0, 0, 0)]
    run = known(lesson(signature=SIGN, task="a"))
    told(run, ("rejected", (FAILURE,)))
    assert counters(run) == [(1, 0, 1, 0)]


def test_names_that_nobody_knows_and_names_said_twice_count_nothing() -> None:
    run = known(lesson(signature=SIGN))
    name = next(iter(run.ledger.standings))
    apply(run, AttemptStarted(task="a", number=1, agent="codemod", base=run.head, token="t"))
    result = AttemptResult(
        task="a", number=1, token="t", outcome="accepted", learnings=("l-nobody", name, name)
    )
    apply(run, AttemptEnded(result=result))
    apply(run, AttemptEnded(result=result))  # the same word again: the attempt is over
    assert counters(run) == [(1, 0, 0, 1)]


def test_what_was_under_way_is_not_waited_for_after_a_death() -> None:
    run = known(lesson(signature=SIGN))
    name = next(iter(run.ledger.standings))
    apply(
        run,
        AttemptStarted(
            task="a", number=1, agent="codemod", base=run.head, token="t", learnings=(name,)
        ),
    )
    assert run.ledger.trying[name] == 1
    apply(run, RunResumed(concurrency=1))
    assert run.ledger.trying[name] == 0
