"""A person's command, left for whoever works on a run."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orchestrator.domain.commands import Answer
    from orchestrator.domain.events import CommandAccepted, PersonCommand
    from orchestrator.wiring.runs import OpenRun


def foreseen(there: "OpenRun", command: "PersonCommand") -> "CommandAccepted":
    """Return what a command comes to as the run stands.

    Raises:
        UsageError: it is refused.
    """
    from orchestrator.domain.commands import answer

    return _accepted(answer(there.run, command), command)


def asked(there: "OpenRun", command: "PersonCommand") -> "CommandAccepted | None":
    """Leave a command; return what came of it, None where nobody has answered yet.

    Raises:
        UsageError: it is refused.
    """
    from orchestrator.wiring.steering import ask

    said = ask(there, command)
    return None if said is None else _accepted(said, command)


def _accepted(said: "Answer", command: "PersonCommand") -> "CommandAccepted":
    from orchestrator.domain.events import CommandAccepted
    from orchestrator.errors import UsageError

    if isinstance(said, CommandAccepted):
        return said
    raise UsageError(f"{command.word} is refused: {said.reason}")
