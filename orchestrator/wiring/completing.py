"""What there is to name, found as fast as a person presses Tab."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from orchestrator.adapters.glimpse import Glimpse, glimpses, repository_around, title_of
from orchestrator.wiring.folders import data, places

Candidate = tuple[str, str]
"""A word, and what it means."""
SHOWN = 50
"""Runs that are offered at most."""


def runs() -> Iterator[Candidate]:
    """Yield the runs, the newest first, with their states."""
    for one in glimpses(places().state)[:SHOWN]:
        yield one.name, one.state()


def tasks(run: str | None, words: Sequence[str] = ()) -> Iterator[Candidate]:
    """Yield ids and files of a run's tasks."""
    if there := _chosen(run, words):
        for name, title, files in there.tasks():
            yield name, title
            for file in files:
                yield file, name


def learnings(run: str | None, words: Sequence[str] = ()) -> Iterator[Candidate]:
    """Yield ids of a run's learnings."""
    if there := _chosen(run, words):
        yield from there.learnings()


def playbooks() -> Iterator[Candidate]:
    """Yield the playbooks that can be named, those of the target repository here included."""
    here = repository_around(Path.cwd())
    own = [Path(here) / ".leafcut" / "playbooks"] if here else []
    for shelf in (places().config / "playbooks", data("playbooks"), *own):
        for file in sorted(shelf.glob("*/playbook.yaml")):
            yield file.parent.name, title_of(file)


def agents() -> Iterator[Candidate]:
    """Yield the agents that can be named."""
    for shelf in (places().config / "agents", data("agents")):
        for file in sorted(shelf.glob("*/agent.yaml")):
            yield file.parent.name, ""


def _chosen(run: str | None, words: Sequence[str]) -> Glimpse | None:
    """Return the run of that name or one among the words; else the newest here, or of all."""
    every = glimpses(places().state)
    if run is not None:
        return next((one for one in every if one.name.startswith(run)), None)
    if named := next((one for one in every if one.name in words), None):
        return named
    here = repository_around(Path.cwd())
    own = (one for one in every if one.target == here)
    return next(own, every[0] if every else None)
