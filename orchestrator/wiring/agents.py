"""The agents of a ladder, built."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrator.adapters.agents.codemod import CodemodAgent
from orchestrator.adapters.library.agents import LoadedAgent, load_agent
from orchestrator.adapters.library.folders import is_path
from orchestrator.adapters.library.prompts import prompt_of
from orchestrator.domain.durations import seconds
from orchestrator.domain.playbook import Playbook
from orchestrator.domain.synthesis.rule import PREFIX, Rule
from orchestrator.domain.wires import Wire
from orchestrator.errors import LeafcutError, MissingRequirementError, UsageError
from orchestrator.ports.agent import Agent
from orchestrator.ports.gateway import Gateway
from orchestrator.wiring.places import agent_shelves

if TYPE_CHECKING:
    from orchestrator.adapters.agents.client import Prompting
    from orchestrator.ports.sandbox import ResourceLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """What agents with a language model are given in a run.

    `gateway` is the run's, as an agent of this name and wire sees it. `images` leads from agents to
    the digests of what they run in, `model` takes the place of the agents' own.
    """

    gateway: Callable[[str, Wire], Gateway]
    images: Mapping[str, str] = field(default_factory=dict)
    model: str = ""


def named(agents: Iterable[str]) -> tuple[str, ...]:
    """Return agents as a run keeps them: paths as seen from anywhere."""
    return tuple(str(Path(name).resolve()) if is_path(name) else name for name in agents)


def secrets_of(agents: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the secrets that these agents' models need, sorted."""
    specs = [load_agent(name, agent_shelves()).spec for name in agents]
    return tuple(sorted({secret for spec in specs for secret in spec.secrets}))


def told(agent: str, transcript: bytes, *, live: bool = False) -> str:
    """Return what an agent printed as people read it; an agent that is gone is read as text.

    With `live` it is still at work, so that its last words are not expected yet.
    """
    from orchestrator.adapters.agents.transcripts import READERS, read_so_far
    from orchestrator.domain.transcript import readable

    try:
        form = load_agent(agent, agent_shelves()).spec.transcript
    except LeafcutError:
        form = "text"
    return readable(read_so_far(form, transcript) if live else READERS[form](transcript))


def build_agents(
    playbook: Playbook,
    readable: tuple[Path, ...],
    equipment: Equipment | None = None,
    rules: Callable[[], Iterable[Rule]] = tuple,
) -> Mapping[str, Agent]:
    """Build the agents of the ladder, and any other that a person names when it is needed.

    `readable` begins with the playbook's own folder, `rules` gives those that people have applied.
    """
    return _Agents(playbook, readable, equipment, rules)


class _Agents(dict[str, Agent]):
    """Agents by name, those beyond the ladder built at their first attempt."""

    def __init__(
        self,
        playbook: Playbook,
        readable: tuple[Path, ...],
        equipment: Equipment | None,
        rules: Callable[[], Iterable[Rule]],
    ) -> None:
        """Build the ladder."""
        super().__init__()
        self._rules = rules
        self._playbook, self._readable, self._equipment = playbook, readable, equipment
        for name in playbook.agents:
            self[name] = self._built(name)

    def __missing__(self, name: str) -> Agent:
        """Build one more."""
        return self.setdefault(name, self._built(name))

    def _built(self, name: str) -> Agent:
        if name.startswith(PREFIX):
            return build_rule(name, self._rules())
        loaded = load_agent(name, agent_shelves())
        if not loaded.spec.thinks:
            return build_codemod(self._playbook, self._readable, name)
        if self._equipment is None:
            raise MissingRequirementError(
                f"agent {name} needs a gateway to its language model, and there is none here",
                hint="leafcut run starts one",
            )
        return build_client(name, loaded, self._playbook, self._readable[0], self._equipment)


def build_rule(name: str, rules: Iterable[Rule]) -> Agent:
    """Build the agent that applies a rule.

    Raises:
        UsageError: nobody has applied such a rule to the run.
    """
    from orchestrator.adapters.agents.rule import RuleAgent

    for rule in rules:
        if rule.agent == name:
            return RuleAgent(name, rule)
    raise UsageError(f"the run has no {name}", hint="leafcut rules apply adds one")


def build_client(
    name: str, loaded: LoadedAgent, playbook: Playbook, folder: Path, equipment: Equipment
) -> Agent:
    """Build an agent with a language model, of the class that its kind says.

    `folder` is the playbook's.
    """
    from orchestrator.application.prompt import PromptWriter
    from orchestrator.ports.sandbox import ResourceLimits

    prompting = PromptWriter(template=prompt_of(playbook, folder), description=playbook.description)
    limits = ResourceLimits(wall_s=seconds(playbook.limits.attempt_timeout))
    return equipped(name, loaded, equipment, limits, prompting)


def equipped(
    name: str,
    loaded: LoadedAgent,
    equipment: Equipment,
    limits: "ResourceLimits",
    prompting: "Prompting",
) -> Agent:
    """Build an agent with a language model for whatever `prompting` tells it to do."""
    from orchestrator.adapters.agents.acp import AcpAgent
    from orchestrator.adapters.agents.client import Client
    from orchestrator.adapters.agents.command import CommandAgent

    spec = loaded.spec
    if spec.llm is None:
        raise UsageError(f"agent {name} is no client of a language model")
    client = Client(
        name=name,
        agent=spec,
        folder=loaded.folder,
        image=equipment.images.get(name, ""),
        model=equipment.model or spec.model,
        limits=limits,
        gateway=equipment.gateway(name, spec.llm.wire),
        prompting=prompting,
    )
    return AcpAgent(client) if spec.kind == "acp" else CommandAgent(client)


def build_codemod(
    playbook: Playbook, readable: tuple[Path, ...], name: str = "codemod"
) -> CodemodAgent:
    """Build the agent that runs the playbook's own codemod.

    Raises:
        UsageError: the playbook has none.
    """
    if playbook.codemod is None:
        raise UsageError(f"playbook {playbook.name} has no codemod, and its agent {name} runs one")
    timeout = seconds(playbook.limits.attempt_timeout)
    return CodemodAgent(name, playbook.codemod.run, timeout, readable)
