"""What stands in source files: one adapter for all languages, a reader for each."""

from typing import Protocol

from orchestrator.domain.sources import Facts


class Sources(Protocol):
    """Reads the facts that guards ask for off a file's content."""

    def __call__(self, path: str, content: bytes) -> Facts | None:
        """Return what stands in the file, None when it is in no language that can be read.

        `path` tells the language and whether the file holds tests; nothing is read from disk.
        Content that is no valid source gives the facts of what can be made out.
        """
        ...
