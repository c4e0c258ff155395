"""One attempt: a worktree, an agent, a change set, a verdict. Pure data in, pure data out."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Protocol

from orchestrator.domain.attempt import AttemptOutcome, AttemptResult, AttemptSpec
from orchestrator.domain.changes import ChangeSet, UnsafeTree
from orchestrator.domain.expressions import Value
from orchestrator.domain.guards import changed_lines, examine
from orchestrator.domain.messages import candidate_message, task_values
from orchestrator.domain.playbook import Guards
from orchestrator.domain.verdict import CheckResult, Failure, Verdict
from orchestrator.ports.agent import Agent, AgentReport
from orchestrator.ports.clock import Clock
from orchestrator.ports.repository import Repository, Worktree, Worktrees
from orchestrator.ports.sandbox import Sandbox


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

    def __call__(self, tree: Path, files: Sequence[str]) -> Mapping[str, tuple[int, ...]]:
        """Return the lines of the occurrences by file; files without any may be left out."""
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
    values: Mapping[str, Value]
    clock: Clock
    notes: Path
    transcripts: Path


def attempt(
    spec: AttemptSpec, shop: Workshop, on_checking: Callable[[], None]
) -> AttemptResult:
    """Do one attempt and return what came of it; `on_checking` is called when the agent is done."""
    began = shop.clock.now()
    with shop.worktrees.lease() as worktree:
        shop.prepare(worktree, spec.base)
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
    return _completed(
        result, report, transcript=transcript, duration_s=shop.clock.now() - began
    )


def _environment(spec: AttemptSpec, worktree: Worktree, notes: Path) -> dict[str, str]:
    folder = notes / spec.task.id
    folder.mkdir(parents=True, exist_ok=True)
    environment = {"LEAFCUT_NOTES": str(folder)}
    if spec.last_verdict is not None:
        path = worktree.scratch / "verdict.json"
        path.write_text(json.dumps(_verdict_document(spec.last_verdict)), encoding="utf-8")
        environment["LEAFCUT_VERDICT"] = str(path)
    return environment


def _verdict_document(verdict: Verdict) -> dict[str, object]:
    return {
        "schema": 1,
        "accepted": verdict.accepted,
        "failures": [asdict(failure) for failure in verdict.reasons],
    }


def _keep_transcript(spec: AttemptSpec, report: AgentReport, folder: Path) -> str:
    name = f"{spec.task.id}-{spec.number}.log"
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
        return _rejected(spec, Verdict(failures=examine_unsafe(changes)), changes=None)
    if not changes.files:
        return _unchanged(spec, worktree, report, shop)
    return _accept(spec, worktree, changes, shop)
