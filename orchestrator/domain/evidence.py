"""What a journal knows of the checks of each landed commit, and of where they ran."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from orchestrator.domain.events import (
    BaseUpdated,
    Event,
    Landed,
    LandingEnded,
    RunResumed,
    RunStarted,
)
from orchestrator.domain.receipt import Environment
from orchestrator.domain.verdict import CheckResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was checked of one landed commit.

    `tested` is the commit whose tree the checks saw, `files` what they were about. `lost`
    says that the journal has no word of what the checks said.
    """

    task: str
    commit: str
    tested: str
    files: tuple[str, ...]
    checks: tuple[CheckResult, ...]
    environment: Environment
    lost: bool = False


def evidence(events: Iterable[Event]) -> dict[str, Evidence]:
    """Return what a run's events tell of each landed commit, by commit, in landing order."""
    found: dict[str, Evidence] = {}
    where = Environment()
    for event in events:
        if isinstance(event, RunStarted | RunResumed):
            where = _where(event, where)
        elif isinstance(event, LandingEnded):
            found |= _landed(event, where)
        elif isinstance(event, BaseUpdated):  # what had landed is on no branch any more
            found = {}
            for landing in event.landings:
                found |= _landed(landing, where)
    return found


def _landed(event: LandingEnded, where: Environment) -> dict[str, Evidence]:
    return {landed.commit: _of(landed, event, where) for landed in event.landed}


def _of(landed: Landed, event: LandingEnded, where: Environment) -> Evidence:
    together = [one for one in event.landed if one.checked == landed.checked]
    own = landed.checks or (event.checks if landed.checked == event.head else ())
    return Evidence(
        task=landed.task,
        commit=landed.commit,
        tested=landed.checked,
        files=tuple(sorted({file for one in together for file in one.files})),
        checks=own,
        environment=where,
        lost=event.unseen or (not own and bool(event.checks)),
    )


def _where(event: RunStarted | RunResumed, before: Environment) -> Environment:
    """Return what a process is made of; journals that do not say leave what was known."""
    told: dict[str, Any] = {
        "leafcut": event.version,
        "python": event.python,
        "platform": event.platform,
        "sandbox": event.sandbox,
    }
    known = {name: text for name, text in told.items() if text}
    if event.sandbox:  # without containers there are no images
        known |= {"image": event.image, "agent_images": event.agent_images}
    return replace(before, **known)
