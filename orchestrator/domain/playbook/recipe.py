"""The playbook itself, which all of its sections make up."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from orchestrator.domain.playbook.acceptance import Check, Guards
from orchestrator.domain.playbook.cutting import GraphOptions, Partition, Propagation, Sample
from orchestrator.domain.playbook.environment import Setup, Toolchain
from orchestrator.domain.playbook.exits import ExitCriterion
from orchestrator.domain.playbook.find import Find, Select
from orchestrator.domain.playbook.landing import Commit, Landing, PullRequests
from orchestrator.domain.playbook.learnings import Learnings
from orchestrator.domain.playbook.limits import Limits, Retry
from orchestrator.domain.playbook.params import Param
from orchestrator.domain.playbook.stages import Codemod, Scaffold, Teardown
from orchestrator.domain.strict import Strict

Strategy: TypeAlias = Literal["dependency", "piecewise", "scaffold"]
Checkpoint: TypeAlias = Literal["sample", "scaffold", "layer", "before_publish"]
LONGEST_NAME = 60
NAME_ADVICE = f"use a-z, 0-9 and single hyphens, {LONGEST_NAME} characters at most"
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def is_playbook_name(name: str) -> bool:
    """Say whether a name can be part of branches, folders and run names."""
    return bool(_NAME.fullmatch(name)) and len(name) <= LONGEST_NAME


def is_playbook_title(title: str) -> bool:
    """Say whether a title can begin a commit's message: one line of text."""
    return bool(title.strip()) and title.isprintable()


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook(Strict):
    """The reusable recipe of one migration: what to find, how to cut it up, who does it.

    `prompt` is a template beside playbook.yaml: what agents with a language model are told.
    """

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
    learnings: Learnings = Learnings()
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
    "find.ast_grep": "find takes run or regex for now",
    "guards.shared_files": "a task edits its own files only for now",
}
"""Keys of the design whose machinery is not there yet, by dotted path, with what holds instead."""
