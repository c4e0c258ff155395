"""Which rules a run's landed commits have taught, and what they would do for what remains."""

from collections.abc import Iterator
from dataclasses import dataclass

from orchestrator.domain.lifecycle import SATISFYING
from orchestrator.domain.messages import AGENT
from orchestrator.domain.plan import NO_OCCURRENCE
from orchestrator.domain.run import Run
from orchestrator.domain.synthesis.examples import Evidence, Example, Syntax
from orchestrator.domain.synthesis.rule import PREFIX, Rule
from orchestrator.domain.synthesis.synthesise import synthesise
from orchestrator.ports.repository import Repository

MOST_COMMITS = 60
"""Landed commits that are looked at; those of the first tasks of the plan."""
MOST_RIGHT = 200
"""Files without an occurrence that are looked at."""
MOST_FILES = 100
"""Files of the largest commit that is looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A rule for a person to judge.

    `commits` pairs the tasks that taught it, whose files it gives byte for byte, with their
    commits; `edits` counts the places. `waiting` counts the tasks still to do, `matched` are those
    of them in whose files it would change something. `preview` has path and content, before and
    after, of the first of these files.
    """

    rule: Rule
    commits: tuple[tuple[str, str], ...]
    edits: int
    waiting: int
    matched: tuple[str, ...]
    preview: tuple[tuple[str, bytes, bytes], ...]
    applied: bool


PREVIEWED = 3
"""Files that are shown as they would be."""


def offers(run: Run, repository: Repository, syntax: Syntax) -> tuple[Offer, ...]:
    """Return what can be offered, read from the landed commits; nothing is written."""
    evidence = gathered(run, repository, syntax)
    taught = synthesise(evidence, syntax)
    waiting = [task for task, status in run.tasks.items() if status.state not in SATISFYING]
    return tuple(
        _offer(one.rule, one.tasks, one.edits, waiting, (run, repository, syntax)) for one in taught
    )


def gathered(run: Run, repository: Repository, syntax: Syntax) -> Evidence:
    """Return what speaks for rules and against them.

    What a rule has made teaches nothing. Files that were judged to need no change, and files of the
    plan without an occurrence, are right as they are on the head.
    """
    examples: list[Example] = []
    whole: dict[str, int] = {}
    landed = ((task, one.commit) for task, one in run.tasks.items() if one.commit)
    for task, commit in landed:
        if len(whole) == MOST_COMMITS:
            break
        info = repository.info(commit)
        if run.tasks[task].state != "landed" or info.trailers.get(AGENT, "").startswith(PREFIX):
            continue
        changes = repository.changes(info.parents[0], commit)
        if len(changes.files) > MOST_FILES:
            continue
        whole[task] = len(changes.files)
        for change in changes.files:
            old = repository.read(info.parents[0], change.path)
            if old is not None and change.content is not None:
                examples += _example(task, change.path, old, change.content, syntax)
    return Evidence(examples=examples, right=dict(_right(run, repository, syntax)), whole=whole)


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


def _offer(
    rule: Rule,
    tasks: tuple[str, ...],
    edits: int,
    waiting: list[str],
    around: tuple[Run, Repository, Syntax],
) -> Offer:
    run, repository, syntax = around
    matched: dict[str, None] = {}
    preview: list[tuple[str, bytes, bytes]] = []
    for task in waiting:
        for path in run.by_id[task].files:
            before = repository.read(run.head, path) or b""
            after = syntax.rewritten(path, before, rule.rewrites)
            if after != before:
                matched[task] = None
                preview += [(path, before, after)] if len(preview) < PREVIEWED else []
    return Offer(
        rule=rule,
        commits=tuple((task, run.tasks[task].commit or "") for task in tasks),
        edits=edits,
        waiting=len(waiting),
        matched=tuple(matched),
        preview=tuple(preview),
        applied=rule in run.rules,
    )
