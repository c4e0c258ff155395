"""To whom a message goes."""

from orchestrator.domain.learnings.message import EVERYONE
from orchestrator.domain.run import Run


def addressee(run: Run, to: str) -> str:
    """Return the task that is meant by its id or by a file of it, or everyone; "" for nobody."""
    if to == EVERYONE or to in run.by_id:
        return to
    return run.holders.get(to.removeprefix("./"), "")
