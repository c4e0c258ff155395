"""What `leafcut init` has seen and proposes, in lines."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from orchestrator.domain.counting import many

if TYPE_CHECKING:
    from orchestrator.application.proposing.proposal import Proposal, Prospect

NAMED = 6
"""Nested manifests, and faults, that are named."""


def lines(proposal: "Proposal") -> Iterator[str]:
    """Yield a line for each thing that was seen or is proposed."""
    yield f"{proposal.target} at {proposal.commit[:12]}"
    counted = (
        f"{many(count, f'{name} file')}" for name, count in proposal.detected.languages.items()
    )
    yield f"languages  {', '.join(counted) or 'none that is known'}"
    yield from _tools(proposal)
    yield from _nested(proposal)
    for path, fault in islice(proposal.detected.faults.items(), NAMED):
        yield f"⚠ {path} {fault}"
    yield from _checks(proposal)
    for number, command in enumerate(proposal.setups):
        yield f"{'' if number else 'setup':<9}  {command}"
    for number, prospect in enumerate(proposal.prospects):
        yield f"{'' if number else 'playbooks':<9}  {_prospect(prospect)}"
    yield f"sandbox    {proposal.sandbox}{_ISOLATION.get(proposal.sandbox, '')}"
    yield f"agents     {proposal.agents}"


_ISOLATION = {
    "local": " (nothing is isolated: enough for codemods, not for language models)",
    "bubblewrap": " (isolated, no network)",
}


def _tools(proposal: "Proposal") -> Iterator[str]:
    here = [one for one in proposal.detected.found if one.folder == "."]
    for number, one in enumerate(here):
        yield f"{'' if number else 'tools':<9}  {one.tool:<8}  {one.kind:<5}  because {one.because}"


def _nested(proposal: "Proposal") -> Iterator[str]:
    nested = proposal.detected.nested
    if nested:
        more = f" and {len(nested) - NAMED} more" if len(nested) > NAMED else ""
        yield f"parts      {', '.join(nested[:NAMED])}{more}"


def _checks(proposal: "Proposal") -> Iterator[str]:
    if not proposal.runs_tests:
        yield "⚠ tests    no check would run any: give one with --check 'tests=COMMAND'"
    for number, one in enumerate(proposal.checks):
        yield f"{'' if number else 'checks':<9}  {one.on_command_line}"


def _prospect(one: "Prospect") -> str:
    if one.problem:
        return f"{one.playbook}: cannot say: {one.problem}"
    if one.tasks is None:
        return (
            f"{one.playbook}: at least {many(one.occurrences, 'occurrence')} in the first "
            f"{one.looked_at} of {one.files} files"
        )
    if not one.occurrences:
        return f"{one.playbook}: nothing to do here"
    return f"{one.playbook}: {many(one.occurrences, 'occurrence')}, {many(one.tasks, 'task')}"
