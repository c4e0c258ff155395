"""Which files depend on which: one adapter a language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ImportEdges:
    """The file graph. `edges` maps each readable file to the files that it imports, both sorted.

    `unreadable` maps each file that could not be read as source to the reason.
    """

    edges: Mapping[str, tuple[str, ...]]
    unreadable: Mapping[str, str] = field(default_factory=dict)


class ImportGraph(Protocol):
    """Reads the imports of source files that lie on disk."""

    def read(self, tree: Path, files: Sequence[str]) -> ImportEdges:
        """Return the edges among `files`, which are relative to `tree`.

        Raises:
            MissingRequirementError: the tool that reads imports is not there or does not answer
                as expected.
        """
        ...
