"""Checks that were red and then green on the same tree: counted, so that nobody forgets them."""

from collections import Counter
from collections.abc import Iterable, Iterator

from orchestrator.domain.events import AttemptEnded, Event, HeadChecked, LandingEnded
from orchestrator.domain.verdict import CheckResult


def flaky_passes(events: Iterable[Event]) -> Counter[str]:
    """Return how often each check passed only when it was run again on the same tree."""
    said = (result for event in events for result in _results(event))
    return Counter(result.check for result in said if result.outcome == "flaky")


def _results(event: Event) -> Iterator[CheckResult]:
    """Yield each result that an event tells of, once."""
    if isinstance(event, AttemptEnded):
        yield from event.result.verdict.checks
    elif isinstance(event, LandingEnded):
        each = [result for landed in event.landed for result in landed.checks]
        yield from each or event.checks
    elif isinstance(event, HeadChecked):
        yield from event.checks
