"""The simulated machine: what survives the death of a process, and the processes themselves."""

import errno
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor as PoolExecutor
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, Literal, cast

from orchestrator.adapters.crash_points import watched
from orchestrator.adapters.journal.memory import MemoryJournal
from orchestrator.application.effects import RunEffects
from orchestrator.application.execute import Execution, execute
from orchestrator.application.head import HeadCheck
from orchestrator.application.land import Landing
from orchestrator.application.telling import Tell
from orchestrator.application.workshop import Workshop
from orchestrator.domain.attempt import UNSPENT, AttemptResult, AttemptSpec
from orchestrator.domain.changes import ChangeSet, FileChange
from orchestrator.domain.clusters import signature
from orchestrator.domain.events import (
    AttemptEnded,
    BaselineTaken,
    CheckingStarted,
    Event,
    PersonCommand,
    RunStarted,
    Steering,
)
from orchestrator.domain.fold import fold
from orchestrator.domain.learnings.learning import Learning, Provenance
from orchestrator.domain.messages import candidate_message
from orchestrator.domain.playbook import Commit
from orchestrator.domain.run import Run
from orchestrator.domain.verdict import CheckResult, Failure, Verdict
from orchestrator.errors import MissingRequirementError
from orchestrator.ports.journal import Journal, Recorded
from orchestrator.ports.repository import Repository
from tests.simulator.executor import DiceExecutor, Killed
from tests.simulator.repository import MemoryRepository
from tests.simulator.scenario import LESSONS, Fate, Scenario

REF = "refs/heads/leafcut/integration"
CONTENT: Mapping[Fate, str] = {"breaks landing": "red", "breaks head": "hidden"}
ACTIONS: Sequence[Literal["stop", "retry", "pause"]] = ("stop", "retry", "pause")
BETWEEN_LIVES_S: Sequence[float] = (1, 600, 7200)
"""How many seconds may pass before another process goes on."""
IDLE_S = 600.0
"""How many seconds pass while the engine waits for nothing else."""
LIVES = 40
"""How many processes may work on one run: far more than faults can end."""


class Tick:
    """A clock that goes on by a second whenever it is looked at."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        """Return the next second."""
        self.time += 1
        return self.time


class Inline(PoolExecutor):
    """Landing's checks, one after the other."""

    def submit(self, call: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """Do it now."""
        future: Future[Any] = Future()
        try:
            future.set_result(call(*given, **named))
        except BaseException as error:  # noqa: BLE001 - it belongs to whoever asks for the result
            future.set_exception(error)
        return future


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedEffects(RunEffects):
    """Real landings; attempts that come to what the scenario says."""

    world: "World"

    def attempt(self, spec: AttemptSpec, tell: Tell) -> AttemptResult:
        """Commit and pin a change set, and say what the scenario wants said of it."""
        fate = self.world.scenario.fate(spec.task.id, spec.number)
        for learning in self.world.scenario.offered(spec.task.id, spec.number):
            tell(learning)
        if fate == "crash":
            raise MissingRequirementError("the sandbox is gone")
        if fate not in UNSPENT:
            tell(CheckingStarted(task=spec.task.id, token=spec.token))
        ended = AttemptResult(
            task=spec.task.id, number=spec.number, token=spec.token, outcome="unchanged", residue=1,
            learnings=tuple(one.id for one in spec.learnings),
        )  # fmt: skip
        if fate == "nothing":
            return ended
        if fate == "blocked":
            return replace(ended, outcome="blocked", residue=None, reason="it cannot be done")
        changes = self.world.change(spec, CONTENT.get(fate, "green"))
        repository = self.landing.repository
        commit = repository.commit(
            spec.base, changes, candidate_message(spec.run, spec.task, spec.number, spec.agent)
        )
        assert repository.move(f"refs/leafcut/attempt/{spec.task.id}/{spec.number}", commit, None)
        if fate in UNSPENT:
            return replace(
                ended, outcome=fate, residue=None, commit=commit, retry_at=self._retry_at(spec)
            )
        return replace(
            ended,
            outcome="rejected" if fate == "rejected" else "accepted",
            verdict=self._verdict(spec) if fate == "rejected" else Verdict(),
            commit=commit,
            files=changes.paths,
            change_hash="same" if fate == "same again" else changes.hash,
            residue=0,
            proposed=() if fate == "rejected" else self._lesson(spec),
        )

    def _lesson(self, spec: AttemptSpec) -> tuple[Learning, ...]:
        """Say what the verdicts teach: what failed before has passed now."""
        failures = spec.last_verdict.reasons[:1] if spec.last_verdict else ()
        return tuple(
            Learning(
                kind="fix",
                text=f"{spec.task.id} got over it so",
                signature=signature(failure),
                provenance=Provenance(
                    source="verdict", run=spec.run, task=spec.task.id, attempt=spec.number
                ),
            )
            for failure in failures
        )

    def _retry_at(self, spec: AttemptSpec) -> float | None:
        """Say when the agent may work again, if it is told."""
        limit = self.world.scenario.limit_s(spec.task.id, spec.number)
        return None if limit is None else self.world.clock.time + limit

    def _verdict(self, spec: AttemptSpec) -> Verdict:
        """Say which other files are broken."""
        broken = self.world.scenario.broken(spec.task.id, spec.number)
        way = self.world.scenario.way(spec.task.id, spec.number)
        return Verdict(checks=(_red(tuple(Failure("c", file, "r", way) for file in broken)),))

    def interrupt(self) -> None:
        """Nothing takes time here."""


@dataclass(slots=True)
class World:
    """What lasts: the repository and the journal. `tested` are the trees that checks found green,
    each with whether all checks looked.

    `acknowledged` are the events that an observer was shown, `late` the results of attempts whose
    process died before it could record them. `run` is the state that the process at work has,
    `pauses` how often a person has let a paused one go on.
    """

    scenario: Scenario
    repository: MemoryRepository = field(init=False)
    journal: MemoryJournal = field(init=False)
    clock: Tick = field(default_factory=Tick)
    dice: Random = field(init=False)
    tested: set[tuple[str, bool]] = field(default_factory=set)
    acknowledged: list[Recorded] = field(default_factory=list)
    late: list[Event] = field(default_factory=list)
    kills: int = 0
    full_disks: int = 0
    dead: bool = False
    quiet: bool = False
    run: Run | None = None
    pauses: int = 0

    def __post_init__(self) -> None:
        """Lay out the repository and an empty journal."""
        names = [task.id for task in self.scenario.plan.tasks]
        files = {f"{name}.py": b"old" for name in names} | {"shared.py": b""}
        self.repository = MemoryRepository(files)
        self.journal = MemoryJournal(self.clock)
        self.dice = Random(self.scenario.seed + 1)  # noqa: S311
        self.kills, self.full_disks = self.scenario.kills, self.scenario.full_disks

    def change(self, spec: AttemptSpec, content: str) -> ChangeSet:
        """Return an attempt's change set."""
        name = spec.task.id
        edits = {spec.task.files[0]: f"{content} {spec.number}".encode()}
        if name in self.scenario.shared:
            before = self.repository.read(spec.base, "shared.py") or b""
            edits["shared.py"] = before + f"{name} {spec.number}\n".encode()
        if name in self.scenario.quarrel:
            edits[f"{name}.quarrel"] = b"here"
        return ChangeSet(tuple(FileChange(p, "100644", c) for p, c in sorted(edits.items())))

    def is_green(self, commit: str, *, whole: bool) -> bool:
        """Say what the checks of this world think of a tree: those of landing, or all."""
        tree = self.repository.commits[commit].tree
        quarrel = self.scenario.quarrel
        red = (b"red", b"hidden") if whole else (b"red",)
        both = bool(quarrel) and all(f"{name}.quarrel" in tree for name in quarrel)
        return not both and not any(content.startswith(red) for content in tree.values())

    # -- processes ---------------------------------------------------------------------------

    def live(self) -> Run | None:
        """Let one process work on the run; None when it was killed or could not go on."""
        self.dead = False
        self.clock.time += self.dice.choice(BETWEEN_LIVES_S)
        executor = DiceExecutor(self.dice, self.alive, self._pass_time)
        run = fold(self.plan, self.scenario.policy, [e.event for e in self.journal.read()])
        self.run = run
        for event in self.late:
            executor.post(event)
        self.late = []
        if self.dice.random() < 0.2 and not self.quiet:
            self.journal.ask(PersonCommand(id=0, who="me", action=self.dice.choice(ACTIONS)))
        self._speak_of_learnings(list(run.ledger.standings))
        try:
            return execute(run, self._started(), self._execution(executor), self._observe, _nobody)
        except (Killed, MissingRequirementError, OSError):
            return None

    def _speak_of_learnings(self, known: Sequence[str]) -> None:
        """Let a person add, retire or trust one now and then."""
        dice = Random(f"{self.scenario.seed} {len(self.acknowledged)} person")  # noqa: S311
        said = dice.choice((None, "add", "retire", "trust"))
        if said == "add":
            learning = Learning(
                kind="convention",
                text=dice.choice(LESSONS),
                provenance=Provenance(source="person", run="r", who="me"),
            )
            command = PersonCommand(id=0, who="me", action="add_learning", learning=learning)
            self.journal.ask(command)
        elif said and known:
            action: Steering = "retire_learning" if said == "retire" else "trust_learning"
            named = (dice.choice(known),)
            self.journal.ask(PersonCommand(id=0, who="me", action=action, learnings=named))

    @property
    def plan(self) -> Any:
        """Return the plan on this repository's base."""
        return replace(self.scenario.plan, base=self.repository.base)

    def alive(self) -> None:
        """Raise when the process is dead."""
        if self.dead:
            raise Killed

    def reached(self, point: str) -> None:
        """Die here, or find the disk full, if the dice say so."""
        self.alive()
        if self.kills and self.dice.random() < 0.03:
            self.kills -= 1
            self.dead = True
            raise Killed
        full = point == "journal.append:before" and self.full_disks and self.dice.random() < 0.03
        if full:
            self.full_disks -= 1
            raise OSError(errno.ENOSPC, "no space left on device")

    def _pass_time(self) -> None:
        """Let time pass while nothing happens; a person looks by, and ends a pause."""
        self.clock.time += IDLE_S
        if self.run is not None and self.run.paused and not self.journal.commands():
            self.pauses += 1
            self.journal.ask(PersonCommand(id=0, who="me", action="unpause"))

    def _observe(self, _: Run, recorded: Sequence[Recorded]) -> None:
        self.acknowledged += recorded
        dice = Random(f"{self.scenario.seed} {len(self.acknowledged)} pace")  # noqa: S311
        if not self.quiet and dice.random() < 0.05:
            self.journal.ask(PersonCommand(id=0, who="me", action="pause"))
        if dice.random() < 0.05:
            jobs = dice.choice((0, 1, 2, 5, 99))
            self.journal.ask(PersonCommand(id=0, who="me", action="concurrency", concurrency=jobs))

    def _started(self) -> RunStarted:
        return RunStarted(
            run="r", plan_hash="h", base=self.repository.base, branch=REF, sandbox="none",
            agents=self.scenario.policy.agents, concurrency=self.scenario.concurrency,
            version="0",
        )  # fmt: skip

    def _execution(self, executor: DiceExecutor) -> Execution:
        repository: Repository = watched("repository", self.repository, self.reached)
        journal: Journal = watched("journal", self.journal, self.reached)
        some = partial(self._check, whole=not self.scenario.policy.affected)
        landing = Landing(repository, REF, self.scenario.verify, some, Inline())
        head_check = HeadCheck(repository, REF, partial(self._check, whole=True))
        return Execution(
            journal=journal,
            repository=repository,
            worktrees=_NoWorktrees(),
            effects=SimulatedEffects(
                run="r", shop=cast("Workshop", None), landing=landing,
                head_check=head_check, commit=Commit(message="m"),
                values={}, author="Ada <ada@example.org>", world=self,
            ),
            baseline=_NoBaseline(),
            scan=lambda _tree, _files, _scratch: {},
            ref=REF,
            concurrency=self.scenario.concurrency,
            executor=_Remembering(executor, self),
            now=self.clock.now,
        )  # fmt: skip

    def _check(self, commit: str, _: Sequence[str], *, whole: bool) -> tuple[CheckResult, ...]:
        self.alive()
        if not self.quiet and self.dice.random() < 0.01:
            raise MissingRequirementError("the check's tool is gone")
        green = self.is_green(commit, whole=whole)
        if green:
            self.tested.add((self.repository.tree_of(commit), whole))
        failures = () if green else (Failure("c", "", "red", "red"),)
        return (
            CheckResult(
                check="c", outcome="passed" if green else "failed", command="c",
                exit_code=0 if green else 1, duration_s=0.0, failures=failures,
            ),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Remembering:
    """Keeps for the next life what a dying process had in hand."""

    inner: DiceExecutor
    world: World

    def submit(self, effect: Callable[[], None]) -> None:
        """Pass an effect on."""
        self.inner.submit(effect)

    def post(self, message: Any) -> None:
        """Pass a message on, and keep a result that will come too late."""
        if self.world.dead and isinstance(message, AttemptEnded):
            self.world.late.append(message)
        self.inner.post(message)

    def receive(self, timeout_s: float) -> list[Any]:
        """Receive; a result in hand at death comes late."""
        taken = self.inner.receive(timeout_s)
        self.world.late += [one for one in taken if isinstance(one, AttemptEnded)]
        del self.world.late[:-3]
        return taken

    def finish(self) -> list[Any]:
        """Let everything run to its end."""
        return self.inner.finish()


@dataclass(frozen=True, slots=True)
class _NoWorktrees:
    """Worktrees that hold no file."""

    def lease(self) -> AbstractContextManager[Any]:
        """Lend an empty one."""
        nowhere = Path("/nonexistent")
        return nullcontext(
            SimpleNamespace(root=nowhere, slot=nowhere, scratch=nowhere, reset=lambda *_: None)
        )


@dataclass(frozen=True, slots=True)
class _NoBaseline:
    """Nothing is red on the base."""

    def take(self) -> BaselineTaken:
        """Find nothing."""
        return BaselineTaken(checks=(), residue=0)

    def recall(self, taken: BaselineTaken) -> None:
        """Remember nothing."""


def _red(failures: tuple[Failure, ...]) -> CheckResult:
    return CheckResult(
        check="c", outcome="failed", command="c", exit_code=1, duration_s=0.0, failures=failures
    )


def _nobody(_: object) -> None:
    pass


def lived(scenario: Scenario) -> tuple[World, Run]:
    """Let processes work on a scenario's run, one after the other's death, until it has ended."""
    world = World(scenario)
    for life in range(LIVES):
        world.quiet = life > LIVES // 2
        run = world.live()
        if run is not None and run.ended is not None and run.ended.state != "stopped":
            return world, run
    message = f"seed {scenario.seed}: no end after {LIVES} processes"
    raise AssertionError(message)
