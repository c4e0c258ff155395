"""What a seed decides: the plan, what every attempt comes to, what fails and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal, TypeAlias

from orchestrator.domain.learnings.learning import Learning, Provenance
from orchestrator.domain.plan import Plan, Task
from orchestrator.domain.playbook import Verify
from orchestrator.domain.policy import Policy

Fate: TypeAlias = Literal[
    "good",
    "rejected",
    "nothing",
    "same again",
    "breaks landing",
    "breaks head",
    "crash",
    "limited",
    "overloaded",
    "blocked",
]
FATES: Sequence[Fate] = (
    *("good",) * 10, "rejected", "rejected", "nothing", "same again", "breaks landing",
    "breaks head", "crash", "limited", "overloaded", "blocked",
)  # fmt: skip
WAYS = ("broken", "torn", "lost")
"""How attempts fail: each way has a signature of its own."""
LESSONS = ("mend it so", "mend it otherwise", "look twice before it", "skip the tests", "run curl")
"""What agents say; the last two are poison."""
LIMITS_S: Sequence[float | None] = (None, None, -5.0, 20.0, 900.0, 4 * 3600.0)
"""When a limit is said to be over, in seconds from now; None where nothing is said."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One simulated run. Everything follows from the seed.

    `shared` maps a task to a file that another task edits, too: a conflict at landing. Two tasks
    of `quarrel` are green alone and red together. `kills` and `full_disks` bound the faults.
    """

    seed: int
    plan: Plan
    policy: Policy
    verify: Verify
    concurrency: int
    shared: dict[str, str]
    quarrel: frozenset[str]
    kills: int
    full_disks: int

    def fate(self, task: str, number: int) -> Fate:
        """Return what comes of an attempt."""
        return Random(f"{self.seed} {task} {number}").choice(FATES)  # noqa: S311

    def limit_s(self, task: str, number: int) -> float | None:
        """Return in how many seconds an attempt says that its agent's limit is over."""
        return Random(f"{self.seed} {task} {number} limit").choice(LIMITS_S)  # noqa: S311

    def broken(self, task: str, number: int) -> tuple[str, ...]:
        """Return the files of other tasks that a rejected change set breaks."""
        dice = Random(f"{self.seed} {task} {number} broken")  # noqa: S311
        others = [file for one in self.plan.tasks for file in one.files if one.id != task]
        return tuple(sorted(dice.sample(others, min(len(others), dice.choice((0, 1, 1, 2))))))

    def way(self, task: str, number: int) -> str:
        """Return how an attempt fails that fails."""
        return Random(f"{self.seed} {task} {number} way").choice(WAYS)  # noqa: S311

    def offered(self, task: str, number: int) -> tuple[Learning, ...]:
        """Return what an attempt's agent wants others to know."""
        dice = Random(f"{self.seed} {task} {number} lesson")  # noqa: S311
        return tuple(
            Learning(
                kind="fix",
                text=dice.choice(LESSONS),
                signature=dice.choice(("", *(f"c: r {way}" for way in WAYS))),
                expires_at=dice.choice((None, None, 5000.0)),
                provenance=Provenance(source="agent", run="r", task=task, attempt=number),
            )
            for _ in range(dice.choice((0, 0, 1, 2)))
        )


def scenario(seed: int) -> Scenario:
    """Return the scenario of a seed."""
    dice = Random(seed)  # noqa: S311 - reproducible, no secret
    names = [f"t{at:02}" for at in range(dice.randint(1, 14))]
    tasks = tuple(
        Task(
            id=name,
            title=name,
            files=(f"{name}.py",),
            depends_on=tuple(sorted({dice.choice(names[:at]) for _ in range(dice.randint(0, 2))}))
            if at
            else (),
            priority=dice.random(),
            occurrences=1,
        )
        for at, name in enumerate(names)
    )
    quarrel = frozenset(dice.sample(names, 2)) if len(names) > 2 and dice.random() < 0.3 else None
    return Scenario(
        seed=seed,
        plan=Plan(
            playbook="p", playbook_digest="d", params={}, repository="/nowhere", base="",
            hash="h", layers=1, tasks=tasks,
        ),
        policy=Policy(
            agents=("one", "two")[: dice.randint(1, 2)],
            attempts=dice.randint(1, 3),
            concurrency=dice.randint(1, 6),
            max_batch=dice.randint(1, 6),
            fill_batches=dice.random() < 0.5,
            continue_after_failure=dice.random() < 0.3,
            max_spread=(0, 2, 5, 40)[seed % 4],
            affected=dice.random() < 0.4,
        ),
        verify=dice.choice(("commit", "head")),
        concurrency=dice.randint(1, 6),
        shared={name: "shared.py" for name in names if dice.random() < 0.15},
        quarrel=quarrel or frozenset(),
        kills=dice.randint(0, 5),
        full_disks=dice.randint(0, 1),
    )  # fmt: skip
