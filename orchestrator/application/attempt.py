"""One attempt: a worktree, an agent, a change set, a verdict. Pure data in, pure data out."""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal, Protocol

from orchestrator.domain.attempt import AttemptOutcome, AttemptResult, AttemptSpec
from orchestrator.domain.changes import ChangeSet, UnsafeTree
from orchestrator.domain.expressions import Value
from orchestrator.domain.guards import Examined, changed_lines, examine, unsafe
from orchestrator.domain.messages import candidate_message, task_values
from orchestrator.domain.playbook import Guards
from orchestrator.domain.verdict import CheckResult, Verdict
from orchestrator.ports.agent import Agent, AgentReport
from orchestrator.ports.clock import Clock
from orchestrator.ports.repository import Conflict, Repository, Worktree, Worktrees
from orchestrator.ports.sandbox import Sandbox
from orchestrator.ports.sources import Sources

PERSONS_NOTE = "from-a-person.txt"
"""The file in an attempt's notes that holds what a person wants its agent to know."""


class Judge(Protocol):
    """Says what the checks hold against a committed tree."""

    def judge(
        self,
        worktree: Worktree,
        commit: str,
        files: Sequence[str],
        moment: Literal["attempt", "landing"],
    ) -> tuple[CheckResult, ...]:
        """Reset the worktree to `commit` and run the moment's checks there."""
        ...


class Prepare(Protocol):
    """Makes a fresh worktree ready for agents and checks."""

    def __call__(self, worktree: Worktree, commit: str) -> None:
        """Show `commit` and run the playbook's setup where it is stale."""
        ...


class Scan(Protocol):
    """Finds the occurrences in files of a tree."""

    def __call__(
        self, tree: Path, files: Sequence[str], scratch: Path
    ) -> Mapping[str, tuple[int, ...]]:
        """Return the lines of the occurrences by file; files without any may be left out.

        `scratch` is a folder beside the tree for what a command must be given.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """Everything that attempts of one run share; `notes` and `transcripts` are folders."""

    repository: Repository
    worktrees: Worktrees
    sandbox: Sandbox
    agents: Mapping[str, Agent]
    judge: Judge
    prepare: Prepare
    scan: Scan
    guards: Guards
    sources: Sources
    values: Mapping[str, Value]
    clock: Clock
    notes: Path
    transcripts: Path


def attempt(spec: AttemptSpec, shop: Workshop, on_checking: Callable[[], None]) -> AttemptResult:
    """Do one attempt and return what came of it; `on_checking` is called when the agent is done."""
    began = shop.clock.now()
    with shop.worktrees.lease() as worktree:
        shop.prepare(worktree, spec.base)
        _sow(spec, worktree, shop.repository)
        report = shop.agents[spec.agent].work(
            spec,
            worktree,
            shop.sandbox,
            {**shop.values, **task_values(spec.task)},
            _environment(spec, worktree, shop.notes),
        )
        transcript = _keep_transcript(spec, report, shop.transcripts)
        on_checking()
        result = _judge(spec, worktree, report, shop)
    return replace(
        result,
        usage=report.usage,
        transcript=transcript,
        duration_s=shop.clock.now() - began,
    )


def _sow(spec: AttemptSpec, worktree: Worktree, repository: Repository) -> None:
    """Replay the change set that the attempt goes on from, unless it conflicts with the base."""
    if spec.seed is None:
        return
    combined = repository.combine(spec.base, spec.seed, "The seed of an attempt\n")
    if not isinstance(combined, Conflict):
        worktree.apply(repository.changes(spec.base, combined))


def _environment(spec: AttemptSpec, worktree: Worktree, notes: Path) -> dict[str, str]:
    folder = notes / spec.task.id
    folder.mkdir(parents=True, exist_ok=True)
    environment = {"LEAFCUT_NOTES": str(folder)}
    if spec.note:
        _leave_note(folder / PERSONS_NOTE, spec.note)
    if spec.last_verdict is not None:
        path = worktree.scratch / "verdict.json"
        path.write_text(json.dumps(_verdict_document(spec.last_verdict)), encoding="utf-8")
        environment["LEAFCUT_VERDICT"] = str(path)
    return environment


def _leave_note(path: Path, note: str) -> None:
    """Write a note where an agent may have left anything: no link of its own is followed."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(note + "\n")


def _verdict_document(verdict: Verdict) -> dict[str, object]:
    return {
        "schema": 1,
        "accepted": verdict.accepted,
        "failures": [asdict(failure) for failure in verdict.reasons],
        "output": {check.check: check.output for check in verdict.checks if not check.green},
    }


def _keep_transcript(spec: AttemptSpec, report: AgentReport, folder: Path) -> str:
    name = f"{spec.task.id}-{'trial-' if spec.trial else ''}{spec.number}.log"
    if not report.transcript:
        return ""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(report.transcript)
    return name


def _judge(
    spec: AttemptSpec, worktree: Worktree, report: AgentReport, shop: Workshop
) -> AttemptResult:
    if report.ending == "environment":
        return _result(spec, "environment", "environment", report.message)
    changes = worktree.changes()
    if isinstance(changes, UnsafeTree):
        return _rejected(spec, Verdict(failures=unsafe(changes)))
    if not changes.files:
        return _unchanged(spec, worktree, report, shop)
    return _weigh(spec, worktree, changes, shop)


def _weigh(
    spec: AttemptSpec, worktree: Worktree, changes: ChangeSet, shop: Workshop
) -> AttemptResult:
    """Commit and pin a change set before anything else, then let guards and checks look at it."""
    message = candidate_message(spec.run, spec.task, spec.number, spec.agent)
    commit = shop.repository.commit(spec.base, changes, message)
    kind = "trial" if spec.trial else "attempt"
    pin = f"refs/leafcut/{kind}/{spec.task.id}/{spec.number}"
    if not shop.repository.move(pin, commit, None):
        message = f"{pin} is taken: attempt {spec.number} was made before"
        raise RuntimeError(message)
    shop.prepare(worktree, commit)
    residue = _residue(spec, worktree, changes, shop)
    read = partial(shop.repository.read, spec.base)
    guarded = examine(
        Examined(
            changes=changes,
            task_files=spec.task.files,
            guards=shop.guards,
            read=read,
            facts=shop.sources,
            residue_before=spec.task.occurrences,
            residue_after=residue,
        )
    )
    there = tuple(change.path for change in changes.files if change.content is not None)
    checks = () if guarded else shop.judge.judge(worktree, commit, there, "attempt")
    verdict = Verdict(failures=guarded, checks=checks)
    result = _result(spec, "accepted", "", "") if verdict.accepted else _rejected(spec, verdict)
    return replace(
        result,
        commit=commit,
        files=there,
        change_hash=changes.hash,
        changed_lines=changed_lines(changes, read),
        residue=residue,
        verdict=verdict,
    )


def _unchanged(
    spec: AttemptSpec, worktree: Worktree, report: AgentReport, shop: Workshop
) -> AttemptResult:
    if report.ending in {"gave_up", "timeout"}:
        return _result(spec, "rejected", report.ending, report.message)
    residue = _residue(spec, worktree, ChangeSet(), shop)
    left = f"nothing to offer: {spec.agent} changed nothing, {_left(residue)}"
    return replace(
        _result(spec, "unchanged", "no_change" if residue else "", left if residue else ""),
        residue=residue,
    )


def _left(residue: int) -> str:
    return "1 occurrence is left" if residue == 1 else f"{residue} occurrences are left"


def _residue(spec: AttemptSpec, worktree: Worktree, changes: ChangeSet, shop: Workshop) -> int:
    files = sorted({*spec.task.files, *changes.paths})
    there = [path for path in files if (worktree.root / path).is_file()]
    found = shop.scan(worktree.root, there, worktree.scratch)
    return sum(len(lines) for lines in found.values())


def _rejected(spec: AttemptSpec, verdict: Verdict) -> AttemptResult:
    first = verdict.reasons[0] if verdict.reasons else None
    code = first.check if first else "rejected"
    return replace(_result(spec, "rejected", code, _summary(verdict)), verdict=verdict)


def _summary(verdict: Verdict) -> str:
    """Return one line that names the first failure and counts the others."""
    if not verdict.reasons:
        return "rejected"
    first, *others = verdict.reasons
    where = f"{first.path}:{first.line}" if first.line else first.path
    more = f" (+{len(others)} more)" if others else ""
    said = " ".join(part for part in (where, first.message or first.rule) if part)
    return f"{first.check}: {said}{more}"


def _result(spec: AttemptSpec, outcome: AttemptOutcome, code: str, reason: str) -> AttemptResult:
    return AttemptResult(
        task=spec.task.id,
        number=spec.number,
        token=spec.token,
        outcome=outcome,
        reason_code=code,
        reason=reason,
    )
