"""The parameters of a playbook, which a person may set."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from orchestrator.domain.strict import Strict

ParamType: TypeAlias = Literal["string", "integer", "number", "boolean"]
ParamValue: TypeAlias = str | int | float | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Param(Strict):
    """One parameter that a person may give with `--param name=value`.

    `default_from: requires-python` takes the oldest Python that the target says it supports, where
    it says so, and `default` elsewhere.
    """

    type: ParamType = "string"
    default: ParamValue | None = None
    default_from: Literal["requires-python"] | None = None
    description: str = ""
    choices: tuple[ParamValue, ...] = ()
