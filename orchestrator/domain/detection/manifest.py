"""Manifests of a repository, read as data; whoever wrote them is not trusted.

A manifest that is broken or nested too deeply is one without data and with a fault. No XML parser
is involved: what pom.xml and build.gradle say is looked for in their text.
"""

import configparser
import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, TypeAlias

Data: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Manifest:
    """One manifest: where it lies in the repository, and its text."""

    path: str
    text: str

    @property
    def name(self) -> str:
        """The name of the file."""
        return PurePosixPath(self.path).name

    @property
    def folder(self) -> str:
        """The folder that it speaks of, "." for the root."""
        return str(PurePosixPath(self.path).parent)

    @property
    def data(self) -> Data:
        """What it says, empty for one that is only text or cannot be read."""
        return self._parsed[0]

    @property
    def fault(self) -> str:
        """Why it cannot be read, empty when it can."""
        return self._parsed[1]

    @cached_property
    def _parsed(self) -> tuple[Data, str]:
        parse = _PARSERS.get(PurePosixPath(self.path).suffix)
        try:
            said = parse(self.text) if parse else {}
        except RecursionError:
            return {}, "is nested too deeply"
        except (ValueError, configparser.Error) as error:
            return {}, f"cannot be read: {str(error).partition(chr(10))[0]}"
        return (said, "") if isinstance(said, dict) else ({}, "holds no table")

    def at(self, *keys: str) -> Any:
        """Return what stands below keys, None where nothing does."""
        found: Any = self.data
        for key in keys:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found


def _ini(text: str) -> Data:
    parser = configparser.RawConfigParser(strict=False)
    parser.read_string(text)
    return {name: dict(parser[name]) for name in parser.sections()}


_PARSERS: Mapping[str, Callable[[str], Any]] = {
    ".toml": tomllib.loads,
    ".json": json.loads,
    ".cfg": _ini,
    ".ini": _ini,
}
