"""What a person types to see some tasks only: words, and `key:value` for what has a name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from orchestrator.application.watching.follow import Look
from orchestrator.domain.lifecycle import STATES
from orchestrator.domain.reasons import reason_of

_NAMED: Mapping[str, Callable[[Look, str], str]] = {
    "state": lambda look, task: look.run.tasks[task].state,
    "agent": lambda look, task: look.run.agent_of(task),
    "layer": lambda look, task: str(look.run.by_id[task].layer),
    "stage": lambda look, task: look.run.by_id[task].stage,
    "owner": lambda look, task: " ".join(look.run.by_id[task].owners).lower(),
}
KEYS = tuple(_NAMED)
"""What may stand before a colon."""

_WHOLE = frozenset({"layer"})
"""Keys whose value is meant whole; of the others any part will do."""


@dataclass(frozen=True, slots=True)
class Query:
    """All of `words` must be found in a task's title, files, state or reason, all pairs must hold.

    A word that is a state finds the tasks in that state.
    """

    words: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, text: str) -> "Query":
        """Read what a person typed; what looks like a pair and is none is a word."""
        words, pairs = [], []
        for part in text.lower().split():
            key, colon, value = part.partition(":")
            if colon and key in _NAMED:
                if value:
                    pairs.append((key, value))
            elif part in STATES:
                pairs.append(("state", part))
            else:
                words.append(part)
        return cls(tuple(words), tuple(pairs))

    def __bool__(self) -> bool:
        """Say whether anything is asked for."""
        return bool(self.words or self.pairs)

    def finds(self, look: Look, task: str) -> bool:
        """Say whether a task is among those asked for."""
        return all(_holds(look, task, *pair) for pair in self.pairs) and self._reads(look, task)

    def _reads(self, look: Look, task: str) -> bool:
        if not self.words:
            return True
        planned, status = look.run.by_id[task], look.run.tasks[task]
        text = "\n".join((planned.title, *planned.files, reason_of(status))).lower()
        return all(word in text for word in self.words)


def _holds(look: Look, task: str, key: str, value: str) -> bool:
    found = _NAMED[key](look, task)
    return found == value if key in _WHOLE else value in found
