"""What every agent with a language model has in common, however it is spoken to."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from orchestrator.adapters.agents.endings import Seen, ending
from orchestrator.adapters.agents.place import Place
from orchestrator.adapters.agents.transcripts import READERS
from orchestrator.domain.agent_spec import AgentSpec
from orchestrator.domain.attempt import AttemptSpec, Usage
from orchestrator.domain.expressions import Value
from orchestrator.domain.transcript import readable
from orchestrator.ports.agent import AgentReport, Desk
from orchestrator.ports.gateway import Gateway, Line
from orchestrator.ports.repository import Worktree
from orchestrator.ports.sandbox import Command, Completed, ResourceLimits, Sandbox


class Prompting(Protocol):
    """Writes an attempt's prompt."""

    def __call__(
        self, task: Mapping[str, object], values: Mapping[str, Value], *, tools: bool
    ) -> str:
        """Return the prompt for a task as its desk tells it.

        `tools` says whether the agent can call Leafcut's own tools.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A client of a language model, ready for attempts.

    `agent` is its agent.yaml, `folder` where that lies. `image` is what it runs in by digest, ""
    where the sandbox has no images.
    """

    name: str
    agent: AgentSpec
    folder: Path
    image: str
    model: str
    limits: ResourceLimits
    gateway: Gateway
    prompting: Prompting

    @contextmanager
    def sitting(
        self,
        spec: AttemptSpec,
        worktree: Worktree,
        sandbox: Sandbox,
        values: Mapping[str, Value],
        env: Mapping[str, str],
        desk: Desk,
    ) -> Iterator["Sitting"]:
        """Make everything ready for one attempt; its line to the model is dead afterwards."""
        prompt = self.prompting(desk.task(), values, tools="mcp" in self.agent.reports)
        with self.gateway.open(spec, desk) as line:
            place = Place(
                agent=self.agent,
                folder=self.folder,
                model=self.model,
                scratch=worktree.scratch,
                notes=Path(env["LEAFCUT_NOTES"]),
                tree=sandbox.tree_path(worktree.root),
                base=sandbox.gateway_url(self.gateway.address),
                token=line.token,
                files=spec.task.files,
            )
            place.furnish(prompt)
            desk.given(prompt)
            yield Sitting(self, spec, worktree, place, line, prompt, env, desk)


@dataclass(frozen=True, slots=True)
class Sitting:
    """One attempt of a client."""

    client: Client
    spec: AttemptSpec
    worktree: Worktree
    place: Place
    line: Line
    prompt: str
    env: Mapping[str, str]
    desk: Desk

    def command(self, script: str, limits: ResourceLimits | None = None) -> Command:
        """Return the command that runs a script as the agent."""
        repository = self.worktree.private_repository(self.place.tree)
        return Command(
            script=script,
            env={**self.place.environment(), **self.env},
            limits=limits or self.client.limits,
            readable=repository.objects,
            writable=(self.place.scratch, self.place.notes),
            image=self.client.image,
            gateway=self.client.gateway.address,
            repository=repository.directory,
            labels={
                "run": self.spec.run,
                "task": self.spec.task.id,
                "attempt": str(self.spec.number),
            },
        )

    def report(self, completed: Completed, said: bytes) -> AgentReport:
        """Return what came of it; `said` is what the agent told in its own format."""
        transcript = READERS[self.client.agent.transcript](said)
        metered, trouble = self.line.usage(), self.line.trouble
        how, message = ending(
            Seen(
                name=self.client.name,
                completed=completed,
                transcript=transcript,
                trouble=trouble,
                metered=metered != Usage(),
                limit_s=self.client.limits.wall_s,
            )
        )
        noise = b"\n" + completed.stderr if completed.stderr else b""
        return AgentReport(
            ending=how,
            message=message,
            transcript=said + noise,
            told=readable(transcript),
            tools=tuple(sorted(self.line.reached)),
            offered=self.line.offered,
            usage=(transcript.usage or metered) if metered == Usage() else metered,
            retry_at=trouble.retry_at if trouble else None,
            headroom=self.line.headroom,
        )


@dataclass(frozen=True, slots=True)
class ClientAgent(ABC):
    """Does attempts with its client; how that is spoken to is its subclasses'."""

    client: Client

    @property
    def name(self) -> str:
        """What it is called in playbooks."""
        return self.client.name

    def work(
        self,
        spec: AttemptSpec,
        worktree: Worktree,
        sandbox: Sandbox,
        values: Mapping[str, Value],
        env: Mapping[str, str],
        desk: Desk,
    ) -> AgentReport:
        """Let the client work in `worktree`; see the port."""
        with self.client.sitting(spec, worktree, sandbox, values, env, desk) as sitting:
            return self.speak(sitting, sandbox)

    @abstractmethod
    def speak(self, sitting: Sitting, sandbox: Sandbox) -> AgentReport:
        """Start the client for one attempt, give it its prompt and return what came of it."""
