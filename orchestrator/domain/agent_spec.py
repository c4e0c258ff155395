"""agent.yaml as values: what kind of agent a name stands for and how it is called.

As with playbooks the shapes are the schema. Rules over several keys are the reader's
(`adapters.library.agent_rules`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from orchestrator.domain.strict import Strict
from orchestrator.domain.wires import Wire

AgentKind: TypeAlias = Literal["codemod", "command", "acp"]
TranscriptFormat: TypeAlias = Literal[
    "text", "claude-stream-json", "codex-json", "gemini-stream-json", "opencode-json", "acp"
]
Reported: TypeAlias = Literal["tokens", "cost", "mcp", "resume"]

PLACEHOLDERS = frozenset(
    {
        "home", "llm.url", "mcp.url", "model", "notes", "prompt_file", "task.files", "token",
        "tree",
    }
)  # fmt: skip
"""What commands, variables and templates of an agent may name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentImage(Strict):
    """What the agent runs in where the sandbox has images.

    `dockerfile` lies beside agent.yaml and is built on top of the playbook's environment; `ref` is
    an image that exists, by digest.
    """

    dockerfile: str | None = None
    ref: str | None = None

    def __post_init__(self) -> None:
        """Refuse an image of no origin, or of two."""
        if (self.dockerfile is None) == (self.ref is None):
            message = "image needs either dockerfile or ref"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Llm(Strict):
    """How the agent is pointed at the gateway in place of its language model.

    `url` and `token` name the variables that its client reads; one that is set in a file instead,
    by a placeholder, is left out.
    """

    wire: Wire
    url: str | None = None
    token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSpec(Strict):
    """One agent. A codemod is the playbook's own command and has none of the keys after `kind`.

    `command` has one word an item; `stdin` is `${{ prompt }}` for a client that reads its prompt
    there. `files` leads from paths in the agent's home to templates beside agent.yaml. `transcript`
    says how what it prints is read, `reports` what is found there. `secrets` are names of what the
    gateway needs to reach the model: the agent never sees one. `version_command` prints the
    client's version.
    """

    version: Literal[1]
    name: str
    kind: AgentKind
    description: str = ""
    image: AgentImage | None = None
    command: tuple[str, ...] = ()
    version_command: tuple[str, ...] = ()
    stdin: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    model: str = ""
    transcript: TranscriptFormat = "text"
    reports: tuple[Reported, ...] = ()
    llm: Llm | None = None
    secrets: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def thinks(self) -> bool:
        """Whether it is a client of a language model, and no deterministic program."""
        return self.kind != "codemod"


RESERVED_AGENT_KEYS: Mapping[str, str] = {}
"""Keys of the design whose machinery is not there yet, with what holds instead."""
