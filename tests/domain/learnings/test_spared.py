"""What learnings were good for."""

from dataclasses import replace

from orchestrator.domain.learnings.ledger import Ledger
from orchestrator.domain.learnings.spared import benefit
from tests.support.learnings import SIGN, add, lesson


def ledger_with(*, told: int, harmful: int, untold: int, failed_untold: int) -> Ledger:
    """Return a ledger with one trusted learning; each failed attempt used 100 tokens."""
    ledger = Ledger()
    name = add(ledger, lesson())
    for at in range(told + untold):
        failed = at < harmful + failed_untold
        ledger.count([SIGN] if failed else [], 100 if failed else 5)
    ledger.put(
        replace(
            ledger.standings[name], status="trusted", told=told, harmful=harmful, helpful=told // 2
        )
    )
    return ledger


def test_an_empty_ledger_says_nothing() -> None:
    said = benefit(Ledger())
    assert set(said.counts.values()) == {0}
    assert (said.told, said.used, said.retries, said.tokens) == (0, 0, 0.0, 0)


def test_the_told_are_held_against_the_untold() -> None:
    said = benefit(ledger_with(told=20, harmful=1, untold=10, failed_untold=8))
    assert said.retries == 0.8 * 20 - 1
    assert said.tokens == 1500
    assert (said.used, said.told, said.helped, said.hurt) == (1, 20, 10, 1)


def test_nothing_is_claimed_where_nobody_went_untold_or_it_did_not_help() -> None:
    assert benefit(ledger_with(told=20, harmful=0, untold=0, failed_untold=0)).retries == 0.0
    assert benefit(ledger_with(told=10, harmful=9, untold=10, failed_untold=1)).retries == 0.0


def test_two_learnings_about_one_failure_spare_it_once() -> None:
    ledger = ledger_with(told=20, harmful=0, untold=10, failed_untold=5)
    once = benefit(ledger).retries
    name = add(ledger, lesson("something quite different"))
    ledger.put(replace(ledger.standings[name], status="trusted", told=20))
    assert benefit(ledger).retries == once


def test_candidates_spare_nothing() -> None:
    ledger = ledger_with(told=20, harmful=0, untold=10, failed_untold=5)
    (standing,) = ledger
    ledger.put(replace(standing, status="candidate"))
    assert benefit(ledger).retries == 0.0
