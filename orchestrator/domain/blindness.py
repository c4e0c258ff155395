"""Checks that said nothing against a broken file: how much their word is worth."""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.domain.events import BaselineTaken
from orchestrator.domain.run import Run
from orchestrator.domain.verdict import CheckResult


@dataclass(frozen=True, slots=True)
class Blindness:
    """What a check failed to see, and what a person can do about it."""

    why: str
    advice: str


def blind(run: Run) -> Mapping[str, Blindness]:
    """Return the checks that nobody should lean on, by name.

    Those that have turned a change down since the baseline see something, whatever the probe.
    """
    found = blind_at(run.baseline) if run.baseline else {}
    return {check: one for check, one in found.items() if check not in run.objected}


def blind_at(baseline: BaselineTaken) -> Mapping[str, Blindness]:
    """Return the checks that said nothing against a broken file at the baseline."""
    on_base = {one.check: one for one in baseline.checks}
    return {
        check: _explained(on_base.get(check), baseline.probe or "a file")
        for check in baseline.blind
    }


def _explained(on_base: CheckResult | None, probe: str) -> Blindness:
    if on_base is None or on_base.green:
        return Blindness(
            f"it stayed green with {probe} broken",
            "it may test an installed copy (an editable install; try PYTHONPATH=src) or never read "
            "that file",
        )
    return Blindness(
        f"it is red on the base and was no redder with {probe} broken{_last_word(on_base)}",
        "what is red before counts against nobody: mend it on the base, or let it say what fails "
        "(--check NAME:REPORT=COMMAND)",
    )


def _last_word(result: CheckResult) -> str:
    """Return how the check ended and the last line that it printed."""
    code = "" if result.exit_code is None else f"exit code {result.exit_code}"
    said = next((line for line in reversed(result.output.splitlines()) if line.strip()), "")
    return f" ({': '.join(filter(None, (code, said.strip())))})" if code or said else ""
