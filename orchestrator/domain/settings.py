"""What a person chose when a run was started; it stays the same when the run is resumed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Literal, TypeAlias

from orchestrator.domain.learnings.learning import Reach
from orchestrator.domain.playbook import (
    Check,
    Checkpoint,
    ParamValue,
    Playbook,
    Sample,
    Sharing,
    SliceBy,
    Stacked,
    Verify,
)

ForgeName: TypeAlias = Literal["local", "github"]
SandboxChoice: TypeAlias = Literal["auto", "docker", "bubblewrap", "local"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """One run's settings. `target` is the target repository's absolute path.

    `author` is `Name <mail>`, read once from the user's git configuration. `checks` are those of
    the command line, `agents` replaces the playbook's ladder when it is not empty, `verify` what
    is checked at landing. `include` and `exclude` narrow what the playbook selects. `created` is in
    seconds since the epoch. `playbook_source` is the playbook's folder, empty when no person can
    edit it. `sample` and `checkpoints` are those of the command line. `image` is the digest of what
    commands run in, empty where they use this machine's programs, `agent_images` that of each agent
    with one of its own. `model` takes the place of the agents' own. `unsafe_local` lets agents with
    a language model work without isolation. `redis` is the URL of the server that learnings travel
    over, without any password; empty for one of Leafcut's own. `learnings_scope` says who may learn
    from the run, instead of the playbook.
    `learnings` takes the place of the playbook's strategy for what attempts share.
    """

    run: str
    target: str
    created: float
    author: str
    sandbox: SandboxChoice = "auto"
    unsafe_local: bool = False
    image: str = ""
    agent_images: Mapping[str, str] = field(default_factory=dict)
    model: str = ""
    redis: str = ""
    learnings_scope: Reach | None = None
    concurrency: int = 4
    agents: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    max_tasks: int | None = None
    budget_usd: float | None = None
    verify: Verify | None = None
    playbook_source: str = ""
    sample: int | None = None
    trial: bool = False
    checkpoints: tuple[Checkpoint, ...] = ()
    learnings: Sharing | None = None
    params: Mapping[str, ParamValue] = field(default_factory=dict)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    schema: int = 1


def effective(playbook: Playbook, settings: RunSettings) -> Playbook:
    """Return the playbook as this run follows it.

    Raises:
        ValueError: a check of the command line has the name of one of the playbook's.
    """
    return replace(
        playbook,
        agents=settings.agents or playbook.agents,
        checks=(*playbook.checks, *settings.checks),
        landing=replace(playbook.landing, verify=settings.verify or playbook.landing.verify),
        sample=_sample(playbook.sample, settings),
        learnings=replace(
            playbook.learnings,
            strategy=settings.learnings or playbook.learnings.strategy,
            scope=settings.learnings_scope or playbook.learnings.scope,
        ),
        checkpoints=tuple(dict.fromkeys((*playbook.checkpoints, *settings.checkpoints))),
    )


def _sample(own: Sample | None, settings: RunSettings) -> Sample | None:
    if settings.sample is not None:
        trial = settings.trial or (own is not None and own.trial)
        return Sample(tasks=settings.sample, trial=trial)
    if own is not None and settings.trial:
        return replace(own, trial=True)
    return own


@dataclass(frozen=True, slots=True, kw_only=True)
class Slicing:
    """How a run's slices were last cut, and where their pages went; None: as usual.

    `out` is the local forge's folder, `repo_url` the repository on another forge; no key is in it.
    """

    max_lines: int | None = None
    group_by: SliceBy | None = None
    stacked: Stacked | None = None
    out: str | None = None
    forge: ForgeName | None = None
    repo_url: str | None = None
    draft: bool | None = None

    def over(self, kept: "Slicing") -> "Slicing":
        """Return this, with what was kept for all that it leaves open."""
        said = {
            one.name: value
            for one in fields(self)
            if (value := getattr(self, one.name)) is not None
        }
        return replace(kept, **said)
