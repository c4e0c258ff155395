"""Laziness: no stub, no TODO, no silenced tool, nothing left out, counted net against the base."""

from collections.abc import Iterator, Mapping

from orchestrator.domain.guards.case import Examined
from orchestrator.domain.guards.comments import marks_of
from orchestrator.domain.guards.net import Placed, risen
from orchestrator.domain.shortening import cut
from orchestrator.domain.sources import Facts, Mark, MarkKind
from orchestrator.domain.verdict import Failure

CHECK = "guard:laziness"
SHOWN = 80
"""How many characters of the source a message repeats."""

_SAYS: Mapping[MarkKind, str] = {
    "stub": "is not implemented",
    "empty": "does nothing where something should be done",
    "todo": "leaves work for later",
    "elision": "leaves out code",
    "ignore": "silences a tool",
    "blanket": "silences a tool for more than one finding",
    "skip": "skips a test",
}


def laziness(case: Examined) -> Iterator[Failure]:
    """Yield each place by which a kind of laziness rose over the whole change set."""
    if case.guards.laziness == "off":
        return
    before: list[Placed] = []
    after: list[Placed] = []
    for path, old, new in case.sources():
        before += [(path, mark) for mark in _marks(case, old)]
        after += [(path, mark) for mark in _marks(case, new)]
    told: set[tuple[str, int]] = set()
    for path, mark in risen(before, after):
        if (path, mark.line) not in told:
            told.add((path, mark.line))
            yield _failure(path, mark)


def _marks(case: Examined, facts: Facts) -> Iterator[Mark]:
    """Yield what counts here: skips are test_integrity's, unless the playbook relaxed that."""
    allowed = set(case.guards.allow_laziness)
    if case.guards.test_integrity == "on":
        allowed.add("skip")
    for mark in (*facts.marks, *(mark for said in facts.comments for mark in marks_of(said))):
        if ("ignore" if mark.kind == "blanket" else mark.kind) not in allowed:
            yield mark


def _failure(path: str, mark: Mark) -> Failure:
    shown = cut(mark.text, SHOWN)
    return Failure(CHECK, path, mark.kind, f"{_SAYS[mark.kind]}: {shown}", mark.line)
