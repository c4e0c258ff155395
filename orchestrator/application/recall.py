"""Verdicts that a run has recorded: a tree that landing has checked need not be checked again."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from orchestrator.application.checking import names_files
from orchestrator.application.slices.collate import Check
from orchestrator.domain import playbook
from orchestrator.domain.events import Event, LandingEnded, PlaybookChanged
from orchestrator.domain.verdict import CheckResult


def recalling(
    check: Check,
    checks: Sequence[playbook.Check],
    events: Iterable[Event],
    tree_of: Callable[[str], str],
) -> Check:
    """Return `check`, made to answer from the journal where landing has seen the same tree.

    Landing gave its checks the files of a batch, so its answer serves others only where no check
    is about files.
    """
    at_landing = [one for one in checks if one.runs_on("landing")]
    if any(names_files(one) for one in at_landing):
        return check
    names = [one.name for one in at_landing]
    known = {
        tree_of(event.head): event.checks
        for event in _since_the_checks_changed(events)
        if isinstance(event, LandingEnded)
        and event.landed
        and [result.check for result in event.checks] == names
    }

    def recalled(commit: str, files: Sequence[str]) -> tuple[CheckResult, ...]:
        earlier = known.get(tree_of(commit))
        if earlier is None:
            return check(commit, files)
        return tuple(replace(result, cached=True) for result in earlier)

    return recalled


def _since_the_checks_changed(events: Iterable[Event]) -> list[Event]:
    """Return the events after the last change of playbook that made earlier verdicts void."""
    since: list[Event] = []
    for event in events:
        if isinstance(event, PlaybookChanged) and event.rebase:
            since.clear()
        since.append(event)
    return since
