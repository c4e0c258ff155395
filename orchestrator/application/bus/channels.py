"""The channels of the bus, the letters on them, and how often somebody tries who has lost it."""

from orchestrator.domain.learnings.standing import Standing
from orchestrator.ports.bus import Letter

LETTERS_KEPT = 10_000
"""About how many learnings, and how many messages, a channel keeps."""
EVENTS_KEPT = 2_000
"""About how many live events a channel keeps; the journal has all."""
LONGEST_PAUSE_S = 2.0
"""How long one waits at most between two tries, in seconds."""


def learnings_of(run: str) -> str:
    """Return the channel of a run's learnings: standings, each time that one changes."""
    return f"run/{run}/learnings"


def messages_of(run: str) -> str:
    """Return the channel of a run's messages."""
    return f"run/{run}/messages"


def events_of(run: str) -> str:
    """Return the channel of what is recorded in a run, for whoever looks on."""
    return f"run/{run}/events"


def shared_by(playbook: str) -> str:
    """Return the channel of what the runs of a playbook have learnt for each other."""
    return f"playbook/{playbook}/learnings"


def standing_key(standing: Standing) -> str:
    """Return what tells a standing from all others of its run."""
    return f"{standing.learning.id}/{standing.revision}"


def shared_key(run: str, standing: Standing) -> str:
    """Return what tells a standing from those of all runs; it begins with whose it is."""
    return f"{run}/{standing_key(standing)}"


def writer_of(letter: Letter) -> str:
    """Return the run that has written a letter of a playbook's channel."""
    return letter.key.partition("/")[0]


def pause_s(failures: int) -> float:
    """Return how many seconds to wait after so many failures in a row: twice as long each time."""
    return min(0.1 * 2.0 ** min(failures, 10), LONGEST_PAUSE_S)
