"""How an attempt's agent ended: what others saw of it, before anything that it says of itself.

Exit codes and last words lie: a denied tool, an empty answer and a refused key have all come back
as a success. So the gateway's word counts first, then the sandbox's, and the agent's own word only
where it speaks against it. None of it decides on a change set.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.domain.shortening import cut
from orchestrator.domain.transcript import Transcript
from orchestrator.domain.trouble import Trouble, TroubleKind
from orchestrator.domain.visible import on_one_line
from orchestrator.ports.agent import AgentEnding
from orchestrator.ports.sandbox import Completed

NOT_FOUND = {126, 127}
"""Exit codes of a shell that could not run the command at all."""
NO_SUCH_MODEL = 404
LONGEST_MESSAGE = 300
"""How many characters of what an agent said are repeated in one line for a person."""

_TROUBLED: Mapping[TroubleKind, tuple[AgentEnding, str]] = {
    "limited": ("limited", "its model is at a rate limit or a quota"),
    "overloaded": ("overloaded", "its model is overloaded"),
    "malformed": ("overloaded", "its model's answers cannot be read"),
    "unreachable": ("overloaded", "its model cannot be reached"),
    "authentication": ("environment", "its model refuses the key"),
    "refused": ("gave_up", "its budget is spent"),
}
"""What counts before all that an agent says. A request that was wrong is not among these: it may
be one that the agent could do without."""
_STOPPED: Mapping[str, tuple[AgentEnding, str]] = {
    "timeout": ("timeout", "did not end within {limit:g} s"),
    "memory": ("gave_up", "used more memory than it may"),
    "processes": ("gave_up", "started more processes than it may"),
    "disk": ("gave_up", "wrote more to the disk than it may"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen of an agent's work.

    `limit_s` is its time limit in seconds, `metered` whether its model answered at all.
    """

    name: str
    completed: Completed
    transcript: Transcript
    trouble: Trouble | None
    metered: bool
    limit_s: float


def ending(seen: Seen) -> tuple[AgentEnding, str]:
    """Return how it ended and one line on it for a person, empty when there is nothing to say."""
    if seen.trouble is not None and seen.trouble.kind in _TROUBLED:
        how, why = _TROUBLED[seen.trouble.kind]
        return how, f"{seen.name}: {why}: {_short(seen.trouble.message)}"
    if (stopped := _STOPPED.get(seen.completed.ending)) is not None:
        return stopped[0], f"{seen.name} {stopped[1].format(limit=seen.limit_s)}"
    if seen.completed.exit_code in NOT_FOUND and not seen.metered:
        return "environment", f"{seen.name} cannot be started: {_last_words(seen)}"
    against = _against_itself(seen)
    if against and seen.trouble is not None:
        unknown = seen.trouble.status == NO_SUCH_MODEL
        how = "environment" if unknown else "gave_up"
        return how, f"{seen.name}: its model does not take this: {_short(seen.trouble.message)}"
    return ("gave_up", f"{seen.name} {against}") if against else ("done", "")


def _against_itself(seen: Seen) -> str:
    """Return what an agent says or shows against its own work, "" when it calls it done."""
    if seen.transcript.error:
        return f"gave up: {_short(seen.transcript.error)}"
    if seen.completed.exit_code != 0:
        return f"ended with exit code {seen.completed.exit_code}: {_last_words(seen)}"
    return "" if seen.transcript.said_something else "ended without an answer"


def _last_words(seen: Seen) -> str:
    said = (seen.completed.stderr or seen.completed.stdout).decode("utf-8", "replace").strip()
    return _short(said.splitlines()[-1]) if said else "it said nothing"


def _short(text: str) -> str:
    line = on_one_line(" ".join(text.split()))
    return cut(line, LONGEST_MESSAGE)
