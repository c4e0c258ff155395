"""What a run has learned, proposed to the playbook that a person edits, and accepted there."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Literal, TypeAlias

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.library import playbooks
from orchestrator.adapters.library.amend import amend, text_of
from orchestrator.application.learnings.distil import (
    PROMPT_FILE,
    Prompt,
    candidates,
    proposal,
    spoken,
)
from orchestrator.domain.learnings.phrasing import phrased, question
from orchestrator.domain.learnings.proposal import Proposal
from orchestrator.domain.learnings.suspicion import suspicion
from orchestrator.domain.redaction import Redactor
from orchestrator.errors import LeafcutError, UsageError
from orchestrator.wiring.dry_calls import DryCalls, answered
from orchestrator.wiring.learnings import changes_of
from orchestrator.wiring.places import agent_shelves, places, shelves
from orchestrator.wiring.runs import OpenRun

Owner: TypeAlias = Literal["person", "built in", "target", "gone"]
"""Whose a playbook's folder is; one that is gone was a person's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where a run's playbook is edited; `folder` is the run's copy where that is nowhere."""

    folder: Path
    owner: Owner
    prompt: Prompt


def home_of(there: OpenRun) -> Home:
    """Return where a run's playbook lies, and what its prompt says there now.

    Raises:
        InvalidFileError: somebody has broken it.
        UsageError: its prompt cannot be read, or none is named and yet a file is in its place.
    """
    folder, owner = _folder(there)
    name = playbooks.snapshot(folder).prompt or ""
    text = text_of(folder / (name or PROMPT_FILE))
    if text is not None and not name:
        raise UsageError(
            f"{folder / PROMPT_FILE} is there, and {playbooks.FILE} does not name it",
            hint=f"add prompt: {PROMPT_FILE} to {folder / playbooks.FILE}, or remove the file",
        )
    recipe = text_of(folder / playbooks.FILE) or ""
    prompt = Prompt(name=name, text=text or "", recipe=recipe, file=playbooks.FILE)
    return Home(folder=folder, owner=owner, prompt=prompt)


def prompt_of(there: OpenRun) -> str:
    """Return what the prompt of a run's playbook says by now, "" where nobody can tell."""
    try:
        return home_of(there).prompt.text
    except LeafcutError:
        return ""


def _folder(there: OpenRun) -> tuple[Path, Owner]:
    source = there.settings.playbook_source
    if not source:
        return there.playbook_folder, "target"
    if not (Path(source) / playbooks.FILE).is_file():
        return there.playbook_folder, "gone"
    built_in = [shelf.folder.resolve() for shelf in shelves() if shelf.source == "built in"]
    ours = any(Path(source).is_relative_to(folder) for folder in built_in)
    return Path(source), "built in" if ours else "person"


def phrased_by(agent: str, there: OpenRun, home: Home, calls: DryCalls) -> Mapping[str, str]:
    """Return an agent's words for what would be new in the prompt, by the learning's id.

    Raises:
        LeafcutError: it cannot work, or did not answer.
    """
    news = candidates(home.prompt, there.run.ledger, SystemClock().now())
    learnings = [one.learning for one in news]
    if not learnings:
        return {}
    said = answered(agent, question(learnings), calls)
    return phrased(Redactor(calls.secrets).text(said), learnings, suspicion)


def propose(there: OpenRun, home: Home, words: Mapping[str, str]) -> Proposal:
    """Return the change that a run proposes, and keep it so that just this can be accepted."""
    verdicts = spoken(changes_of(there))
    made = proposal(home.prompt, there.run.ledger, verdicts, SystemClock().now(), words)
    there.folder.keep_proposal(made)
    return made


def accept(there: OpenRun, home: Home) -> tuple[Proposal, list[Path]]:
    """Write what was proposed last to the playbook that a person edits; return the files.

    Raises:
        UsageError: nothing was proposed, the playbook is not the person's own, a file is another
            by now, or verdicts speak against a line.
        InvalidFileError: the playbook would have faults.
    """
    proposed = there.folder.proposal()
    again = f"leafcut learnings distil {there.folder.name}"
    if proposed is None or not proposed.changes:
        raise UsageError("there is no proposal to accept", hint=f"{again} makes one, if it can")
    if home.owner != "person":
        raise UsageError(_NOT_YOURS[home.owner], hint=way_out(there, home))
    if against := proposed.unproven(there.run.ledger, SystemClock().now()):
        raise UsageError(f"{', '.join(against)} is not trusted any more", hint=f"{again} once more")
    written = amend(home.folder, proposed.changes, agent_shelves())
    there.folder.drop_proposal()
    return proposed, written


_NOT_YOURS: Mapping[Owner, str] = {
    "built in": "the playbook is built in, and Leafcut does not change what it ships",
    "target": "the playbook is the target repository's own, which Leafcut does not write to",
    "gone": "the playbook's folder is gone",
}


def way_out(there: OpenRun, home: Home, file: str = "FILE") -> str:
    """Return the commands that apply a diff where `accept` does not; `file` holds it."""
    made = f"leafcut learnings distil {there.folder.name} --output {quote(file)}"
    name = there.playbook.name
    if home.owner == "target":
        inside = f".leafcut/playbooks/{name}"
        target = quote(there.settings.target)
        return f"{made} && git -C {target} apply --directory={inside} {_seen(file)}"
    copy = places().config / "playbooks" / name
    there_is = f"mkdir -p {quote(str(copy.parent))}"
    copied = f"{there_is} && cp -r {quote(str(home.folder))} {quote(str(copy))}"
    return f"{made} && {copied} && git -C {quote(str(copy))} apply {_seen(file)}"


def _seen(file: str) -> str:
    """Return a file as it is named from another folder."""
    return f'"$PWD"/{quote(file)}' if not Path(file).is_absolute() else quote(file)
