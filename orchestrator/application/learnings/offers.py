"""Which rules a run's landed commits have taught, and what they would do for what remains."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from orchestrator.domain.changes import ChangeSet
from orchestrator.domain.lifecycle import SATISFYING
from orchestrator.domain.messages import AGENT
from orchestrator.domain.plan import NO_OCCURRENCE
from orchestrator.domain.run import Run
from orchestrator.domain.synthesis.examples import Evidence, Example, Syntax
from orchestrator.domain.synthesis.rule import PREFIX, Rule
from orchestrator.domain.synthesis.synthesise import Taught, synthesise
from orchestrator.ports.repository import Repository

MOST_COMMITS = 60
"""Landed commits that are looked at; those of the first tasks of the plan."""
MOST_RIGHT = 200
"""Files without an occurrence that are looked at."""
MOST_FILES = 100
"""Files of the largest commit that is looked at."""
PREVIEWED = 3
"""Files that are shown as they would be."""


Preview: TypeAlias = tuple[str, bytes, bytes]
"""A file: its path, its content, and what a rule would make of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A rule for a person to judge.

    `commits` pairs the tasks that taught it, whose files it gives byte for byte, with their
    commits; `edits` counts the places. `waiting` counts the tasks still to do, `matched` are those
    of them in whose files it would change something. `preview` has the first of these files.
    """

    rule: Rule
    commits: tuple[tuple[str, str], ...]
    edits: int
    waiting: int
    matched: tuple[str, ...]
    preview: tuple[Preview, ...]
    applied: bool


def offers(run: Run, repository: Repository, syntax: Syntax) -> tuple[Offer, ...]:
    """Return what can be offered, read from the landed commits; nothing is written."""
    evidence = gathered(run, repository, syntax)
    waiting = [task for task, status in run.tasks.items() if status.state not in SATISFYING]
    return tuple(
        _offer(one, run, len(waiting), _changes(one.rule, waiting, run, repository, syntax))
        for one in synthesise(evidence, syntax)
    )


def gathered(run: Run, repository: Repository, syntax: Syntax) -> Evidence:
    """Return what speaks for rules and against them.

    What a rule has made teaches nothing. Files that were judged to need no change, and files of the
    plan without an occurrence, are right as they are on the head.
    """
    examples: list[Example] = []
    whole: dict[str, int] = {}
    for task, before, changes in islice(_landed(run, repository), MOST_COMMITS):
        whole[task] = len(changes.files)
        for change in changes.files:
            old = repository.read(before, change.path)
            if old is not None and change.content is not None:
                examples += _example(task, change.path, old, change.content, syntax)
    return Evidence(examples=examples, right=dict(_right(run, repository, syntax)), whole=whole)


def _landed(run: Run, repository: Repository) -> Iterator[tuple[str, str, ChangeSet]]:
    """Yield what landed and was not made by a rule: the task, the commit before, the changes."""
    for task, status in run.tasks.items():
        if status.state != "landed" or not status.commit:
            continue
        info = repository.info(status.commit)
        if info.trailers.get(AGENT, "").startswith(PREFIX):
            continue
        changes = repository.changes(info.parents[0], status.commit)
        if len(changes.files) <= MOST_FILES:
            yield task, info.parents[0], changes


def _example(task: str, path: str, old: bytes, new: bytes, syntax: Syntax) -> Iterator[Example]:
    language = syntax.language(path)
    edits = syntax.edits(path, old, new) if language else None
    if language is not None and edits is not None:
        yield Example(task=task, path=path, language=language, old=old, new=new, edits=edits)


def _right(run: Run, repository: Repository, syntax: Syntax) -> Iterator[tuple[str, bytes]]:
    unchanged = [
        file
        for task, status in run.tasks.items()
        if status.state == "unchanged"
        for file in run.by_id[task].files
    ]
    spared = [one.file for one in run.plan.untouched if one.reason == NO_OCCURRENCE]
    for file in [*unchanged, *spared][:MOST_RIGHT]:
        content = repository.read(run.head, file) if syntax.language(file) else None
        if content is not None:
            yield file, content


def _changes(
    rule: Rule, tasks: Iterable[str], run: Run, repository: Repository, syntax: Syntax
) -> Iterator[tuple[str, Preview]]:
    """Yield the tasks, and the files of theirs, that a rule would change."""
    for task in tasks:
        for path in run.by_id[task].files:
            before = repository.read(run.head, path) or b""
            after = syntax.rewritten(path, before, rule.rewrites)
            if after != before:
                yield task, (path, before, after)


def _offer(one: Taught, run: Run, waiting: int, changes: Iterable[tuple[str, Preview]]) -> Offer:
    matched: dict[str, None] = {}
    preview: list[Preview] = []
    for task, change in changes:
        matched[task] = None
        if len(preview) < PREVIEWED:
            preview.append(change)
    return Offer(
        rule=one.rule,
        commits=tuple((task, run.tasks[task].commit or "") for task in one.tasks),
        edits=one.edits,
        waiting=waiting,
        matched=tuple(matched),
        preview=tuple(preview),
        applied=one.rule in run.rules,
    )
