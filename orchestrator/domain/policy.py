"""How a run behaves: what its playbook and its command line say, as one value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from orchestrator.domain.budget import Budget
from orchestrator.domain.durations import seconds
from orchestrator.domain.plan import TaskStage
from orchestrator.domain.playbook import Learnings, Limits, Playbook
from orchestrator.domain.staging import AROUND, playbook_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the playbook and the command line say about how a run behaves.

    `attempts` counts the tries of one agent at one task, `concurrency` the attempts at once;
    `max_tasks` bounds how many tasks are started at all, None for no bound; `checkpoints` names
    where the run waits for a person. `fill_batches` is for landings that cost the same however
    many commits they hold: they wait for more while slots have work. With `affected` landings run
    only the checks that a change can reach, so the last head is checked whole. `stage_agents` are
    the ladders of stages that have their own. With `follow_up` what a landed task left becomes a
    task for the next agent. `max_spread` bounds the files of a task that grows by propagation, 0
    for none. With `keep_work` an attempt starts from the change set that was rejected before.
    `learnings` says what attempts share.
    """

    agents: tuple[str, ...]
    attempts: int = 3
    concurrency: int = 4
    max_batch: int = 8
    fill_batches: bool = False
    affected: bool = False
    continue_after_failure: bool = False
    max_tasks: int | None = None
    stage_agents: Mapping[TaskStage, tuple[str, ...]] = field(default_factory=dict)
    follow_up: bool = False
    max_spread: int = 0
    keep_work: bool = False
    budget: Budget = Budget()
    checkpoints: tuple[str, ...] = ()
    learnings: Learnings = Learnings()

    @classmethod
    def of(
        cls,
        playbook: Playbook,
        *,
        concurrency: int,
        max_tasks: int | None = None,
        budget_usd: float | None = None,
    ) -> "Policy":
        """Read the policy off a playbook; the arguments are what the command line adds."""
        return cls(
            agents=playbook.agents,
            attempts=playbook.limits.attempts,
            concurrency=concurrency,
            max_batch=playbook.landing.max_batch,
            fill_batches=playbook.landing.verify == "head",
            affected=playbook.landing.affected,
            continue_after_failure=playbook.on_failed_dependency == "continue",
            max_tasks=max_tasks,
            budget=_budget(playbook.limits, budget_usd),
            checkpoints=checkpoints_of(playbook),
            learnings=playbook.learnings,
            stage_agents={stage: playbook_at(stage, playbook).agents for stage in AROUND},
            follow_up=playbook.guards.residue == "reduce",
            max_spread=playbook.propagation.max_files,
            keep_work=playbook.retry.seed == "last",
        )

    def ladder(self, stage: TaskStage) -> tuple[str, ...]:
        """Return the agents of a stage's tasks, in order."""
        return self.stage_agents.get(stage, self.agents)

    @property
    def all_agents(self) -> frozenset[str]:
        """The agents of all ladders."""
        return frozenset(self.agents).union(*self.stage_agents.values())


def checkpoints_of(playbook: Playbook) -> tuple[str, ...]:
    """Return the names of all checkpoints of a playbook."""
    sample = playbook.sample
    after_sample = ("sample",) if sample is not None and sample.checkpoint else ()
    return tuple(dict.fromkeys((*after_sample, *playbook.checkpoints)))


def _budget(limits: Limits, usd: float | None) -> Budget:
    return Budget(
        usd=limits.budget_usd if usd is None else usd,
        tokens=limits.tokens,
        attempts=limits.total_attempts,
        wall_s=seconds(limits.wall_time) if limits.wall_time else None,
    )
