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
    from orchestrator.domain.nearness import suggestion
    from orchestrator.errors import UsageError

    found = tasks_named(run, name)
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"which {name!r}?", hint=f"it could be {', '.join(found[:5])}")
    known = [*run.by_id, *(file for task in run.by_id.values() for file in task.files)]
    hint = suggestion(name, known, "leafcut status lists them")
    raise UsageError(f"the plan has no task {name!r}", hint=hint)


def the_learning(run: "Run", name: str) -> str:
    """Return the id of the one learning that `name` means: an id, or the beginning of one.

    Raises:
        UsageError: it means none, or several.
    """
    from orchestrator.domain.nearness import suggestion
    from orchestrator.errors import UsageError

    known = list(run.ledger.standings)
    found = [
        one for one in known if name and one.removeprefix("l-").startswith(name.removeprefix("l-"))
    ]
    if name in known or len(found) == 1:
        return name if name in known else found[0]
    if found:
        raise UsageError(f"which {name!r}?", hint=f"it could be {', '.join(found[:5])}")
    hint = suggestion(name, known, "leafcut learnings list shows them")
    raise UsageError(f"the run has no learning {name!r}", hint=hint)
