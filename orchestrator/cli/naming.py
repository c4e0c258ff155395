"""Which task of a run a person means."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orchestrator.domain.run import Run


def the_task(run: "Run", name: str) -> str:
    """Return the id of the one task that `name` means.

    Raises:
        UsageError: it means none, or several.
    """
    from orchestrator.domain.naming import tasks_named
    from orchestrator.errors import UsageError

    found = tasks_named(run, name)
    if len(found) == 1:
        return found[0]
    hint = f"it could be {', '.join(found[:5])}" if found else "leafcut status lists them"
    raise UsageError(
        f"the plan has no task {name!r}" if not found else f"which {name!r}?", hint=hint
    )
