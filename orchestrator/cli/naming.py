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


def the_learning(run: "Run", name: str) -> str:
    """Return the id of the one learning that `name` means: an id, or the beginning of one.

    Raises:
        UsageError: it means none, or several.
    """
    from difflib import get_close_matches

    from orchestrator.errors import UsageError

    known = list(run.ledger.standings)
    found = [
        one for one in known if name and one.removeprefix("l-").startswith(name.removeprefix("l-"))
    ]
    if name in known or len(found) == 1:
        return name if name in known else found[0]
    near = found or get_close_matches(name, known, cutoff=0.5)
    hint = f"it could be {', '.join(near[:5])}" if near else "leafcut learnings list shows them"
    raise UsageError(
        f"which {name!r}?" if found else f"the run has no learning {name!r}", hint=hint
    )
