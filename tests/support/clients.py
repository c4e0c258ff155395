"""What an agent with a language model needs around it, without the model."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from orchestrator.adapters.agents.acp import AcpAgent
from orchestrator.adapters.agents.client import Client
from orchestrator.adapters.agents.command import CommandAgent
from orchestrator.adapters.library.agents import load_agent
from orchestrator.adapters.sandbox.local import LocalSandbox
from orchestrator.domain.attempt import AttemptSpec, Usage
from orchestrator.domain.expressions import Value
from orchestrator.domain.headroom import Headroom
from orchestrator.domain.plan import Task
from orchestrator.domain.trouble import Trouble
from orchestrator.ports.agent import AgentReport, Desk
from orchestrator.ports.repository import PrivateRepository
from orchestrator.ports.sandbox import GatewayAddress, ResourceLimits
from tests.support.lines import Notebook

TOKEN = "token-of-this-attempt"
URL = "http://127.0.0.1:9"

met = partial(Trouble, message="HTTP 429: slower")
"""A trouble that a gateway has met; its kind is all that most tests ask for."""


@dataclass(slots=True, kw_only=True)
class OpenLine:
    """A line that has metered and met what a test says."""

    metered: Usage = Usage()
    trouble: Trouble | None = None
    token: str = TOKEN
    reached: frozenset[str] = frozenset()
    offered: bool = False
    headroom: tuple[Headroom, ...] = ()

    def usage(self) -> Usage:
        """Return what was metered."""
        return self.metered


@dataclass(slots=True, kw_only=True)
class OneLine:
    """A gateway that nothing listens at; `opened` counts, `open_now` says whether a line is."""

    line: OpenLine = field(default_factory=OpenLine)
    opened: int = 0
    open_now: bool = False

    @property
    def address(self) -> GatewayAddress:
        """Return an address where nobody is."""
        return GatewayAddress(socket=Path("/nowhere"), url=URL)

    @contextmanager
    def open(self, spec: AttemptSpec, desk: Desk) -> Iterator[OpenLine]:
        """Open the line for a time."""
        assert spec.run
        assert desk.task()
        self.opened, self.open_now = self.opened + 1, True
        try:
            yield self.line
        finally:
            self.open_now = False


class Tree:
    """A worktree that no git knows of."""

    def __init__(self, slot: Path) -> None:
        """Lay it out in `slot`."""
        self.slot, self.root, self.scratch = slot, slot / "tree", slot / "scratch"
        self.notes = slot / "notes"
        for folder in (self.root, self.scratch, self.notes):
            folder.mkdir(parents=True, exist_ok=True)

    def reset(self, commit: str, keep: object = ()) -> None:
        """Nobody asks."""

    def apply(self, changes: object) -> None:
        """Nobody asks."""

    def changes(self) -> None:
        """Nobody asks."""

    def private_repository(self, tree: str) -> PrivateRepository:
        """Make one without a commit."""
        directory = self.scratch / "private.git"
        subprocess.run(["git", "init", "--quiet", "--bare", directory], check=True)
        subprocess.run(["git", "-C", directory, "config", "core.worktree", tree], check=True)
        return PrivateRepository(directory=directory, objects=())


def says(task: Mapping[str, object], values: Mapping[str, Value], *, tools: bool) -> str:
    """Return a prompt that shows what it was written from."""
    return f"files {task['files']}, params {sorted(values)}, tools {tools}\n"


def work(
    folder: Path,
    slot: Path,
    *,
    gateway: OneLine | None = None,
    limits: ResourceLimits | None = None,
    files: tuple[str, ...] = ("a.py",),
    desk: Desk | None = None,
) -> AgentReport:
    """Let the agent in `folder` do one attempt in the local sandbox."""
    loaded = load_agent(str(folder), [])
    client = Client(
        name=loaded.spec.name,
        agent=loaded.spec,
        folder=loaded.folder,
        image="",
        model=loaded.spec.model,
        limits=limits or ResourceLimits(wall_s=20.0),
        gateway=gateway or OneLine(),
        prompting=says,
    )
    spec = AttemptSpec(
        run="r", task=Task(id="t", title="t", files=files), number=2,
        agent=loaded.spec.name, base="b" * 40, token="f",
    )  # fmt: skip
    agent = AcpAgent(client) if loaded.spec.kind == "acp" else CommandAgent(client)
    tree, sandbox = Tree(slot), LocalSandbox()
    env = {"LEAFCUT_NOTES": str(tree.notes)}
    try:
        return agent.work(spec, tree, sandbox, {"params.x": 1}, env, desk or Notebook())  # type: ignore[arg-type]
    finally:
        sandbox.close()
