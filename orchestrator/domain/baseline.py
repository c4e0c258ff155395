"""The baseline: what the checks hold against the base commit, so that only new failures count."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from orchestrator.domain.playbook import Check
from orchestrator.domain.reports import exit_failure
from orchestrator.domain.verdict import CheckResult, Failure

Identity: TypeAlias = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """What one check held against the base: how often each failure, and its exit code."""

    failures: Mapping[Identity, int] = field(default_factory=dict)
    exit_code: int = 0


def known(results: Sequence[CheckResult]) -> dict[str, Known]:
    """Return the baseline that check results on the base make, by check."""
    return {
        result.check: Known(
            Counter(failure.identity for failure in result.failures), result.exit_code or 0
        )
        for result in results
    }


def only_new(check: Check, result: CheckResult, base: Known) -> tuple[tuple[Failure, ...], int]:
    """Return the failures of a result that the baseline lacks, and how many it has.

    They are compared as multisets; what is left of a failure of the base that says less now is that
    failure still. A command that did not end by itself never came to the end of
    what it had to say, so all that it said counts. One that ends in another way than on the base
    counts as a new failure even when it named none: it may not have come as far.
    """
    if result.exit_code is None:
        return result.failures, 0
    left = Counter[Identity]()
    for identity, times in base.failures.items():
        left[_compared(check, identity)] += times
    new = _uncovered(result.failures, left, lambda identity: _compared(check, identity))
    new = _uncovered(new, left, lambda identity: _whole(_compared(check, identity)))
    counted = len(result.failures) - len(new)
    if not new and result.exit_code not in {0, base.exit_code}:
        new.append(exit_failure(check.name, result.exit_code))
    return tuple(new), counted


def _uncovered(
    failures: Sequence[Failure],
    left: Counter[Identity],
    known_as: Callable[[Identity], Identity],
) -> list[Failure]:
    """Return the failures for which nothing is left, taking from it for the others."""
    new = []
    for failure in failures:
        same = known_as(failure.identity)
        if left[same] > 0:
            left[same] -= 1
        else:
            new.append(failure)
    return new


_UNTYPED = "Function is missing a type annotation"
_PARTS = {
    ("no-untyped-def", f"{_UNTYPED} for one or more parameters"): _UNTYPED,
    ("no-untyped-def", f"{_UNTYPED} for one or more arguments"): _UNTYPED,
    ("no-untyped-def", "Function is missing a return type annotation"): _UNTYPED,
}
"""Messages of mypy for what is left, by rule, with that for the whole.

A function with half of its types is no worse than one with none. The other way round it is.
https://github.com/python/mypy/blob/master/mypy/message_registry.py
"""


def _whole(identity: Identity) -> Identity:
    check, path, rule, message = identity
    return check, path, rule, _PARTS.get((rule, message), message)


def _compared(check: Check, identity: Identity) -> Identity:
    """Leave out a test's message: it holds values, and a red test is the same whatever it says."""
    return (*identity[:3], "") if check.report == "junit" else identity
