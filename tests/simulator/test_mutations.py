"""The simulator sees what it is for: each promise breaks once its guard is taken out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import pytest

from orchestrator.application import execute, land
from orchestrator.application.engine import Engine
from orchestrator.domain import fold, parking, schedule
from orchestrator.domain.attempt import AttemptResult
from orchestrator.domain.events import (
    AttemptEnded,
    Event,
    LandingEnded,
    RunResumed,
)
from orchestrator.domain.fold import attempts, learnings
from orchestrator.domain.landing import Settled
from orchestrator.domain.learnings import choice, life
from orchestrator.domain.learnings.holding import holds
from orchestrator.domain.learnings.learning import Learning
from orchestrator.domain.learnings.ledger import Ledger
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.pace import Pace
from orchestrator.domain.playbook import Verify
from orchestrator.domain.run import Run
from orchestrator.domain.schedule import Capacity, StartAttempt
from orchestrator.ports.journal import Recorded
from orchestrator.ports.repository import Repository
from tests.simulator import invariants
from tests.simulator.repository import MemoryRepository
from tests.simulator.scenario import scenario
from tests.simulator.world import World, lived

SEEDS = 400

Promise = Callable[[World, Run], None]


def broken(promise: Promise) -> bool:
    """Say whether any seed breaks the promise, or brings the run to no end at all."""
    for seed in range(SEEDS):
        try:
            world, run = lived(scenario(seed))
            promise(world, run)
        except (AssertionError, ValueError, KeyError):
            return True
    return False


def is_rejection(event: Event) -> bool:
    return isinstance(event, AttemptEnded) and event.result.outcome == "rejected"


def no_task_is_stranded(_: World, run: Run) -> None:
    invariants.no_task_is_stranded(run)


def nothing_acknowledged_is_lost(world: World, _: Run) -> None:
    invariants.nothing_acknowledged_is_lost(world)


def every_accepted_change_set_is_pinned(world: World, _: Run) -> None:
    invariants.every_accepted_change_set_is_pinned(world)


def test_without_a_mutation_nothing_is_broken() -> None:
    assert not broken(invariants.check)


def test_shown_before_it_is_durable(monkeypatch: pytest.MonkeyPatch) -> None:
    def record(engine: Engine, events: Sequence[Event]) -> None:
        for event in events:
            fold.apply(engine._run, event)
        first = len(engine._journal.read()) + 1
        engine._observe(engine._run, [Recorded(first, 0.0, event) for event in events])
        engine._journal.append(events)

    monkeypatch.setattr(Engine, "_record", record)
    assert broken(nothing_acknowledged_is_lost)


def test_not_everything_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Engine._record

    def record(engine: Engine, events: Sequence[Event]) -> None:
        for event in filter(is_rejection, events):
            fold.apply(engine._run, event)
        whole(engine, [event for event in events if not is_rejection(event)])

    monkeypatch.setattr(Engine, "_record", record)
    assert broken(invariants.the_journal_says_it_all)


def test_recovery_that_does_not_look_at_the_branch(monkeypatch: pytest.MonkeyPatch) -> None:
    def reconcile(run: Run, repository: Repository, ref: str, concurrency: int) -> list[Event]:
        head = repository.head(ref) or run.head
        return [LandingEnded(batch=run.batches, head=head), RunResumed(concurrency=concurrency)]

    monkeypatch.setattr(execute, "reconcile", reconcile)
    assert broken(invariants.no_task_has_two_commits)


def test_landing_whatever_the_checks_say(monkeypatch: pytest.MonkeyPatch) -> None:
    def settle(_: Verify, length: int, __: object) -> Settled:
        return Settled(length, None)

    monkeypatch.setattr(land, "settle", settle)
    assert broken(invariants.nothing_untested_is_on_the_branch)


def test_resuming_without_giving_back_what_was_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def resumed(run: Run, _: RunResumed) -> None:
        run.ended, run.fault, run.landing = None, "", None

    monkeypatch.setitem(fold.MEANING, RunResumed, resumed)
    assert broken(no_task_is_stranded)


def test_late_results_that_are_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(run: Run, event: AttemptEnded) -> None:
        result: AttemptResult = event.result
        run.update(result.task, token=result.token)
        attempts.ended(run, event)

    monkeypatch.setitem(fold.MEANING, AttemptEnded, ended)
    assert broken(invariants.no_dead_attempt_counts)


def test_change_sets_that_nothing_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = MemoryRepository.move

    def move(repository: MemoryRepository, ref: str, new: str, old: str | None) -> bool:
        return ref.startswith("refs/leafcut/attempt/") or whole(repository, ref, new, old)

    monkeypatch.setattr(MemoryRepository, "move", move)
    assert broken(every_accepted_change_set_is_pinned)


def test_agents_that_are_started_in_spite_of_their_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = schedule._attempts

    def heedless(run: Run, capacity: Capacity, *, away: Iterable[str]) -> Iterator[StartAttempt]:
        assert away is not None
        return whole(run, capacity, away=())

    monkeypatch.setattr(schedule, "_attempts", heedless)
    assert broken(invariants.no_agent_works_before_its_limit_is_over)


def test_limits_that_are_lifted_before_they_are_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parking, "over", lambda run, _now: list(run.parked_until))
    assert broken(invariants.no_agent_works_before_its_limit_is_over)


def test_limits_that_are_never_lifted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parking, "over", lambda _run, _now: [])
    assert broken(no_task_is_stranded)


def test_limits_that_spend_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = fold.parking.park

    def park(run: Run, of: Run, result: AttemptResult) -> None:
        whole(run, of, result)
        of.update(result.task, agent_attempts=of.tasks[result.task].agent_attempts + 1)

    monkeypatch.setattr(fold.parking, "park", park)
    assert broken(invariants.no_limit_spends_an_attempt)


def test_tasks_that_wait_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Run, "needs", lambda _run, _task: frozenset())
    assert broken(invariants.dependencies_landed_first)


def test_telling_what_is_retired(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "_free", lambda ledger, _giving: iter(ledger))
    assert broken(invariants.nobody_is_told_what_nobody_should_be)


def test_telling_everybody_at_once_of_a_candidate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "MOST_AT_ONCE", 99)
    assert broken(invariants.nobody_is_told_what_nobody_should_be)


def test_telling_what_has_expired(monkeypatch: pytest.MonkeyPatch) -> None:
    def never_expires(learning: Learning, files: Sequence[str], playbook: str, _: float) -> bool:
        return holds(learning, files, playbook, 0.0)

    monkeypatch.setattr("orchestrator.domain.learnings.choice.holds", never_expires)
    assert broken(invariants.nobody_is_told_what_nobody_should_be)


def test_waiting_for_attempts_that_died(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ledger, "forget_attempts", lambda _: None)
    assert broken(invariants.nobody_is_told_what_nobody_should_be)


def test_counting_what_dead_attempts_say(monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(run: Run, event: AttemptEnded) -> None:
        learnings.weigh(run, run.tasks[event.result.task], event.result, repeated=False)
        attempts.ended(run, event)

    monkeypatch.setitem(fold.MEANING, AttemptEnded, ended)
    assert broken(invariants.counters_are_what_attempts_said)


def test_verdicts_that_bring_back_what_is_retired(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = life.judged

    def judged(standing: Standing, said: life.Vote) -> Standing:
        new = whole(standing, said)
        return replace(new, status="trusted") if said == "clean" else new

    monkeypatch.setattr(life, "judged", judged)
    assert broken(invariants.learnings_move_as_the_table_says)


def test_starting_attempts_in_spite_of_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    def heedless(run: Run, capacity: Capacity) -> Sequence[schedule.Action]:
        paused, run.paused = run.paused, False
        actions = schedule.decide(run, capacity)
        run.paused = paused
        return actions

    monkeypatch.setattr("orchestrator.application.engine.decide", heedless)
    assert broken(invariants.nothing_starts_while_it_is_paused)


def test_lowering_the_attempts_at_once_without_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    def allowing(pace: Pace, attempts: int) -> Pace:
        most = max(pace.most_at_once, attempts)
        return replace(pace, window=float(most), most_at_once=most)

    def capacity(engine: Engine) -> Capacity:
        return Capacity(99, engine._stopping, engine._unread.tasks, 0.0, engine._now())

    monkeypatch.setattr(Pace, "allowing", allowing)
    monkeypatch.setattr(Engine, "_capacity", capacity)
    assert broken(invariants.no_more_work_than_a_person_allows)
