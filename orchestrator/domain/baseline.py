"""The baseline: what the checks hold against the base commit, so that only new failures count."""

from collections import Counter
from collections.abc import Mapping, Sequence
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

    They are compared as multisets. A command that did not end by itself never came to the end of
    what it had to say, so all that it said counts. One that ends in another way than on the base
    counts as a new failure even when it named none: it may not have come as far.
    """
    if result.exit_code is None:
        return result.failures, 0
    left = Counter[Identity]()
    for identity, times in base.failures.items():
        left[_compared(check, identity)] += times
    new: list[Failure] = []
    for failure in result.failures:
        same = _compared(check, failure.identity)
        if left[same] > 0:
            left[same] -= 1
        else:
            new.append(failure)
    counted = len(result.failures) - len(new)
    if not new and result.exit_code not in {0, base.exit_code}:
        new.append(exit_failure(check.name, result.exit_code))
    return tuple(new), counted


def _compared(check: Check, identity: Identity) -> Identity:
    """Leave out a test's message: it holds values, and a red test is the same whatever it says."""
    return (*identity[:3], "") if check.report == "junit" else identity
