"""What Tab offers for a word of a command. It is fast, and where it fails it offers nothing."""

import os
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import islice

import typer

Offer = tuple[str, str]
_UNSAFE = re.compile(r"[^\w .,/+=@%:-]")
"""What shells may read as more than text: they evaluate what they are offered."""
MOST = 300
"""Words that are offered at most."""
LONGEST = 60


def run(incomplete: str) -> list[Offer]:
    """Offer runs, the newest first, with how they stand."""
    from orchestrator.wiring import completing

    return _offered(completing.runs, incomplete)


def task(context: typer.Context, incomplete: str) -> list[Offer]:
    """Offer the tasks of the run that is meant, by id and by file."""
    from orchestrator.wiring import completing

    return _offered(lambda: completing.tasks(*_meant(context)), incomplete)


def learning(context: typer.Context, incomplete: str) -> list[Offer]:
    """Offer the learnings of the run that is meant."""
    from orchestrator.wiring import completing

    return _offered(lambda: completing.learnings(*_meant(context)), incomplete)


def playbook(incomplete: str) -> list[Offer]:
    """Offer playbooks by name; where none fits, shells go on with files."""
    from orchestrator.wiring import completing

    return _offered(completing.playbooks, incomplete)


def agent(incomplete: str) -> list[Offer]:
    """Offer agents by name."""
    from orchestrator.wiring import completing

    return _offered(completing.agents, incomplete)


def checkpoint(incomplete: str) -> list[Offer]:
    """Offer the places where a run can wait."""
    return _offered(
        lambda: [
            ("scaffold", "before the migration"),
            ("layer", "between layers"),
            ("before_publish", "before slices are published"),
        ],
        incomplete,
    )


def status(incomplete: str) -> list[Offer]:
    """Offer how learnings may stand."""
    return _offered(
        lambda: [(one, "") for one in ("trusted", "candidate", "quarantined", "retired")],
        incomplete,
    )


def _meant(context: typer.Context) -> tuple[str | None, list[str]]:
    """Return the run that is named, and all words of the line.

    Behind an option that lacks its value yet, no word is told from another.
    """
    said = context.params.get("run") or context.params.get("run_name")
    line = os.environ.get("COMP_WORDS") or os.environ.get("_TYPER_COMPLETE_ARGS", "")
    return (str(said) if said else None), line.split()


def _offered(found: Callable[[], Iterable[Offer]], incomplete: str) -> list[Offer]:
    """Return the words that begin as what was typed, each with a few plain words."""
    offers: list[Offer] = []
    with suppress(Exception):
        fitting = (one for one in found() if one[0].startswith(incomplete))
        safe = ((word, about) for word, about in fitting if not _UNSAFE.search(word))
        offers.extend((word, _plain(about)) for word, about in islice(safe, MOST))
    return offers


def _plain(about: str) -> str:
    return _UNSAFE.sub(" ", about)[:LONGEST].strip()
