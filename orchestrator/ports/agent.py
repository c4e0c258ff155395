"""The coding tool that does an attempt."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from orchestrator.domain.attempt import AttemptSpec, Usage
from orchestrator.domain.expressions import Value
from orchestrator.domain.headroom import Headroom
from orchestrator.domain.playbook import Exchanged
from orchestrator.ports.repository import Worktree
from orchestrator.ports.sandbox import Hear, Sandbox

AgentEnding: TypeAlias = Literal[
    "done", "gave_up", "timeout", "environment", "limited", "overloaded", "blocked"
]
"""`limited`: a rate limit or a quota, until `AgentReport.retry_at`. `overloaded`: its model is.
`blocked`: the agent says that it cannot do the task; `environment`: it cannot work here at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentReport:
    """What an agent says of its attempt; none of it decides anything about the change set.

    `retry_at` is in seconds since the epoch. `told` is its transcript as people read it, "" where
    that is the transcript itself. `tools` are those of Leafcut's that it called, `offered` says
    whether it asked which there are. `headroom` is what its model's maker said is left of limits.
    """

    ending: AgentEnding
    message: str = ""
    transcript: bytes = b""
    usage: Usage = Usage()
    told: str = ""
    retry_at: float | None = None
    tools: tuple[str, ...] = ()
    offered: bool = False
    headroom: tuple[Headroom, ...] = ()


class Desk(Protocol):
    """What an agent may ask of Leafcut while it works; safe to call from any thread.

    `hear` and `given` are for whoever starts the agent, and are no tools of its own.
    """

    @property
    def hear(self) -> Hear | None:
        """What takes the agent's output while it works, None where nobody looks on."""
        ...

    def given(self, prompt: str) -> None:
        """Take down the exact text that the agent is given, when it is."""
        ...

    @property
    def shares(self) -> AbstractSet[Exchanged]:
        """What this attempt may exchange with others; the rest is not offered to it."""
        ...

    def task(self) -> Mapping[str, object]:
        """Return the task as data: files, checks, what rejected the attempt before."""
        ...

    def verify(self) -> str:
        """Hold the files as they are now against guards and checks; return what they say, short."""
        ...

    def report_blocked(self, why: str) -> None:
        """Take down that the task cannot be done, and why."""
        ...

    def hand_off(self, note: str) -> None:
        """Take down what the next attempt should know: what was tried, what is left."""
        ...

    def find_learnings(self, query: str = "", signature: str = "") -> str:
        """Return what others found out, quoted: about words, a failure, or the task's files."""
        ...

    def share_learning(self, kind: str, text: str, signature: str = "", paths: str = "") -> str:
        """Offer others a lesson and return what came of that.

        `paths` are globs of the files that it is about, with white space between them.
        """
        ...

    def send_message(self, to: str, kind: str, text: str) -> str:
        """Send a message to a task, to the task that has a file, or to all; say what came of it."""
        ...

    def read_messages(self) -> str:
        """Return what others have sent, quoted, what was not read yet first."""
        ...


class Agent(Protocol):
    """Edits the files of a worktree."""

    @property
    def name(self) -> str:
        """What it is called in playbooks, trailers and reports."""
        ...

    def work(
        self,
        spec: AttemptSpec,
        worktree: Worktree,
        sandbox: Sandbox,
        values: Mapping[str, Value],
        env: Mapping[str, str],
        desk: Desk,
    ) -> AgentReport:
        """Do one attempt in `worktree`, which shows the spec's base.

        `values` are the names that the playbook's expressions may use, `env` the variables that
        every command of an attempt gets (LEAFCUT_VERDICT, LEAFCUT_NOTES). `desk` answers what the
        agent asks meanwhile.
        """
        ...
