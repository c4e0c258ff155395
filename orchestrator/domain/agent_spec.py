"""agent.yaml as a value: what kind of agent a name stands for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSpec:
    """One agent. A codemod is the playbook's own command; other kinds come later."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"extra": "forbid"}

    version: Literal[1]
    name: str
    kind: Literal["codemod"]
    description: str = ""


RESERVED_AGENT_KEYS: Mapping[str, str] = dict.fromkeys(
    (
        "image",
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
