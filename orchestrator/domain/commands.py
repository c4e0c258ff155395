"""What a person's command means for a run: accepted or refused, never half done."""

from orchestrator.domain.events import CommandAccepted, CommandRefused, PersonCommand
from orchestrator.domain.lifecycle import TaskState
from orchestrator.domain.run import Run

RETRIED: frozenset[TaskState] = frozenset({"failed"})
"""States from which a person may send a task back to work."""


def answer(run: Run, command: PersonCommand) -> CommandAccepted | CommandRefused:
    """Return the event that answers `command` in the state that the run is in."""
    if command.action == "stop":
        return CommandAccepted(command=command.id, who=command.who, action="stop")
    unknown = [task for task in command.tasks if task not in run.tasks]
    if unknown:
        return _refused(command, f"the plan has no task {unknown[0]}")
    asked = command.tasks or tuple(run.tasks)
    tasks = tuple(task for task in asked if run.tasks[task].state in RETRIED)
    if not tasks:
        return _refused(command, "no failed task among those asked for")
    return CommandAccepted(command=command.id, who=command.who, action="retry", tasks=tasks)


def _refused(command: PersonCommand, reason: str) -> CommandRefused:
    return CommandRefused(command=command.id, who=command.who, reason=reason)
