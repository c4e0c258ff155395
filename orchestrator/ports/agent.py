"""The coding tool that does an attempt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from orchestrator.domain.attempt import AttemptSpec, Usage
from orchestrator.domain.expressions import Value
from orchestrator.ports.repository import Worktree
from orchestrator.ports.sandbox import Sandbox

AgentEnding: TypeAlias = Literal["done", "gave_up", "timeout", "environment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentReport:
    """What an agent says of its attempt; none of it decides anything about the change set."""

    ending: AgentEnding
    message: str = ""
    transcript: bytes = b""
    usage: Usage = Usage()


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
    ) -> AgentReport:
        """Do one attempt in `worktree`, which shows the spec's base.

        `values` are the names that the playbook's expressions may use, `env` the variables that
        every command of an attempt gets (LEAFCUT_VERDICT, LEAFCUT_NOTES).
        """
        ...
