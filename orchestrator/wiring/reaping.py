"""Containers that a run's dead processes have left, removed with the run."""

from contextlib import closing

from orchestrator.adapters.runs import RunFolder
from orchestrator.adapters.sandbox.daemon import connect, labelled, reap
from orchestrator.errors import InvalidInputError, MissingRequirementError
from orchestrator.wiring.sandboxes import containers_of


def reap_containers(folder: RunFolder) -> int:
    """Remove what is left of a run's containers and return how many there were.

    Raises:
        MissingRequirementError: the run had containers, and no daemon answers to remove them.
    """
    try:
        had_some = bool(folder.settings().image)
    except InvalidInputError:
        had_some = True
    try:
        client = connect()
    except MissingRequirementError:
        if had_some:
            raise
        return 0
    with closing(client):
        return reap(client, labelled(containers_of(folder)))
