"""What other runs of the playbook have learnt, on its way into the journal.

Whoever reaches the bus may write there what they like: what they say of themselves is bounded here,
the rest of a lesson where it is admitted, and a run hears so many lessons and no more.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from threading import Lock

from orchestrator.application.bus.channels import writer_of
from orchestrator.domain.learnings.learning import Learning, Provenance
from orchestrator.domain.learnings.standing import Standing
from orchestrator.ports.bus import Delivery

MOST_TOLD = 1000
"""How many lessons of others a run hears while its process lives: each one costs it a little."""
LONGEST_NAME = 200
"""How many characters the name of another run, or of something there, has at most."""


class SharedLearnings:
    """What other runs of the playbook have learnt, on its way into the journal."""

    def __init__(
        self, run: str, read: Callable[[str], Standing], tell: Callable[[Learning], None]
    ) -> None:
        """Tell the engine of `run`, once, what its journal does not have."""
        self._run = run
        self._read = read
        self._tell = tell
        self._lock = Lock()
        self._known: set[str] = set()
        self._told: set[str] = set()
        self._waiting: dict[str, str] = {}

    def know(self, names: Iterable[str]) -> None:
        """Note the ids of learnings that the journal has."""
        with self._lock:
            self._known |= set(names)

    def take(self, deliveries: Sequence[Delivery]) -> list[str]:
        """Take letters in; return the positions of those that are finished, earlier ones too.

        Of several letters with a lesson that the engine was told the first waits for the journal.
        """
        letters = list(self._readable(deliveries))
        # Of several words of one run about a learning the last one counts: it may take it back.
        latest = {(writer, one.learning.id): one for _, writer, one in letters}
        finished = []
        for position, writer, standing in letters:
            learning = standing.learning
            wanted = self._wanted(writer, latest[writer, learning.id]) and self._offer(learning)
            if not wanted or self._waiting.setdefault(learning.id, position) != position:
                finished.append(position)
        return finished + self._journaled()

    def _readable(self, deliveries: Sequence[Delivery]) -> Iterator[tuple[str, str, Standing]]:
        for one in deliveries:
            with suppress(ValueError):
                yield one.position, writer_of(one.letter), self._read(one.letter.body)

    def _wanted(self, writer: str, standing: Standing) -> bool:
        """Say whether it is somebody else's, fit to be told, and news."""
        learning = standing.learning
        if self._run in {writer, learning.provenance.run} or not _is_named(learning.provenance):
            return False
        if standing.status != "trusted" or learning.reach != "playbook":
            return False
        with self._lock:
            return learning.id not in self._known

    def _offer(self, learning: Learning) -> bool:
        """Tell the engine of a lesson, once; say whether it was told."""
        if learning.id not in self._told and len(self._told) < MOST_TOLD:
            self._told.add(learning.id)
            self._tell(learning)
        return learning.id in self._told

    def _journaled(self) -> list[str]:
        """Return the positions of letters whose learning the journal has by now."""
        with self._lock:
            there = self._known & self._waiting.keys()
        return [self._waiting.pop(name) for name in there]


def _is_named(origin: Provenance) -> bool:
    """Say whether names are names: short, and nothing that moves a cursor."""
    names = (origin.run, origin.who, origin.task, origin.commit)
    return all(len(name) <= LONGEST_NAME and name.isprintable() for name in names)
