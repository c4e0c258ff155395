"""What every guard looks at."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from orchestrator.domain.changes import ChangeSet, FileChange
from orchestrator.domain.playbook import Guards
from orchestrator.domain.sources import Facts, ReadFacts

ReadBase = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What the guards look at. `read` gives a file's content at the attempt's base, None: absent.

    `residue_before` and `residue_after` count the occurrences in the task's files; `after` is None
    when the playbook does not ask for a rescan.
    """

    changes: ChangeSet
    task_files: Sequence[str]
    guards: Guards
    read: ReadBase
    facts: ReadFacts
    residue_before: int
    residue_after: int | None

    def sources(self) -> Iterator[tuple[str, Facts, Facts]]:
        """Yield path, facts at the base and facts now of each changed file that can be read.

        A file that is absent on one side has no facts there.
        """
        for change in self.changes.files:
            before = self._facts(change.path, self.read(change.path))
            after = self._facts(change.path, _text(change))
            if before is not None or after is not None:
                yield change.path, before or Facts(), after or Facts()

    def _facts(self, path: str, content: bytes | None) -> Facts | None:
        return None if content is None else self.facts(path, content)


def _text(change: FileChange) -> bytes | None:
    return None if change.mode == "120000" else change.content
