"""What `leafcut doctor` finds, as values."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

Level: TypeAlias = Literal["ok", "warn", "fail", "later"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that Leafcut needs or can use.

    `fail` means that nothing runs without it, `warn` that something is not there or not to its
    full, `later` that it is not there and that nothing needs it yet. `says` is one line; `mend` the
    command that mends it, empty when all is well.
    """

    name: str
    level: Level
    says: str
    mend: str = ""


Probe: TypeAlias = Callable[[], Finding]


def examine(probes: Sequence[Probe]) -> tuple[Finding, ...]:
    """Run all probes at the same time and return what they found, in their order."""
    with ThreadPoolExecutor(len(probes) or 1, "doctor") as pool:
        return tuple(pool.map(lambda probe: probe(), probes))


def healthy(findings: Sequence[Finding]) -> bool:
    """Say whether Leafcut can run."""
    return all(finding.level != "fail" for finding in findings)


def document(findings: Sequence[Finding]) -> dict[str, object]:
    """Return what `leafcut doctor --json` prints."""
    return {
        "schema": 1,
        "ok": healthy(findings),
        "findings": [asdict(finding) for finding in findings],
    }
