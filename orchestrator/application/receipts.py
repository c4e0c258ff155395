"""Receipts: written for landed commits and slices from what the journal and the checks say.

They are made when slices are published, not while the run lands: nobody can read them before, and
all that they need is in the journal, so a run that was killed has lost none. Making them again
gives the same notes.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from orchestrator.application.slices.collate import BuiltSlice, Check
from orchestrator.domain.events import Event
from orchestrator.domain.evidence import Evidence, evidence
from orchestrator.domain.expressions import Value
from orchestrator.domain.messages import AGENT, TASK
from orchestrator.domain.playbook import Playbook, Setup
from orchestrator.domain.receipt import (
    Environment,
    Receipt,
    ReceiptCheck,
    ReceiptCommit,
    note,
    portable,
    receipt_check,
)
from orchestrator.domain.verdict import CheckResult
from orchestrator.ports.repository import Repository

WriteNotes = Callable[[Mapping[str, bytes]], str]
"""Puts texts by commit into the run's notes, beside those that are there; returns their commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """Makes the receipts of one run.

    `base` is the run's base commit, `values` what commands may name, `process` what the present
    process is made of: it is the one that checks slices.
    """

    run: str
    base: str
    playbook: Playbook
    values: Mapping[str, Value]
    process: Environment
    repository: Repository

    def write(
        self,
        events: Iterable[Event],
        slices: Sequence[BuiltSlice],
        check: Check,
        notes: WriteNotes,
    ) -> str:
        """Write the receipts of all landed commits and of these slices; return the notes' commit.

        `check` gives the evidence that a killed process took with it.
        """
        landed = evidence(events)
        receipts = [self.of_landed(one, check) for one in landed.values()]
        origins = {one.task: one.commit for one in landed.values()}
        trees = {receipt.tested_tree: receipt for receipt in receipts}
        receipts += [self.of_slice(built, origins, trees) for built in slices]
        texts: dict[str, bytes] = {}
        for receipt in receipts:
            texts |= dict.fromkeys((one.commit for one in receipt.commits), note(receipt))
        return notes(texts)

    def of_landed(self, found: Evidence, check: Check) -> Receipt:
        """Return the receipt of a landed commit."""
        found = self._recovered(found, check)
        info = self.repository.info(found.commit)
        return self._receipt(
            parent=info.parents[0],
            commits=(self._commit(found.commit),),
            tested=found.tested,
            files=found.files,
            checks=found.checks,
            environment=found.environment,
        )

    def of_slice(
        self, built: BuiltSlice, origins: Mapping[str, str], landed: Mapping[str, Receipt]
    ) -> Receipt:
        """Return the receipt of a slice.

        `origins` gives each task's landed commit, `landed` the receipts of landed commits by the
        tree that their checks saw: where a slice's tip has that tree, they stood in for its own.
        """
        old = bool(built.checks) and all(result.cached for result in built.checks)
        stood_in = landed.get(self.repository.info(built.tip).tree) if old else None
        return self._receipt(
            parent=built.base,
            commits=tuple(
                self._commit(info.oid, origins[info.trailers[TASK]])
                for info in self.repository.history(built.base, built.tip)
            ),
            tested=built.tip,
            files=tuple(
                change.path
                for change in self.repository.changes(built.base, built.tip).files
                if change.content is not None
            ),
            checks=built.checks,
            environment=stood_in.environment if stood_in else self.process,
        )

    def _recovered(self, found: Evidence, check: Check) -> Evidence:
        """Check again what was landed by a process that died before it could say so."""
        if not found.lost:
            return found
        if self.playbook.landing.verify == "commit":
            here = self.repository.info(found.commit)
            changed = self.repository.changes(here.parents[0], found.commit)
            files = tuple(one.path for one in changed.files if one.content is not None)
            found = replace(found, tested=found.commit, files=files)
        return replace(found, checks=check(found.tested, found.files), environment=self.process)

    def _commit(self, oid: str, origin: str = "") -> ReceiptCommit:
        info = self.repository.info(oid)
        return ReceiptCommit(
            commit=oid,
            task=info.trailers[TASK],
            agent=info.trailers[AGENT],
            change=self.repository.changes(info.parents[0], oid).hash,
            origin=origin,
        )

    def _receipt(
        self,
        *,
        parent: str,
        commits: tuple[ReceiptCommit, ...],
        tested: str,
        files: tuple[str, ...],
        checks: Sequence[CheckResult],
        environment: Environment,
    ) -> Receipt:
        return Receipt(
            run=self.run,
            base=self.base,
            parent=parent,
            commits=commits,
            tree=self.repository.info(commits[-1].commit).tree,
            verify="commit" if commits[0].commit == tested else "head",
            tested=tested,
            tested_tree=self.repository.info(tested).tree,
            files=files,
            checks=self._checks(checks),
            setup=self._setup(),
            environment=replace(
                environment,
                playbook=self.process.playbook,
                playbook_digest=self.process.playbook_digest,
                setup=self._setup_key(tested),
            ),
        )

    def _checks(self, results: Sequence[CheckResult]) -> tuple[ReceiptCheck, ...]:
        by_name = {check.name: check for check in self.playbook.checks}
        return tuple(receipt_check(by_name[one.check], one, self.values) for one in results)

    def _setup(self) -> Setup:
        """Return the setup as another machine can run it."""
        setup = self.playbook.setup
        return replace(setup, run=tuple(portable(one, self.values) for one in setup.run))

    def _setup_key(self, commit: str) -> str:
        """Name what the setup is at a commit: commands, hosts, what it reads; empty for none."""
        setup = self._setup()
        if not setup.run:
            return ""
        read = [self.repository.read(commit, path) or b"" for path in setup.inputs]
        hosts = ("hosts", *setup.hosts) if setup.limited else ()
        parts = [*(one.encode() for one in (*setup.run, *setup.inputs, *hosts)), *read]
        sized = (len(part).to_bytes(8, "big") + part for part in parts)
        return hashlib.sha256(b"".join(sized)).hexdigest()
