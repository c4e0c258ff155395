"""A playbook as values: the reusable recipe of one migration.

The shapes here are the schema: the reader (`adapters.library`) validates YAML against these
classes, so a key exists exactly when a field does. What a field alone cannot say is checked in
`__post_init__` with a ValueError, which the reader turns into an error with file, line and column.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeAlias

from orchestrator.domain.durations import seconds
from orchestrator.domain.hosts import ANY, HostRule, rules_of
from orchestrator.domain.sources import Laziness

ParamType: TypeAlias = Literal["string", "integer", "number", "boolean"]
ParamValue: TypeAlias = str | int | float | bool
CheckMoment: TypeAlias = Literal["attempt", "landing", "both"]
ReportFormat: TypeAlias = Literal["exit", "lines", "junit", "sarif"]
GroupBy: TypeAlias = Literal["file", "directory", "package", "owner"]
Verify: TypeAlias = Literal["commit", "head"]
Switch: TypeAlias = Literal["on", "off"]
SliceBy: TypeAlias = Literal["owner", "directory", "layer"]
Checkpoint: TypeAlias = Literal["sample", "scaffold", "layer", "before_publish"]
Strategy: TypeAlias = Literal["dependency", "piecewise", "scaffold"]
AtMost: TypeAlias = int | str

PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)%")
"""A limit that is a share of what the base commit had."""

LONGEST_NAME = 60

_STRICT: Mapping[str, Any] = {"extra": "forbid"}
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def is_playbook_name(name: str) -> bool:
    """Say whether a name can be part of branches, folders and run names."""
    return bool(_NAME.fullmatch(name)) and len(name) <= LONGEST_NAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """One parameter that a person may give with `--param name=value`.

    `default_from: requires-python` takes the oldest Python that the target says it supports, where
    it says so, and `default` elsewhere.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    type: ParamType = "string"
    default: ParamValue | None = None
    default_from: Literal["requires-python"] | None = None
    description: str = ""
    choices: tuple[ParamValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """Which files of the target repository the playbook is about, as gitignore-style globs."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    include: tuple[str, ...] = ("**",)
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """How occurrences are found: a command that prints `path:line`, or regular expressions.

    `prefilter` is a regular expression that a file's text must match before `run` sees it.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    run: str | None = None
    regex: tuple[str, ...] = ()
    prefilter: str | None = None

    def __post_init__(self) -> None:
        """Refuse a rule that says nothing, or two things."""
        if (self.run is None) == (not self.regex):
            message = "find needs either run or regex"
            raise ValueError(message)
        if self.prefilter is not None and self.run is None:
            message = "prefilter goes with run"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphOptions:
    """How the dependency graph of files is read."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    language: Literal["python", "none"] = "python"
    type_checking_imports: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Partition:
    """How files are grouped into tasks; grouping is a preference, order is not."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    by: GroupBy = "file"
    max_files: int = 8
    max_lines: int = 1500
    cycles: Literal["split", "together"] = "split"

    def __post_init__(self) -> None:
        """Refuse limits that would leave no room for a file."""
        if self.max_files < 1 or self.max_lines < 1:
            message = "max_files and max_lines must be at least 1"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """The image that holds what the target is built and tested with.

    `image` is one that exists, `dockerfile` a file of the playbook's; its folder is the context
    that `leafcut playbook build` builds it from.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    image: str | None = None
    dockerfile: str | None = None

    def __post_init__(self) -> None:
        """Refuse an image of no origin, or of two, or of a file elsewhere."""
        if (self.image is None) == (self.dockerfile is None):
            message = "environment needs either image or dockerfile"
            raise ValueError(message)
        parts = (self.dockerfile or "").split("/")
        if (parts[0] == "" and self.dockerfile) or ".." in parts:
            message = f"dockerfile is {self.dockerfile!r}, which is not in the playbook's folder"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """Commands that prepare a worktree before an agent or a check uses it.

    `inputs` are the files whose content makes a setup stale, `keep` the ignored paths that
    survive a reset of the worktree. `hosts` are those that the commands may reach, see
    `domain.hosts`; `"*"` alone is the machine's network.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    run: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ANY
    timeout: str = "30m"

    def __post_init__(self) -> None:
        """Refuse a timeout that is no duration and a host that is none."""
        seconds(self.timeout)
        _ = self.host_rules

    @property
    def limited(self) -> bool:
        """Whether the commands reach named hosts only, or none."""
        return self.hosts != ANY

    @property
    def host_rules(self) -> tuple[HostRule, ...]:
        """What the commands may reach where they are limited."""
        return rules_of(self.hosts) if self.limited else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Codemod:
    """The deterministic part of a playbook: a command that edits the task's files in place."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One acceptance command.

    `cache` names paths in the tree that carry over from earlier trusted runs of this check;
    `flaky_retries` is how often a red check is run again on the same tree. `covers` are globs of
    the files that the check is about: with `landing.affected` it runs when one of them depends on
    a changed file.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    name: str
    run: str
    on: CheckMoment = "both"
    report: ReportFormat = "exit"
    timeout: str = "15m"
    cwd: str = "."
    cache: tuple[str, ...] = ()
    flaky_retries: int = 0
    covers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a timeout that is no duration and a negative number of reruns."""
        seconds(self.timeout)
        if self.flaky_retries < 0:
            message = "flaky_retries must not be negative"
            raise ValueError(message)

    def runs_on(self, moment: Literal["attempt", "landing"]) -> bool:
        """Say whether the check belongs to this moment."""
        return self.on in {moment, "both"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """What is checked before a commit lands.

    `commit` checks the tree of every landed commit, `head` the last tree of a batch only;
    `max_batch` is how many commits are combined at once. With `affected` only the checks that a
    change can reach run then, and all of them on the last commit of the run.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    verify: Verify = "commit"
    max_batch: int = 8
    affected: bool = False

    def __post_init__(self) -> None:
        """Refuse an empty batch."""
        if self.max_batch < 1:
            message = "max_batch must be at least 1"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """How far the built-in guards are relaxed; the defaults are the strictest that make sense.

    `max_changed_lines` counts added plus removed lines of one change set; 0 lifts the limit.
    `allow_moves` are globs of where a task's file may move to. `test_renames` leads from the ids of
    tests, or regular expressions of them, to what they are called afterwards.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    residue: Literal["zero", "reduce", "off"] = "zero"
    max_changed_lines: int = 600
    allow_new_files: tuple[str, ...] = ()
    allow_deleted: tuple[str, ...] = ()
    allow_moves: tuple[str, ...] = ()
    laziness: Switch = "on"
    allow_laziness: tuple[Laziness, ...] = ()
    test_integrity: Switch = "on"
    test_renames: Mapping[str, str] = field(default_factory=dict)
    secrets: Switch = "on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Propagation:
    """How far a right change that breaks other files may take them into its task.

    `max_files` bounds the files of such a task; 0 leaves every task as the plan has it.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    max_files: int = 40

    def __post_init__(self) -> None:
        """Refuse a negative bound."""
        if self.max_files < 0:
            message = "max_files must not be negative"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """What an attempt starts from after a rejected one: a clean tree, or the last change set.

    A codemod that takes back what was held against it wants a clean one.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    seed: Literal["last", "clean"] = "clean"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of a scaffold plan that is one task: its files, who does it, how it is guarded.

    `files` are paths, or globs over the base commit's files; a path need not be there yet. Without
    `agents` the playbook's ladder is used, and `codemod` is what its codemod runs in this stage;
    without `prompt` its agents get the playbook's.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    files: tuple[str, ...]
    title: str = ""
    codemod: Codemod | None = None
    agents: tuple[str, ...] = ()
    prompt: str | None = None
    guards: Guards = Guards()

    def __post_init__(self) -> None:
        """Refuse a stage that could do nothing."""
        if not self.files:
            message = "files must name at least one file"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaffold(Stage):
    """What lets both worlds run side by side; `find` says what a use of it is."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    find: Find | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Teardown(Stage):
    """What takes the scaffold and the old world away; it may delete its own files."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """How much may be left at the end: a number, or a percentage of what the base had."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    at_most: AtMost = 0

    def __post_init__(self) -> None:
        """Refuse what is neither a number nor a percentage."""
        _must_be_limit(self.at_most)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnBound(Find):
    """How much of something else than the residue may be left, in files of its own choice."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    name: str
    at_most: AtMost = 0
    select: Select | None = None

    def __post_init__(self) -> None:
        """Refuse what is no rule, and what is neither a number nor a percentage."""
        Find.__post_init__(self)
        _must_be_limit(self.at_most)


def _must_be_limit(at_most: AtMost) -> None:
    if isinstance(at_most, str):
        share = PERCENT.fullmatch(at_most)
        fits = share is not None and float(share[1]) <= 100  # noqa: PLR2004 - per cent
    else:
        fits = at_most >= 0
    if not fits:
        message = f'at_most is {at_most!r}, and must be a number such as 0, or "20%"'
        raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitCriterion:
    """One thing that must hold at a run's end; exactly one of its keys is given.

    The residue is what the playbook's `find` finds in the selected files, `scaffold` the uses of
    the scaffold and the files that it added.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    residue: Bound | None = None
    scaffold: Bound | None = None
    find: OwnBound | None = None


_AMOUNTS = (
    "budget_usd",
    "task_budget_usd",
    "attempt_budget_usd",
    "tokens",
    "total_attempts",
    "open_slices",
)
"""Limits of which none at all may be left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a run may use. `attempts` counts tries of one agent at one task.

    `budget_usd`, `tokens`, `total_attempts` and `wall_time` are of the whole run, None is no
    limit; `task_budget_usd` and `attempt_budget_usd` are of each. `requests_per_minute` and
    `tokens_per_minute` bound how fast all agents together ask their models. `open_slices` is how
    many slices may wait for review at once.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    concurrency: int = 4
    attempts: int = 3
    attempt_timeout: str = "20m"
    budget_usd: float | None = None
    task_budget_usd: float | None = None
    attempt_budget_usd: float | None = None
    tokens: int | None = None
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    total_attempts: int | None = None
    wall_time: str | None = None
    open_slices: int | None = None

    def __post_init__(self) -> None:
        """Refuse limits under which nothing could run."""
        seconds(self.attempt_timeout)
        if self.concurrency < 1 or self.attempts < 1:
            message = "concurrency and attempts must be at least 1"
            raise ValueError(message)
        if self.wall_time is not None:
            seconds(self.wall_time)
        for name in ("requests_per_minute", "tokens_per_minute"):
            if (limit := getattr(self, name)) is not None and limit < 1:
                message = f"{name} must be at least 1"
                raise ValueError(message)
        for name in _AMOUNTS:
            if (limit := getattr(self, name)) is not None and limit < 0:
                message = f"{name} must not be negative"
                raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Tasks that go first, so that a person can judge and tune before all the others do.

    `checkpoint` makes the run wait after them; `trial` runs them on the base, and none lands.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    tasks: int = 10
    checkpoint: bool = True
    trial: bool = False

    def __post_init__(self) -> None:
        """Refuse an empty sample."""
        if self.tasks < 1:
            message = "tasks of a sample must be at least 1"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """How landed commits are described."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    message: str = "${{ playbook.title }}: ${{ task.title }}"
    signoff: bool = False

    def __post_init__(self) -> None:
        """Refuse a message that says nothing."""
        if not self.message.strip():
            message = "message must not be blank"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequests:
    """How landed commits are cut into slices. `max_lines` counts added plus removed lines."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    group_by: SliceBy = "directory"
    max_lines: int = 300
    title: str = "${{ playbook.title }} (${{ slice.number }}/${{ slice.count }})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """The reusable recipe of one migration: what to find, how to cut it up, who does it.

    `prompt` is a template beside playbook.yaml: what agents with a language model are told.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    version: Literal[1]
    name: str
    title: str
    find: Find
    description: str = ""
    params: Mapping[str, Param] = field(default_factory=dict)
    select: Select = Select()
    strategy: Strategy = "dependency"
    migrate: Literal["piecewise", "dependency"] = "piecewise"
    scaffold: Scaffold | None = None
    teardown: Teardown | None = None
    graph: GraphOptions = GraphOptions()
    partition: Partition = Partition()
    environment: Toolchain | None = None
    setup: Setup = Setup()
    agents: tuple[str, ...] = ("codemod",)
    codemod: Codemod | None = None
    prompt: str | None = None
    checks: tuple[Check, ...] = ()
    landing: Landing = Landing()
    guards: Guards = Guards()
    propagation: Propagation = Propagation()
    retry: Retry = Retry()
    limits: Limits = Limits()
    sample: Sample | None = None
    checkpoints: tuple[Checkpoint, ...] = ()
    on_failed_dependency: Literal["block", "continue"] = "block"
    exit_criteria: tuple[ExitCriterion, ...] = ()
    commit: Commit = Commit()
    pull_requests: PullRequests = PullRequests()

    def __post_init__(self) -> None:
        """Refuse what only the whole playbook can show to be wrong."""
        names = [check.name for check in self.checks]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            message = f"two checks are named {doubled[0]!r}"
            raise ValueError(message)
        if not self.agents:
            message = "agents must name at least one agent"
            raise ValueError(message)
        if "sample" in self.checkpoints and self.sample is None:
            message = "checkpoints has sample, but there is no sample: {tasks: 10}"
            raise ValueError(message)
        self._match_stages()

    def _match_stages(self) -> None:
        both = self.scaffold is not None and self.teardown is not None
        if self.strategy == "scaffold" and not both:
            message = "strategy scaffold needs the keys scaffold and teardown"
            raise ValueError(message)
        if self.strategy != "scaffold" and (self.scaffold or self.teardown):
            message = "the keys scaffold and teardown go with strategy scaffold"
            raise ValueError(message)
        if self.strategy != "scaffold" and any(one.scaffold for one in self.exit_criteria):
            message = "exit_criteria on the scaffold go with strategy scaffold"
            raise ValueError(message)

    @property
    def ordered(self) -> bool:
        """Whether tasks wait for the files that theirs depend on."""
        order = self.migrate if self.strategy == "scaffold" else self.strategy
        return order == "dependency"


RESERVED_KEYS: Mapping[str, str] = {
    "learnings": "agents do not share learnings yet",
    "find.ast_grep": "find takes run or regex for now",
    "guards.shared_files": "a task edits its own files only for now",
    "pull_requests.stacked": "slices are always stacked for now",
    "pull_requests.draft": "only the local forge is there for now",
    "pull_requests.body": "the body is Leafcut's own for now",
}
"""Keys of the design whose machinery is not there yet, by dotted path, with what holds instead."""
