"""The run as a whole: begun, resumed, changed by people, ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from orchestrator.domain.exits import CriterionResult
from orchestrator.domain.policy import Policy
from orchestrator.domain.verdict import CheckResult

RunEnd: TypeAlias = Literal["done", "incomplete", "stopped", "waiting"]


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
