"""What all attempts of a run share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from orchestrator.application.bus.board import Board
from orchestrator.application.redaction import Redact, as_it_is
from orchestrator.domain.expressions import Value
from orchestrator.domain.playbook import Check, Guards, Learnings
from orchestrator.domain.redaction import RedactedStream, Redactor
from orchestrator.domain.verdict import CheckResult
from orchestrator.ports.agent import Agent
from orchestrator.ports.clock import Clock
from orchestrator.ports.repository import Repository, Worktree, Worktrees
from orchestrator.ports.sandbox import Sandbox
from orchestrator.ports.sources import Sources


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
    """Everything that attempts of one run share; `notes` and `transcripts` are folders.

    `checks` are those that the judge runs, for agents to read. `redact` takes secrets out of all
    that is stored of an attempt, `redacted_stream` out of what comes in pieces. `learnings` says
    what attempts share, `board` has what others shared so far, `addressee` the task that a message
    to a file's path or to a task goes to.
    """

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
    checks: Sequence[Check] = ()
    redact: Redact = as_it_is
    redacted_stream: Callable[[], RedactedStream] = Redactor({}).stream
    learnings: Learnings = Learnings()
    board: Board = field(default_factory=Board)
    addressee: Callable[[str], str] = str
