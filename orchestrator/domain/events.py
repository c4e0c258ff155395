"""What can happen in a run, as frozen values; the journal is a sequence of these.

Intent stands before each effect and its result after it: `AttemptStarted` before `AttemptEnded`,
`LandingStarted` before `LandingEnded`. Only `orchestrator.domain.fold` gives them meaning.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from orchestrator.domain.attempt import AttemptResult
from orchestrator.domain.exits import CriterionResult
from orchestrator.domain.learnings.learning import Learning
from orchestrator.domain.learnings.message import Message
from orchestrator.domain.plan import Task
from orchestrator.domain.policy import Policy
from orchestrator.domain.synthesis.rule import Rule
from orchestrator.domain.verdict import CheckResult, Failure

RunEnd: TypeAlias = Literal["done", "incomplete", "stopped", "waiting"]
Steering: TypeAlias = Literal[
    "retry",
    "stop",
    "approve",
    "hold",
    "skip",
    "add_learning",
    "retire_learning",
    "trust_learning",
    "apply_rule",
    "address",
]
"""What a person can ask a run for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """The run exists. `branch` is the integration branch's full ref in the canonical repository.

    `version` is Leafcut's, `python` and `platform` are those of the process; receipts name them.
    `image` is the digest of what commands run in, empty without containers, `agent_images` that of
    each agent with one of its own.
    `sample` has the tasks that go first, `trial` whether they run on the base and never land.
    """

    run: str
    plan_hash: str
    base: str
    branch: str
    sandbox: str
    agents: tuple[str, ...]
    concurrency: int
    version: str
    python: str = ""
    platform: str = ""
    image: str = ""
    agent_images: Mapping[str, str] = field(default_factory=dict)
    sample: tuple[str, ...] = ()
    trial: bool = False
    event: Literal["run_started"] = "run_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResumed:
    """Another process went on with the run; attempts and landings under way were lost.

    What the process is made of is told as `RunStarted` tells it, empty in old journals.
    """

    concurrency: int
    sandbox: str = ""
    version: str = ""
    python: str = ""
    platform: str = ""
    image: str = ""
    agent_images: Mapping[str, str] = field(default_factory=dict)
    event: Literal["run_resumed"] = "run_resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineTaken:
    """What every check says of the base commit, and which are `blind`: green on a broken file.

    `probe` is the file that was broken to see that; empty when none was.
    """

    checks: tuple[CheckResult, ...]
    residue: int
    blind: tuple[str, ...] = ()
    probe: str = ""
    event: Literal["baseline_taken"] = "baseline_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetChanged:
    """A person set another limit on money, in US dollars, for the whole run."""

    usd: float
    event: Literal["budget_changed"] = "budget_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookChanged:
    """A person took the playbook as it is on disk now; `digest` names the run's copy of it.

    `files` lists what differs from the copy before. With `rebase` what the checks said of the
    base commit counts no more.
    """

    digest: str
    who: str
    files: tuple[str, ...]
    policy: Policy
    rebase: bool
    event: Literal["playbook_changed"] = "playbook_changed"


def attempt_key(run: str, task: str, number: int, *, trial: bool = False) -> str:
    """Return an attempt's idempotency key, which is its fencing token, too.

    The number is durable before the attempt begins, so no two attempts ever share a key.
    """
    return f"{run}/{'trial' if trial else 'attempt'}/{task}/{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptStarted:
    """An agent is about to try; `token` is the attempt's key.

    A `trial` is made on the base commit, whatever its task depends on, and never lands. `learnings`
    are the ids of those that the agent is given.
    """

    task: str
    number: int
    agent: str
    base: str
    token: str
    trial: bool = False
    learnings: tuple[str, ...] = ()
    event: Literal["attempt_started"] = "attempt_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckingStarted:
    """The agent has ended and its change set is being judged."""

    task: str
    token: str
    event: Literal["checking_started"] = "checking_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptEnded:
    """What came of an attempt."""

    result: AttemptResult
    event: Literal["attempt_ended"] = "attempt_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningAdded:
    """Somebody has offered a lesson.

    `same_as` is the id of an earlier one that says the same, empty for news; `suspicion` says why
    nobody is told of it until a person has looked, empty where nothing speaks against it.
    """

    learning: Learning
    same_as: str = ""
    suspicion: str = ""
    event: Literal["learning_added"] = "learning_added"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent:
    """An attempt has sent others a message."""

    message: Message
    event: Literal["message_sent"] = "message_sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class BusChanged:
    """The bus was lost or is back; nothing but time is lost with it."""

    state: Literal["well", "degraded"]
    reason: str = ""
    event: Literal["bus_changed"] = "bus_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unparked:
    """An agent may be started again: the limit that it met is over."""

    agent: str
    event: Literal["unparked"] = "unparked"


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingStarted:
    """Accepted change sets are about to be combined on `head`, in this order.

    Its idempotency key is the head: the branch moves from there once, by compare-and-swap.
    """

    batch: int
    head: str
    tasks: tuple[str, ...]
    event: Literal["landing_started"] = "landing_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A task's commit on the integration branch.

    `checked` is the commit whose tree the checks saw: this one, or the last of its batch.
    `checks` is what they said of it; empty where the landing says it of the whole batch, and where
    a killed process left no word of it.
    """

    task: str
    commit: str
    checked: str
    files: tuple[str, ...]
    checks: tuple[CheckResult, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBack:
    """A task that did not land; no attempt is spent. `checks` are those that were red."""

    task: str
    reason_code: Literal["conflict", "red_landing"]
    reason: str
    failures: tuple[Failure, ...] = ()
    checks: tuple[CheckResult, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingEnded:
    """What came of a landing. Tasks of the batch named nowhere here stay in the queue.

    `unseen` says that a killed process landed them: what its checks said is lost.
    """

    batch: int
    head: str
    landed: tuple[Landed, ...] = ()
    sent_back: tuple[SentBack, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    unseen: bool = False
    event: Literal["landing_ended"] = "landing_ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadCheckStarted:
    """All checks are about to look at the integration head; `head` is the check's key."""

    head: str
    event: Literal["head_check_started"] = "head_check_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reverted:
    """A landed commit that made the head red, and the commit that takes it back.

    `checks` are those that were red with it.
    """

    task: str
    commit: str
    revert: str
    checks: tuple[CheckResult, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadChecked:
    """What all checks say of the head, after reverts on top of it where it was red.

    `fault` says why a red head could not be brought back to green; nothing was reverted then.
    """

    head: str
    reverted: tuple[Reverted, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    fault: str = ""
    event: Literal["head_checked"] = "head_checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChanged:
    """The tasks that are still to do are others now; which ones, and why.

    `added` are new, `changed` have the id of a task that they take the place of. `absorbed` pairs a
    task that is over with the one that took its files, on which its dependents wait from now on.
    `seeds` pairs a task with the commit of the change set that it goes on from. `given_up` are
    tasks that fail, and why, `gone` those that are over because there is nothing left to change.
    `turns` pairs a task with the position, in its ladder, of the agent that begins.
    """

    reason: str
    added: tuple[Task, ...] = ()
    changed: tuple[Task, ...] = ()
    absorbed: tuple[tuple[str, str], ...] = ()
    seeds: tuple[tuple[str, str], ...] = ()
    given_up: tuple[tuple[str, str], ...] = ()
    gone: tuple[tuple[str, str], ...] = ()
    turns: tuple[tuple[str, int], ...] = ()
    event: Literal["plan_changed"] = "plan_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseUpdated:
    """The run stands on another commit of the target, with what had landed replayed on it.

    The integration branch went from `left` to `head`. `landings` are how the replayed commits came
    there, `undone` the landed tasks that have none any more, and why. `plan_hash` is that of the
    plan with the tasks as they are from now on. `selected` are files that are new and in no task.
    """

    base: str
    left: str
    head: str
    plan_hash: str
    plan: PlanChanged
    landings: tuple[LandingEnded, ...] = ()
    undone: tuple[tuple[str, str], ...] = ()
    selected: tuple[str, ...] = ()
    event: Literal["base_updated"] = "base_updated"

    @property
    def landed(self) -> tuple[Landed, ...]:
        """The replayed commits, in order."""
        return tuple(landed for landing in self.landings for landed in landing.landed)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAccepted:
    """A person's command has been carried out.

    `tasks` are those it is about at once; `rest` waits until the first of them, the canary, has
    landed. `checkpoint` is what was approved. `reason`, `agent` and `note` are the person's.
    `learnings` are the ids of those that it is about, `added` says how one comes into the ledger.
    `rule` goes before all agents from now on.
    `remarks` are the keys of what a review asks for, on the slice that has these tasks.
    """

    command: int
    who: str
    action: Steering
    tasks: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    checkpoint: str = ""
    reason: str = ""
    agent: str = ""
    note: str = ""
    learnings: tuple[str, ...] = ()
    added: LearningAdded | None = None
    rule: Rule | None = None
    remarks: tuple[str, ...] = ()
    event: Literal["command_accepted"] = "command_accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRefused:
    """A person's command does not apply to the state that it met."""

    command: int
    who: str
    reason: str
    event: Literal["command_refused"] = "command_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded:
    """No action is left, or the run was stopped. `residue` counts what the final rescan found.

    `remaining` lists the files that still have occurrences, with their number, `criteria` how the
    playbook's exit criteria stand. A run that is `waiting` does so at `checkpoint`, or for tasks on
    hold when that is empty.
    """

    state: RunEnd
    reason: str = ""
    residue: int | None = None
    remaining: tuple[tuple[str, int], ...] = ()
    criteria: tuple[CriterionResult, ...] = ()
    checkpoint: str = ""
    event: Literal["run_ended"] = "run_ended"


Event: TypeAlias = (
    RunStarted
    | RunResumed
    | BudgetChanged
    | PlaybookChanged
    | BaselineTaken
    | AttemptStarted
    | CheckingStarted
    | AttemptEnded
    | LearningAdded
    | MessageSent
    | BusChanged
    | Unparked
    | LandingStarted
    | LandingEnded
    | HeadCheckStarted
    | HeadChecked
    | PlanChanged
    | BaseUpdated
    | CommandAccepted
    | CommandRefused
    | RunEnded
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCommand:
    """What a person asked for from another process. `id` is the row in the journal's table.

    `cluster` is a failure cluster's key, `checkpoint` the one that the person saw the run wait at.
    `learning` is one to add, `learnings` the ids of those to retire or to trust, `rule` what is to
    be tried before all agents.
    """

    id: int
    who: str
    action: Steering
    tasks: tuple[str, ...] = ()
    cluster: str = ""
    checkpoint: str = ""
    reason: str = ""
    agent: str = ""
    note: str = ""
    learning: Learning | None = None
    learnings: tuple[str, ...] = ()
    rule: Rule | None = None
    remarks: tuple[str, ...] = ()


def _changed(event: PlanChanged) -> set[str]:
    over = (*event.absorbed, *event.given_up, *event.gone)
    return {task.id for task in (*event.added, *event.changed)} | {task for task, _ in over}


def _updated(event: BaseUpdated) -> set[str]:
    undone = {task for task, _ in event.undone}
    return _changed(event.plan) | {one.task for one in event.landed} | undone


_ABOUT: Mapping[type, Callable[[Any], Iterable[str]]] = {
    AttemptStarted: lambda event: (event.task,),
    CheckingStarted: lambda event: (event.task,),
    AttemptEnded: lambda event: (event.result.task,),
    LearningAdded: lambda event: filter(None, (event.learning.provenance.task,)),
    MessageSent: lambda event: (event.message.task,),
    LandingStarted: lambda event: event.tasks,
    LandingEnded: lambda event: (one.task for one in (*event.landed, *event.sent_back)),
    HeadChecked: lambda event: (one.task for one in event.reverted),
    PlanChanged: _changed,
    BaseUpdated: _updated,
    CommandAccepted: lambda event: event.tasks,
}


def tasks_of(event: Event) -> frozenset[str]:
    """Return the tasks that an event is about; none when it is about the whole run."""
    about = _ABOUT.get(type(event))
    return frozenset(about(event)) if about else frozenset()
