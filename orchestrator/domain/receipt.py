"""A receipt: the evidence that is kept with landed commits, as a value.

A landed commit has a receipt of its own. The commits of a slice are new ones, so they share the
receipt of their tip, which was checked and which names the landed commit that each replays. A
receipt says what was checked and no more: `tested` is the commit whose tree the checks saw, which
under `landing.verify: head` is the last of a batch.

A receipt shows integrity, not authenticity: whoever can write a note can write its digests.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from orchestrator.domain.expressions import MACHINES_OWN, Value, partly_for_shell
from orchestrator.domain.hosts import ANY
from orchestrator.domain.playbook import Check, ReportFormat, Setup, Verify
from orchestrator.domain.strict import Strict
from orchestrator.domain.verdict import CheckOutcome, CheckResult


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptCommit(Strict):
    """One commit that a receipt is about, the child of the one before it.

    `change` is the SHA-256 of its change set, see `domain.changes`. `origin` is the landed commit
    that it replays, empty when it is the landed one.
    """

    commit: str
    task: str
    agent: str
    change: str
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptCheck(Strict):
    """What one check was and what it said, with all that running it again takes.

    `command` has the run's parameters in it; what is of `MACHINES_OWN` stays an expression.
    `exit_code` is the command's own; `known` counts the failures that the base has too,
    `failures` those that it lacks.
    """

    name: str
    command: str
    cwd: str
    report: ReportFormat
    timeout: str
    flaky_retries: int
    outcome: CheckOutcome
    exit_code: int | None
    known: int
    failures: int

    def check(self) -> Check:
        """Return the check as one that can be run again."""
        return Check(
            name=self.name,
            run=self.command,
            report=self.report,
            timeout=self.timeout,
            cwd=self.cwd,
            flaky_retries=self.flaky_retries,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment(Strict):
    """What is known of where the checks ran; anything may be empty.

    `setup` is the SHA-256 of the setup's commands and of what it reads, `playbook_digest` that of
    the playbook's files. `image` is the digest of the image that checks ran in, `agent_images` of
    those that agents ran in, by agent; without containers there are none.
    """

    leafcut: str = ""
    python: str = ""
    platform: str = ""
    sandbox: str = ""
    playbook: str = ""
    playbook_digest: str = ""
    setup: str = ""
    image: str = ""
    agent_images: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """SHA-256 over the table, as hex."""
        return hashlib.sha256(_canonical(_without_images(asdict(self)))).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt(Strict):
    """The evidence for a landed commit, or for a slice's commits by that of their tip.

    `parent` is what the first of `commits` stands on, `tree` the tree of the last. `base` is the
    run's base commit, which the baseline was taken on; `files` are those that the checks were
    about. `verify` is `commit` when the checks saw the tree of the one commit that it is about,
    `head` when they saw that of the last of several. All commits and trees are full ids.
    """

    run: str
    base: str
    parent: str
    commits: tuple[ReceiptCommit, ...]
    tree: str
    verify: Verify
    tested: str
    tested_tree: str
    files: tuple[str, ...]
    checks: tuple[ReceiptCheck, ...]
    setup: Setup
    environment: Environment
    schema: Literal[1] = 1

    def __post_init__(self) -> None:
        """Refuse a receipt of nothing."""
        if not self.commits:
            message = "a receipt is about at least one commit"
            raise ValueError(message)

    @property
    def tip(self) -> str:
        """The last commit that it is about."""
        return self.commits[-1].commit

    @property
    def digest(self) -> str:
        """SHA-256 over the canonical JSON, as hex."""
        table = asdict(self)
        table["environment"] = _without_images(table["environment"])
        table["setup"] = _without_any_hosts(table["setup"])
        return hashlib.sha256(_canonical(table)).hexdigest()


def receipt_check(check: Check, result: CheckResult, values: Mapping[str, Value]) -> ReceiptCheck:
    """Return what a receipt keeps of a check and its result."""
    return ReceiptCheck(
        name=check.name,
        command=portable(check.run, values),
        cwd=check.cwd,
        report=check.report,
        timeout=check.timeout,
        flaky_retries=check.flaky_retries,
        outcome=result.outcome,
        exit_code=result.exit_code,
        known=result.known,
        failures=len(result.failures),
    )


def portable(command: str, values: Mapping[str, Value]) -> str:
    """Expand a command but for what another machine has elsewhere."""
    return partly_for_shell(command, values, MACHINES_OWN)


def note(receipt: Receipt) -> bytes:
    """Return the text of a receipt's git note: JSON for people and programs."""
    document = {
        "digest": receipt.digest,
        "environment_digest": receipt.environment.digest,
        "receipt": asdict(receipt),
    }
    return (json.dumps(document, indent=1) + "\n").encode()


def notes_ref(run: str) -> str:
    """Return the ref that holds a run's receipts."""
    return f"refs/notes/leafcut/{run}"


def _without_images(environment: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out images where there are none: older receipts know no such keys."""
    images = ("image", "agent_images")
    return {name: told for name, told in environment.items() if told or name not in images}


def _without_any_hosts(setup: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the hosts where they are not limited: older receipts know no such key."""
    return {name: told for name, told in setup.items() if name != "hosts" or told != ANY}


def _canonical(table: Mapping[str, Any]) -> bytes:
    """Return JSON with sorted keys, no spaces and nothing but ASCII: one text for one value."""
    return json.dumps(table, sort_keys=True, separators=(",", ":")).encode()
