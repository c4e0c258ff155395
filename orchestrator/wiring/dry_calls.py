"""Dry calls of agents: what each would work in, its client and its gateway, put together."""

import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from orchestrator.adapters.git.throwaway import empty_worktree
from orchestrator.adapters.library.agents import LoadedAgent, agent_names, load_agent
from orchestrator.adapters.sandbox.choose import answers, choose, no_image, not_isolated
from orchestrator.application.client_version import version_of_client
from orchestrator.application.dry_call import (
    BUDGET,
    PATIENCE_S,
    PROMPT,
    AgentFinding,
    Heard,
    dry_call,
    judged,
    prompting,
)
from orchestrator.domain.attempt import Usage
from orchestrator.domain.playbook import Limits
from orchestrator.domain.redaction import Redactor
from orchestrator.domain.settings import SandboxChoice
from orchestrator.domain.wires import Wire
from orchestrator.errors import (
    InvalidInputError,
    LeafcutError,
    MissingRequirementError,
    UsageError,
)
from orchestrator.ports.agent import AgentReport
from orchestrator.ports.repository import Worktree
from orchestrator.ports.sandbox import ResourceLimits, Sandbox
from orchestrator.wiring.agents import Equipment, equipped, named
from orchestrator.wiring.gateway import RunGateway, taken_secrets
from orchestrator.wiring.images import RunImages, images_of_agent
from orchestrator.wiring.overheard import Overheard
from orchestrator.wiring.places import agent_shelves


@dataclass(frozen=True, slots=True, kw_only=True)
class DryCalls:
    """What a person asked for; `image` is the environment that agents' images stand on."""

    sandbox: SandboxChoice = "auto"
    image: str = ""
    unsafe_local: bool = False
    model: str = ""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


def without_key(secrets: Mapping[str, str]) -> tuple[str, ...]:
    """Return the agents on the shelves that lack a key."""
    return tuple(name for name in _known() if _lacking(_loaded(name), secrets))


def checked(agents: Sequence[str], calls: DryCalls) -> Iterator[AgentFinding]:
    """Look at agents one after the other; at all that lack no key where none is named.

    Raises:
        UsageError: an agent is not known, or one would have all that its user has.
    """
    missing = without_key(calls.secrets)
    wanted = named(agents) or [name for name in _known() if name not in missing]
    loaded = {name: _loaded(name) for name in wanted}
    if any(one.spec.thinks for one in loaded.values()):
        _require_isolation(calls)
    return (_found(name, one, calls) for name, one in loaded.items())


def answered(name: str, question: str, calls: DryCalls) -> str:
    """Return what an agent answers to a question of ours, all that it said.

    Raises:
        LeafcutError: it cannot work, or did not answer.
    """
    from orchestrator.adapters.agents.transcripts import READERS

    agent = _loaded(name)
    if not agent.spec.thinks:
        raise UsageError(f"agent {name} is no client of a language model")
    _require_isolation(calls)
    look = _Look(name, agent, calls, AgentFinding(name=name, kind="", level="ok", says=""))
    look.question = question
    look.take()
    if look.finding.level == "fail":
        raise MissingRequirementError(f"agent {name}: {look.finding.says}", hint=look.finding.mend)
    said = READERS[agent.spec.transcript](look.transcript)
    return "\n".join(step.text for step in said.steps if step.kind == "message")


def _require_isolation(calls: DryCalls) -> None:
    if calls.sandbox == "local" and not calls.unsafe_local:
        raise not_isolated()


def secrets_for(agents: Sequence[str], given: Sequence[str]) -> Mapping[str, str]:
    """Take the keys of all agents that are known or named out of the environment."""
    return taken_secrets(named(agents), given)


def _known() -> list[str]:
    return sorted(agent_names(agent_shelves()))


def _loaded(name: str) -> LoadedAgent:
    return load_agent(name, agent_shelves())


def _lacking(agent: LoadedAgent, secrets: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name for name in agent.spec.secrets if name not in secrets)


def _found(name: str, agent: LoadedAgent, calls: DryCalls) -> AgentFinding:
    spec = agent.spec
    empty = AgentFinding(name=name, kind=spec.kind, level="ok", says="needs no model and no key")
    if not spec.thinks:
        return empty
    look = _Look(name, agent, calls, replace(empty, model=calls.model or spec.model))
    try:
        look.take()
    except (UsageError, InvalidInputError):
        raise
    except LeafcutError as error:
        look.failed(error)
    return look.finding


@dataclass(slots=True)
class _Look:
    """One agent, looked at step by step; `finding` is what is known so far."""

    name: str
    agent: LoadedAgent
    calls: DryCalls
    finding: AgentFinding
    question: str = PROMPT
    transcript: bytes = b""

    def failed(self, error: LeafcutError) -> None:
        self.finding = replace(self.finding, level="fail", says=error.message, mend=error.hint)

    def take(self) -> None:
        """Find its image, start its client, call its model.

        Raises:
            LeafcutError: something of this is not there.
        """
        images = self._images()
        with ExitStack() as stack:
            sandbox = self._sandbox(images)
            stack.callback(sandbox.close)
            digest = (images.agents or {}).get(self.name, "") if images else ""
            self.finding = replace(
                self.finding,
                sandbox=sandbox.name,
                image=digest or (images.environment if images else ""),
            )
            worktree, commit = stack.enter_context(empty_worktree())
            mend = f"leafcut agents build {self.name}" if digest else "install it"
            version = version_of_client(self.agent.spec, worktree, sandbox, digest, mend)
            self.finding = replace(self.finding, version=version)
            self._require_key()
            self._call(stack, sandbox, (worktree, commit), digest)

    def _images(self) -> RunImages | None:
        calls, spec = self.calls, self.agent.spec
        if calls.sandbox not in {"auto", "docker"} or (calls.sandbox == "auto" and not answers()):
            return None
        images = images_of_agent(self.name, self.agent, calls.image)
        if images is not None:
            return images
        if spec.image is None and calls.sandbox == "docker":
            raise no_image()
        if spec.image is None or (calls.sandbox == "auto" and shutil.which(spec.command[0])):
            return None
        raise MissingRequirementError(
            "there is no image of it yet", hint=f"leafcut agents build {self.name}"
        )

    def _sandbox(self, images: RunImages | None) -> Sandbox:
        return choose(
            self.calls.sandbox,
            image=images.environment if images else "",
            isolated=not self.calls.unsafe_local,
        )

    def _require_key(self) -> None:
        if lacking := _lacking(self.agent, self.calls.secrets):
            raise MissingRequirementError(
                f"there is no {' and no '.join(lacking)}",
                hint=f"export {lacking[0]}=…, or --secret {lacking[0]}=@FILE",
            )

    def _call(
        self, stack: ExitStack, sandbox: Sandbox, place: tuple[Worktree, str], image: str
    ) -> None:
        heard: list[Overheard] = []
        secrets, spent = self.calls.secrets, Usage()
        gateway = RunGateway(
            stack=stack, secrets=secrets, limits=Limits(), budget=BUDGET, spent=spent
        )

        def overheard(agent: str, wire: Wire) -> Overheard:
            heard.append(Overheard(gateway.seen_by(agent, wire)))
            return heard[-1]

        equipment = Equipment(
            gateway=overheard, images={self.name: image} if image else {}, model=self.calls.model
        )
        limits = ResourceLimits(wall_s=PATIENCE_S)
        agent = equipped(self.name, self.agent, equipment, limits, prompting(self.question))
        began = time.monotonic()
        report = dry_call(agent, *place, sandbox)
        self.transcript = report.transcript
        self._judge(heard[-1].of(report, self.agent), report, time.monotonic() - began)

    def _judge(self, heard: Heard, report: AgentReport, duration_s: float) -> None:
        judgement = judged(heard, next(iter(self.agent.spec.secrets), "NAME"))
        redactor = Redactor(self.calls.secrets)
        self.finding = replace(
            self.finding,
            level=judgement.level,
            says=redactor.text(judgement.says),
            mend=judgement.mend,
            refused=heard.trouble == "authentication",
            tools=heard.tools,
            usage=report.usage,
            duration_s=round(duration_s, 3),
        )
