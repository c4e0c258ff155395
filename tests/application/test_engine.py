"""The engine: what it records, in which order, and how it stops."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from orchestrator.adapters.executor import ThreadExecutor
from orchestrator.adapters.journal.memory import MemoryJournal
from orchestrator.application.engine import POLL_S, Engine, Received
from orchestrator.domain.attempt import AttemptResult, AttemptSpec
from orchestrator.domain.events import (
    AttemptEnded,
    AttemptStarted,
    BaselineTaken,
    CommandAccepted,
    LandingEnded,
    PersonCommand,
    Unparked,
)
from orchestrator.domain.fold import fold
from orchestrator.domain.lifecycle import BUSY
from orchestrator.domain.run import Run
from orchestrator.domain.schedule import End
from orchestrator.errors import InvalidInputError, MissingRequirementError
from orchestrator.ports.journal import Recorded
from tests.support.effects import FixedClock, ScriptedEffects, accepted
from tests.support.plans import make_run
from tests.support.waiting import until

CHAIN: dict[str, list[str]] = {"a": [], "b": ["a"], "c": ["b"]}
WIDE: dict[str, list[str]] = {f"t{n:02}": [] for n in range(40)}


def engine_for(
    run: Run,
    effects: ScriptedEffects,
    journal: MemoryJournal,
    now: Callable[[], float] = lambda: 0.0,
    baseline: Callable[[], BaselineTaken] | None = None,
) -> Engine:
    def observe(_: Run, __: Sequence[Recorded]) -> None:
        pass

    executor: ThreadExecutor[Received] = ThreadExecutor(10)
    return Engine(run, journal, effects, executor, observe=observe, now=now, baseline=baseline)


def test_a_chain_lands_in_order_each_task_on_what_landed_before() -> None:
    run, effects = make_run(CHAIN), ScriptedEffects(accepted)
    end = engine_for(run, effects, MemoryJournal(FixedClock())).go()
    assert end == End("done")
    assert [spec.task.id for spec in effects.attempts] == ["a", "b", "c"]
    assert [spec.base for spec in effects.attempts] == [run.plan.base, "head1", "head2"]


def test_as_many_attempts_run_at_once_as_the_concurrency_allows_and_no_more() -> None:
    together = threading.Barrier(3)

    def script(spec: AttemptSpec) -> AttemptResult:
        if spec.task.id in {"t00", "t01", "t02"}:
            together.wait(10)
        time.sleep(0.002)
        return accepted(spec)

    run, effects = make_run(WIDE, concurrency=3), ScriptedEffects(script)
    engine_for(run, effects, MemoryJournal(FixedClock())).go()
    assert run.counts["landed"] == len(WIDE)
    assert effects.most_at_once == 3


def test_an_intent_is_durable_before_its_effect_begins() -> None:
    journal = MemoryJournal(FixedClock())

    def script(spec: AttemptSpec) -> AttemptResult:
        started = {e.event.token for e in journal.read() if isinstance(e.event, AttemptStarted)}
        assert spec.token in started
        return accepted(spec)

    run = make_run(WIDE)
    assert engine_for(run, ScriptedEffects(script), journal).go() == End("done")


def test_the_journal_alone_gives_the_same_state_again() -> None:
    run, journal = make_run(WIDE), MemoryJournal(FixedClock())
    engine_for(run, ScriptedEffects(accepted), journal).go()
    again = fold(run.plan, run.policy, [entry.event for entry in journal.read()])
    assert again.tasks == run.tasks
    assert again.head == run.head


def test_intent_stands_before_its_result() -> None:
    run, journal = make_run(CHAIN), MemoryJournal(FixedClock())
    engine_for(run, ScriptedEffects(accepted), journal).go()
    events = [entry.event for entry in journal.read()]
    for task in CHAIN:
        kinds = [
            type(event)
            for event in events
            if (isinstance(event, AttemptStarted) and event.task == task)
            or (isinstance(event, AttemptEnded) and event.result.task == task)
        ]
        assert kinds == [AttemptStarted, AttemptEnded]


def test_a_rejected_task_is_sent_again_with_its_last_verdict() -> None:
    def script(spec: AttemptSpec) -> AttemptResult:
        if spec.number == 1:
            return AttemptResult(
                task=spec.task.id, number=1, token=spec.token, outcome="rejected", change_hash="x"
            )
        return accepted(spec)

    run, effects = make_run({"a": []}), ScriptedEffects(script)
    assert engine_for(run, effects, MemoryJournal(FixedClock())).go() == End("done")
    assert [spec.last_verdict is None for spec in effects.attempts] == [True, False]


def test_a_missing_requirement_stops_the_run_and_is_raised_to_the_caller() -> None:
    def script(spec: AttemptSpec) -> AttemptResult:
        raise MissingRequirementError(f"no tool for {spec.task.id}")

    run, journal = make_run({"a": []}), MemoryJournal(FixedClock())
    with pytest.raises(MissingRequirementError, match="no tool for a"):
        engine_for(run, ScriptedEffects(script), journal).go()
    assert run.ended is not None
    assert (run.ended.state, run.ended.reason) == ("stopped", "no tool for a")


def test_a_stop_interrupts_what_is_under_way_and_leaves_it_for_later() -> None:
    effects: ScriptedEffects

    def script(_: AttemptSpec) -> AttemptResult:
        engine.stop()
        effects.interrupted.wait(10)
        raise RuntimeError("the sandbox was closed")

    effects = ScriptedEffects(script)
    run = make_run({"a": [], "b": []})
    engine = engine_for(run, effects, MemoryJournal(FixedClock()))
    assert engine.go() == End("stopped", "stopped by a person")
    assert {status.state for status in run.tasks.values()} <= BUSY


def test_a_result_that_arrives_while_the_run_stops_is_recorded_too() -> None:
    effects: ScriptedEffects

    def script(spec: AttemptSpec) -> AttemptResult:
        engine.stop()
        effects.interrupted.wait(10)
        return accepted(spec)

    effects = ScriptedEffects(script)
    run = make_run({"a": []})
    engine = engine_for(run, effects, MemoryJournal(FixedClock()))
    assert engine.go().state == "stopped"
    assert run.tasks["a"].state == "queued"


def test_a_stop_command_of_another_process_is_obeyed_and_answered() -> None:
    journal = MemoryJournal(FixedClock())
    journal.ask(PersonCommand(id=0, who="me", action="stop"))
    run = make_run({"a": []})
    assert engine_for(run, ScriptedEffects(accepted), journal).go().state == "stopped"
    assert journal.commands() == []


def test_what_is_queued_together_lands_together_up_to_the_batch_limit() -> None:
    run, effects = make_run(WIDE, max_batch=5), ScriptedEffects(accepted)
    journal = MemoryJournal(FixedClock())
    engine_for(run, effects, journal).go()
    assert max(len(batch) for batch in effects.batches) <= 5
    landings = [e.event for e in journal.read() if isinstance(e.event, LandingEnded)]
    assert sum(len(landing.landed) for landing in landings) == len(WIDE)


def limited(spec: AttemptSpec, retry_at: float | None) -> AttemptResult:
    return replace(accepted(spec), outcome="limited", retry_at=retry_at, commit=None, reason="429")


def test_what_is_parked_goes_on_as_soon_as_its_limit_is_over() -> None:
    started: list[tuple[str, float]] = []
    until = time.time() + 0.3

    def script(spec: AttemptSpec) -> AttemptResult:
        started.append((spec.task.id, time.time()))
        return limited(spec, until) if len(started) == 1 else accepted(spec)

    run, journal = make_run({"a": [], "b": []}, concurrency=1), MemoryJournal(FixedClock())
    effects = ScriptedEffects(script)
    assert engine_for(run, effects, journal, now=time.time).go() == End("done")
    assert [task for task, _ in started] == ["a", "a", "b"]
    assert until <= started[1][1] < until + 0.25
    assert [e.event.agent for e in journal.read() if isinstance(e.event, Unparked)] == ["codemod"]
    again = fold(run.plan, run.policy, [entry.event for entry in journal.read()])
    assert again.tasks == run.tasks


def test_a_limit_without_a_time_is_dated_before_it_is_recorded() -> None:
    run, journal = make_run({"a": []}), MemoryJournal(FixedClock())
    now = [1000.0]

    def script(spec: AttemptSpec) -> AttemptResult:
        now[0] += 100
        return limited(spec, None) if spec.number == 1 else accepted(spec)

    def passing() -> float:
        now[0] += 10
        return now[0]

    engine = engine_for(run, ScriptedEffects(script), journal, now=passing)
    assert engine.go() == End("done")
    (first, _) = [e.event.result for e in journal.read() if isinstance(e.event, AttemptEnded)]
    assert first.retry_at is not None
    assert 1160 <= first.retry_at <= 1300


def test_a_run_that_would_wait_for_hours_stops_and_can_be_resumed() -> None:
    run, journal = make_run({"a": []}), MemoryJournal(FixedClock())
    effects = ScriptedEffects(lambda spec: limited(spec, 9000.0))
    end = engine_for(run, effects, journal, now=lambda: 1000.0).go()
    assert end == End("stopped", "codemod has met a limit: resume after 1970-01-01 02:30 UTC")
    later = fold(run.plan, run.policy, [entry.event for entry in journal.read()])
    effects = ScriptedEffects(accepted)
    assert engine_for(later, effects, journal, now=lambda: 9001.0).go() == End("done")
    assert [spec.number for spec in effects.attempts] == [2]


def test_the_next_attempt_is_told_what_came_of_those_before() -> None:
    def script(spec: AttemptSpec) -> AttemptResult:
        if spec.agent == "llm":
            return accepted(spec)
        return replace(
            accepted(spec), outcome="rejected", reason="types: bad", hand_off="changed a.py",
            commit="s" * 40,
        )  # fmt: skip

    run = make_run({"a": []}, agents=("codemod", "llm"), attempts=1, keep_work=True)
    effects = ScriptedEffects(script)
    assert engine_for(run, effects, MemoryJournal(FixedClock())).go() == End("done")
    first, second = effects.attempts
    assert (first.hand_off, first.history, first.seed) == ("", (), None)
    assert (second.hand_off, second.seed) == ("changed a.py", "s" * 40)
    assert second.history == ("1 codemod: rejected: types: bad",)


def test_a_person_is_answered_while_the_baseline_is_taken() -> None:
    """Checks may take long; nothing is begun before they have been seen."""
    run, effects = make_run(CHAIN), ScriptedEffects(accepted)
    journal = MemoryJournal(FixedClock())

    def take() -> BaselineTaken:
        time.sleep(POLL_S)  # so that the engine has looked for commands before
        journal.ask(PersonCommand(id=0, who="me", action="skip", tasks=("c",), reason="no"))
        until(lambda: not journal.commands(), "nobody answers", within_s=10)
        return BaselineTaken(checks=(), residue=3)

    assert engine_for(run, effects, journal, baseline=take).go() == End("done")
    kinds = [type(entry.event) for entry in journal.read()]
    assert kinds.index(CommandAccepted) < kinds.index(BaselineTaken) < kinds.index(AttemptStarted)
    assert run.tasks["c"].state == "skipped"


def test_a_run_that_is_stopped_before_its_baseline_has_none() -> None:
    """The checks were interrupted: what they say is not so."""
    run, effects = make_run(CHAIN), ScriptedEffects(accepted)
    journal = MemoryJournal(FixedClock())

    def take() -> BaselineTaken:
        journal.ask(PersonCommand(id=0, who="me", action="stop"))
        assert effects.interrupted.wait(10)
        return BaselineTaken(checks=(), residue=3)

    end = engine_for(run, effects, journal, baseline=take).go()
    assert end == End("stopped", "stopped by a person")
    assert run.baseline is None
    assert not effects.attempts


def test_a_baseline_that_cannot_be_taken_ends_the_run_with_its_reason() -> None:
    run, journal = make_run(CHAIN), MemoryJournal(FixedClock())

    def take() -> BaselineTaken:
        raise InvalidInputError("the check tests cannot run")

    with pytest.raises(InvalidInputError, match="tests cannot run"):
        engine_for(run, ScriptedEffects(accepted), journal, baseline=take).go()
    assert run.ended is not None
    assert run.ended.reason == "the check tests cannot run"
