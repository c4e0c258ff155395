"""What a report says, as values; `document` turns it into what `--format json` prints.

The page, the Markdown and the trace are made of the same value, so none of them knows more. The
document has the fields below by their names, and `"schema": 1`. Moments are in seconds since the
epoch unless a field says `worked`: worked seconds leave out the time in which no process worked on
the run, and count from its beginning.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from orchestrator.application.objections import Objection
from orchestrator.application.reporting.axis import Life
from orchestrator.application.reporting.critical import Step
from orchestrator.application.timeline import SpanOutcome
from orchestrator.domain.clusters import Cluster
from orchestrator.domain.evidence import Evidence
from orchestrator.domain.exits import CriterionResult
from orchestrator.domain.lifecycle import TaskState
from orchestrator.domain.plan import TaskStage

SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The run as a whole.

    `state` is running, waiting, stopped, incomplete or done, `reason` why, where there is one.
    `target` is a path, `base` and `head` are commits. `ended_at` is None while it goes on, `wall_s`
    is the time from its beginning to its end or to now. `residue_before` and `residue_after` count
    occurrences, None where nobody has looked. `budget` has what was spent of each limit. `blind`
    are checks that stay green on a broken file, `flaky` those that passed only when run again, with
    how often.
    """

    run: str
    state: str
    reason: str
    playbook: str
    title: str
    target: str
    base: str
    head: str
    branch: str
    version: str
    sandbox: str
    concurrency: int
    began_at: float
    ended_at: float | None
    wall_s: float
    worked_s: float
    counts: Mapping[TaskState, int]
    residue_before: int | None
    residue_after: int | None
    criteria: tuple[CriterionResult, ...]
    budget: tuple[Mapping[str, Any], ...] = ()
    blind: tuple[str, ...] = ()
    flaky: Mapping[str, int] = field(default_factory=dict)

    @property
    def tasks(self) -> int:
        """How many tasks there are."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Files that are not done for one reason, or for reasons that are the same at heart."""

    reason: str
    files: tuple[tuple[str, str], ...]
    """Each file with its own words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFacts:
    """One task as it stands; `left` counts the occurrences that its last attempt left."""

    id: str
    title: str
    files: tuple[str, ...]
    stage: TaskStage
    layer: int
    depends_on: tuple[str, ...]
    state: TaskState
    reason: str
    reason_code: str
    agent: str
    attempts: int
    worked_s: float
    tokens: int
    cost_usd: float
    commit: str | None
    occurrences: int
    left: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptFacts:
    """One attempt; `checking` is when its agent had ended. A `trial` never lands."""

    task: str
    number: int
    agent: str
    trial: bool
    slot: int
    began: float
    checking: float | None
    ended: float | None
    outcome: SpanOutcome
    reason: str
    tokens: int
    cost_usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingFacts:
    """One landing: the tasks of its batch, and what became of them."""

    batch: int
    began: float
    ended: float | None
    tasks: tuple[str, ...]
    landed: tuple[str, ...]
    sent_back: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeCheckFacts:
    """A look at a whole tree: the baseline's, or one at the integration head.

    `reverted` are the tasks that it took back, `fault` says why a red head stayed so.
    """

    kind: Literal["baseline", "head"]
    began: float
    ended: float
    reverted: tuple[str, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """How much was left at a moment.

    `tasks` are those still to do, `stuck` those of them that failed or are blocked. `residue` is
    what the tasks' landed change sets have left of what was planned; the last one is what the final
    look has found, and None where nobody knows.
    """

    worked: float
    tasks: int
    stuck: int
    landed: int
    residue: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceFacts:
    """One slice as it is cut now. `state` says what publishing it would do to its branch."""

    number: int
    title: str
    branch: str
    stands_on: str
    stack: int
    state: str
    added: int
    removed: int
    files: int
    tasks: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slices:
    """The run's slices; `missing` says why there are none to show."""

    slices: tuple[SliceFacts, ...] = ()
    missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that is told of a run. `made_at` is when, `agents` what each agent has done.

    `learnings` is the summary of `leafcut status --json`, `standings` has each learning.
    """

    made_at: float
    verdict: Verdict
    not_done: tuple[Reason, ...]
    not_planned: tuple[Reason, ...]
    clusters: tuple[Cluster, ...]
    objections: tuple[Objection, ...]
    tasks: tuple[TaskFacts, ...]
    lives: tuple[Life, ...]
    attempts: tuple[AttemptFacts, ...]
    landings: tuple[LandingFacts, ...]
    whole_checks: tuple[WholeCheckFacts, ...]
    burndown: tuple[Point, ...]
    critical_path: tuple[Step, ...]
    agents: tuple[Mapping[str, Any], ...]
    learnings: Mapping[str, Any]
    standings: tuple[Mapping[str, Any], ...]
    slices: Slices
    receipts: tuple[Evidence, ...]


def document(report: Report) -> dict[str, Any]:
    """Return what `leafcut report --format json` prints."""
    told = asdict(report)
    told["receipts"] = [_receipt(one) for one in report.receipts]
    return {"schema": SCHEMA, **told}


def _receipt(found: Evidence) -> dict[str, Any]:
    """Return what the receipt of a landed commit is made of."""
    return {
        "task": found.task,
        "commit": found.commit,
        "tested": found.tested,
        "lost": found.lost,
        "environment": asdict(found.environment),
        "checks": [
            {
                "name": check.check,
                "outcome": check.outcome,
                "exit_code": check.exit_code,
                "duration_s": round(check.duration_s, 3),
                "known": check.known,
                "failures": len(check.failures),
            }
            for check in found.checks
        ],
    }
