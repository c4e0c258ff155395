"""What is read from files: a key that nobody knows is a mistake, not an extra."""

from collections.abc import Mapping
from typing import Any, ClassVar


class Strict:
    """The base of values that are read from YAML or JSON: their readers refuse unknown keys."""

    __slots__ = ()
    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"extra": "forbid"}
