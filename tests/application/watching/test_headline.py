"""The figures above everything."""

import pytest

from orchestrator.application.watching.headline import headline
from orchestrator.application.watching.near.why import why
from orchestrator.application.watching.tasks import blocker
from tests.support.watching import Story


def story(**policy: object) -> Story:
    edges: dict[str, list[str]] = {f"t{number}": [] for number in range(10)}
    return Story(edges, concurrency=2, **policy).at(1000.0).begin(residue=10)


def test_a_run_that_has_just_begun_promises_nothing() -> None:
    told = headline(story().look())
    assert (told.state, told.over, told.tasks, told.failed) == ("running", 0, 10, 0)
    assert (told.rate, told.left_s) == (0.0, None)
    assert (told.residue, told.residue_before) == (10, 10)
    assert (told.busy, told.allowed) == (0, 2)


def test_nobody_is_busy_where_no_process_works_on_the_run() -> None:
    told = story().start("t0")
    assert headline(told.look()).busy == 1
    told.busy = False
    assert headline(told.look()).busy == 0


def test_before_the_baseline_nothing_is_known_of_the_residue() -> None:
    told = headline(Story({"a": []}).look())
    assert (told.residue, told.residue_before, told.run) == (None, None, "")


def test_while_the_baseline_is_taken_the_figures_say_so_and_no_task_waits_for_a_slot() -> None:
    told = Story({"a": [], "b": ["a"]})
    look = told.look()
    assert look.measuring
    assert headline(look).reason == "the checks look at the base first"
    assert blocker(look, "a") == "waits for the baseline"
    assert "codemod begins when the checks have looked at the base" in why(look, "a")
    told.busy = False
    assert headline(told.look()).reason == ""
    told.busy = True
    assert headline(told.begin().look()).reason == ""


def test_the_rate_is_that_of_the_last_minutes() -> None:
    told = story()
    for number in range(4):
        told.at(1000.0 + 30 * (number + 1)).do(f"t{number}")
    assert headline(told.look()).rate == pytest.approx(2.0)
    assert headline(told.at(2000.0).look()).rate == 0.0


def test_what_is_left_is_foretold_from_what_was_done() -> None:
    told = story()
    for number in range(4):
        told.start(f"t{number}").at(told.clock.time + 10).finish(f"t{number}", duration_s=10.0)
        told.land(f"t{number}")
    left = headline(told.look()).left_s
    assert left is not None
    assert left.middle == pytest.approx(30.0)  # six tasks of ten seconds, two at once
    told.busy = False
    assert headline(told.look()).left_s is None


def test_residue_goes_down_with_what_has_landed_and_stays_where_some_was_left() -> None:
    told = story(follow_up=True)
    told.start("t0").finish("t0", residue=1).land("t0")
    assert headline(told.look()).residue == 10
    told.start("t1").finish("t1", residue=0).land("t1")
    assert headline(told.look()).residue == 9


def test_the_final_rescan_has_the_last_word() -> None:
    told = story().end(state="incomplete", residue=7, reason="not all")
    found = headline(told.look())
    assert (found.state, found.reason, found.residue) == ("incomplete", "not all", 7)


def test_money_and_limits_are_told() -> None:
    from orchestrator.domain.attempt import Usage
    from orchestrator.domain.budget import Budget

    told = story(budget=Budget(usd=5.0))
    told.start("t0").finish("t0", usage=Usage(tokens=1200, cost_usd=0.5)).start("t1")
    told.finish("t1", "limited", retry_at=9000.0)
    found = headline(told.look())
    assert (found.tokens, found.cost_usd, found.budget_usd) == (1200, 0.5, 5.0)
    assert found.parked_until == 9000.0


def test_the_tightest_limit_is_told_until_it_is_reset() -> None:
    from orchestrator.domain.headroom import Headroom

    told = story()
    limits = (
        Headroom(kind="requests", limit=100, remaining=90),
        Headroom(kind="tokens", limit=1000, remaining=120, reset_at=1500.0),
    )
    told.start("t0").finish("t0", headroom=limits)
    found = headline(told.look()).scarce
    assert found is not None
    assert (found.agent, found.kind, found.share, found.reset_at) == (
        "codemod",
        "tokens",
        0.12,
        1500.0,
    )
    later = headline(told.at(1600.0).look()).scarce
    assert later is not None
    assert (later.kind, later.share) == ("requests", 0.9)
