"""What other runs of a playbook have learnt, on its way from the bus into this run's journal."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from threading import Lock

from orchestrator.application.channels import writer_of
from orchestrator.domain.learnings.learning import Learning
from orchestrator.domain.learnings.standing import Standing
from orchestrator.ports.bus import Delivery


class SharedLearnings:
    """Takes letters of the playbook's channel; they are finished when the journal has them."""

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
        self._waiting: dict[str, set[str]] = {}

    def know(self, names: Iterable[str]) -> None:
        """Note the ids of learnings that the journal has."""
        with self._lock:
            self._known |= set(names)

    def take(self, deliveries: Sequence[Delivery]) -> list[str]:
        """Take letters in; return the positions of those that are finished, earlier ones too."""
        letters = list(self._readable(deliveries))
        # Of several words of one run about a learning the last one counts: it may take it back.
        latest = {(writer, one.learning.id): one for _, writer, one in letters}
        finished = []
        for position, writer, standing in letters:
            learning = standing.learning
            if self._wanted(writer, latest[writer, learning.id]):
                self._waiting.setdefault(learning.id, set()).add(position)
                self._offer(learning)
            else:
                finished.append(position)
        return finished + self._journaled()

    def _readable(self, deliveries: Sequence[Delivery]) -> Iterator[tuple[str, str, Standing]]:
        for one in deliveries:
            with suppress(ValueError):
                yield one.position, writer_of(one.letter), self._read(one.letter.body)

    def _wanted(self, writer: str, standing: Standing) -> bool:
        """Say whether it is somebody else's, fit to be told, and news."""
        learning = standing.learning
        if self._run in {writer, learning.provenance.run}:
            return False
        if standing.status != "trusted" or learning.reach != "playbook":
            return False
        with self._lock:
            return learning.id not in self._known

    def _offer(self, learning: Learning) -> None:
        if learning.id not in self._told:
            self._told.add(learning.id)
            self._tell(learning)

    def _journaled(self) -> list[str]:
        """Return the positions of letters whose learning the journal has by now."""
        with self._lock:
            there = self._known & self._waiting.keys()
        return [position for name in there for position in self._waiting.pop(name)]
