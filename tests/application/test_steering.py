"""The engine under a person's hand: samples, trials, budgets of time, commands."""

import dataclasses

from orchestrator.adapters.executor import ThreadExecutor
from orchestrator.adapters.journal.memory import MemoryJournal
from orchestrator.application.engine import Engine, Received
from orchestrator.application.steering import steering_document
from orchestrator.application.timeline import timeline_of
from orchestrator.domain.attempt import AttemptResult, AttemptSpec, Usage
from orchestrator.domain.budget import Budget
from orchestrator.domain.events import (
    AttemptStarted,
    BaselineTaken,
    CommandAccepted,
    Event,
    PersonCommand,
    PlaybookChanged,
    RunEnded,
    RunResumed,
    RunStarted,
)
from orchestrator.domain.fold import apply, fold
from orchestrator.domain.run import Run
from orchestrator.domain.schedule import End
from orchestrator.ports.journal import Recorded
from tests.support.effects import FixedClock, ScriptedEffects, accepted
from tests.support.plans import BASE, make_run

CHAIN: dict[str, list[str]] = {"a": [], "b": ["a"], "c": ["b"]}


def engine_for(run: Run, effects: ScriptedEffects, journal: MemoryJournal, *, elapsed: float = 0.0) -> Engine:  # fmt: skip  # noqa: E501
    executor: ThreadExecutor[Received] = ThreadExecutor(4)
    return Engine(
        run, journal, effects, executor, observe=lambda _run, _recorded: None,
        elapsed=lambda: elapsed,
    )  # fmt: skip


def begun(run: Run, journal: MemoryJournal, *sample: str, trial: bool = False) -> None:
    event = RunStarted(
        run="r", plan_hash="h", base=BASE, branch="b", sandbox="s", agents=("codemod",),
        concurrency=1, version="0", sample=sample, trial=trial,
    )  # fmt: skip
    apply(run, event)
    journal.append([event])


def test_a_run_waits_after_its_sample_and_a_command_lets_it_go_on() -> None:
    run, journal = make_run(CHAIN, checkpoints=("sample",)), MemoryJournal(FixedClock())
    begun(run, journal, "a")
    effects = ScriptedEffects(accepted)
    assert engine_for(run, effects, journal).go() == End("waiting", "checkpoint sample", "sample")
    assert [spec.task.id for spec in effects.attempts] == ["a"]
    journal.ask(PersonCommand(id=0, who="me", action="approve", checkpoint="sample"))
    assert engine_for(run, effects, journal).go() == End("done")
    again = fold(run.plan, run.policy, [entry.event for entry in journal.read()])
    assert again.tasks == run.tasks


def test_a_trial_sees_the_base_and_lands_nothing() -> None:
    run, journal = make_run(CHAIN, checkpoints=("sample",)), MemoryJournal(FixedClock())
    begun(run, journal, "b", "c", trial=True)

    def script(spec: AttemptSpec) -> AttemptResult:
        outcome = accepted(spec)
        if spec.task.id == "c":
            outcome = dataclasses.replace(outcome, outcome="rejected", change_hash="same")
        return dataclasses.replace(outcome, usage=Usage(tokens=3, cost_usd=0.5))

    effects = ScriptedEffects(script)
    assert engine_for(run, effects, journal).go().checkpoint == "sample"
    assert {(spec.base, spec.trial) for spec in effects.attempts} == {(run.plan.base, True)}
    assert {spec.token for spec in effects.attempts} == {
        "r/trial/b/1",
        "r/trial/c/1",
        "r/trial/c/2",
    }
    assert effects.batches == []
    assert (run.tokens, run.cost_usd, run.attempts) == (9, 1.5, 3)
    assert {status.state for status in run.tasks.values()} == {"ready", "pending"}
    document = steering_document(run, journal.read(), 0.0, alive=False)
    sample = document["sample"]
    assert isinstance(sample, dict)
    assert (sample["forecast"]["succeeded"], sample["forecast"]["observed"]) == (1, 2)
    again = fold(run.plan, run.policy, [entry.event for entry in journal.read()])
    assert again.trial is not None
    assert run.trial is not None
    assert again.trial.tasks == run.trial.tasks


def test_a_persons_note_goes_with_the_attempt() -> None:
    run, journal = make_run({"a": []}, attempts=1), MemoryJournal(FixedClock())

    def script(spec: AttemptSpec) -> AttemptResult:
        result = accepted(spec)
        return result if spec.note else dataclasses.replace(result, outcome="rejected")

    effects = ScriptedEffects(script)
    assert engine_for(run, effects, journal).go().state == "incomplete"
    journal.ask(PersonCommand(id=0, who="me", action="retry", note="use the stubs"))
    assert engine_for(run, effects, journal).go() == End("done")
    assert [spec.note for spec in effects.attempts] == ["", "use the stubs"]
    (said,) = [e.event for e in journal.read() if isinstance(e.event, CommandAccepted)]
    assert said.note == "use the stubs"


def test_no_attempt_starts_once_the_time_is_up() -> None:
    run, journal = make_run(CHAIN, budget=Budget(wall_s=10)), MemoryJournal(FixedClock())
    end = engine_for(run, ScriptedEffects(accepted), journal, elapsed=11).go()
    assert end == End("incomplete", "the budget of 10 s is spent")
    assert not any(isinstance(entry.event, AttemptStarted) for entry in journal.read())


def recorded(*events: tuple[float, Event]) -> list[Recorded]:
    return [Recorded(number, at, event) for number, (at, event) in enumerate(events, 1)]


def test_time_at_a_checkpoint_and_between_processes_does_not_count() -> None:
    run = make_run({})
    started = RunStarted(
        run="r", plan_hash="h", base=BASE, branch="b", sandbox="s", agents=(), concurrency=1,
        version="0",
    )  # fmt: skip
    took = BaselineTaken(checks=(), residue=0)
    changed = PlaybookChanged(digest="d", who="me", files=(), policy=run.policy, rebase=False)
    approved = CommandAccepted(command=1, who="me", action="approve")
    timeline = timeline_of(
        recorded(
            (0, started),
            (5, took),
            (7, RunEnded(state="waiting")),
            (50, approved),
            (60, changed),
            (100, RunResumed(concurrency=1)),
            (103, took),
            (500, RunResumed(concurrency=1)),
            (504, took),
            (600, changed),
            (700, RunResumed(concurrency=1)),
            (702, took),
        )
    )
    assert timeline_of([]).worked_s(9) == 0
    assert timeline.worked_s(timeline.at) == 7 + 3 + 4 + 2
    assert timeline.worked_s(710) == 7 + 3 + 4 + 10
