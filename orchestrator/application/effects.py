"""What the engine has done: attempts in leased worktrees, landings on the integration branch."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from orchestrator.application.attempt import attempt
from orchestrator.application.head import HeadCheck
from orchestrator.application.land import Batch, Candidate, Landing
from orchestrator.application.telling import Tell
from orchestrator.application.workshop import Workshop
from orchestrator.domain.attempt import AttemptResult, AttemptSpec
from orchestrator.domain.events import HeadChecked, LandingEnded, LandingStarted
from orchestrator.domain.expressions import Value
from orchestrator.domain.messages import landed_message
from orchestrator.domain.plan import TaskStage
from orchestrator.domain.playbook import Commit
from orchestrator.domain.run import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEffects:
    """The real thing behind `intents.Effects`. `author` is `Name <mail>`.

    `shops` are those of the stages that have one of their own.
    """

    run: str
    shop: Workshop
    landing: Landing
    head_check: HeadCheck
    commit: Commit
    values: Mapping[str, Value]
    author: str
    shops: Mapping[TaskStage, Workshop] = field(default_factory=dict)

    def attempt(self, spec: AttemptSpec, tell: Tell) -> AttemptResult:
        """Do an attempt in this process."""
        return attempt(spec, self.shops.get(spec.task.stage, self.shop), tell)

    def batch(self, run: Run, intent: LandingStarted) -> Batch:
        """Gather the candidates of the intent's tasks."""
        return Batch(
            number=intent.batch,
            head=intent.head,
            candidates=tuple(self._candidate(run, task) for task in intent.tasks),
        )

    def land(self, batch: Batch, tell: Tell) -> LandingEnded:
        """Land a batch."""
        return self.landing.land(batch, tell)

    def check_head(self, verified: str, head: str) -> HeadChecked:
        """Run all checks on the head and take back what made it red."""
        return self.head_check(verified, head)

    def interrupt(self) -> None:
        """End every command that runs in the sandbox."""
        self.shop.sandbox.close()

    def _candidate(self, run: Run, task_id: str) -> Candidate:
        task, status = run.by_id[task_id], run.tasks[task_id]
        if status.candidate is None or status.candidate.commit is None:
            message = f"task {task_id} is queued without a change set"
            raise ValueError(message)
        message = landed_message(
            self.commit,
            task,
            self.values,
            run=self.run,
            agent=run.agent_of(task_id),
            author=self.author,
        )
        return Candidate(
            task=task_id,
            commit=status.candidate.commit,
            files=status.candidate.files,
            message=message,
        )
