"""agent.yaml as a value: what kind of agent a name stands for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentImage:
    """What the agent runs in where the sandbox has images.

    `dockerfile` lies beside agent.yaml and is built on top of the playbook's environment; `ref` is
    an image that exists, by digest.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"extra": "forbid"}

    dockerfile: str | None = None
    ref: str | None = None

    def __post_init__(self) -> None:
        """Refuse an image of no origin, or of two."""
        if (self.dockerfile is None) == (self.ref is None):
            message = "image needs either dockerfile or ref"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSpec:
    """One agent. A codemod is the playbook's own command; other kinds come later."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"extra": "forbid"}

    version: Literal[1]
    name: str
    kind: Literal["codemod"]
    description: str = ""
    image: AgentImage | None = None

    @property
    def thinks(self) -> bool:
        """Whether it is a client of a language model, and no deterministic program."""
        return self.kind != "codemod"


RESERVED_AGENT_KEYS: Mapping[str, str] = dict.fromkeys(
    (
        "command",
        "stdin",
        "files",
        "model",
        "transcript",
        "reports",
        "llm",
        "secrets",
        "env",
    ),
    "only agents of kind codemod are there for now",
)
"""Keys of the design whose machinery is not there yet, with what holds instead."""
