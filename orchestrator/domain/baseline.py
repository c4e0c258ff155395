"""The baseline: what the checks hold against the base commit, so that only new failures count."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from orchestrator.domain.reports import exit_failure
from orchestrator.domain.verdict import CheckResult, Failure


@dataclass(frozen=True, slots=True)
class Known:
    """What one check held against the base: how often each failure, and its exit code."""

    failures: Mapping[tuple[str, str, str, str], int] = field(default_factory=dict)
    exit_code: int = 0


def known(results: Sequence[CheckResult]) -> dict[str, Known]:
    """Return the baseline that check results on the base make, by check."""
    return {
        result.check: Known(
            Counter(failure.identity for failure in result.failures), result.exit_code or 0
        )
        for result in results
    }


def only_new(
    check: str, found: Sequence[Failure], exit_code: int, base: Known
) -> tuple[tuple[Failure, ...], int]:
    """Return the failures that the baseline lacks, and how many it has; compared as multisets.

    A command that fails in another way than it did on the base counts as a new failure even when
    it named none: it may not have come as far.
    """
    left = Counter(base.failures)
    new: list[Failure] = []
    for failure in found:
        if left[failure.identity] > 0:
            left[failure.identity] -= 1
        else:
            new.append(failure)
    known_ones = len(found) - len(new)
    if not new and exit_code not in {0, base.exit_code}:
        new.append(exit_failure(check, exit_code))
    return tuple(new), known_ones
