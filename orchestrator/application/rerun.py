"""Rerunning: what a receipt's checks say of the same trees now.

They are run as in a run: first on the run's base, so that only new failures count, then on the
commit that the receipt says was tested.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from orchestrator.application.accept import Acceptance
from orchestrator.application.caches import CheckCaches
from orchestrator.application.checking import names_files
from orchestrator.application.setup import Preparation
from orchestrator.domain.baseline import Known, known
from orchestrator.domain.expressions import MACHINES_OWN, Value, names
from orchestrator.domain.hosts import private_addresses
from orchestrator.domain.playbook import Check
from orchestrator.domain.quoting import inside_quotes
from orchestrator.domain.receipt import Receipt
from orchestrator.domain.verdict import CheckResult
from orchestrator.ports.hosts import OpenHosts
from orchestrator.ports.repository import Repository, Worktree, Worktrees
from orchestrator.ports.sandbox import Sandbox


@dataclass(slots=True, kw_only=True)
class Rerun:
    """Runs the checks of receipts again.

    `python` is this machine's interpreter, `playbook_of` where a receipt's playbook lies, None when
    no command asks for it. `caches` is an empty folder, `tree_of` gives a commit's tree,
    `open_hosts` the way out for setups that are limited.
    """

    repository: Repository
    worktrees: Worktrees
    sandbox: Sandbox
    python: str
    playbook_of: Callable[[Receipt], Path | None]
    caches: Path
    tree_of: Callable[[str], str]
    open_hosts: OpenHosts
    _known: dict[object, dict[str, Known]] = field(default_factory=dict)

    def __call__(self, receipt: Receipt) -> tuple[CheckResult, ...] | str:
        """Return what the checks say now, or why they cannot be run.

        Raises:
            MissingRequirementError: the setup fails, or a check's command does not exist.
            InvalidInputError: a check says nothing on the base.
        """
        if self.repository.resolve(receipt.base) is None:
            base = receipt.base[:12]
            return f"the run's base {base} is not here, so new failures cannot be told from old"
        for fault in unsafe(receipt):
            return fault
        folder = self.playbook_of(receipt)
        with self.worktrees.lease() as worktree:
            results: list[CheckResult] = []
            for told in receipt.checks:
                check = told.check()
                acceptance = self._acceptance(receipt, check, folder)
                acceptance.baseline = self._baseline(worktree, receipt, check, acceptance)
                results += acceptance.judge(worktree, receipt.tested, receipt.files, "landing")
        return tuple(results)

    def _acceptance(self, receipt: Receipt, check: Check, folder: Path | None) -> Acceptance:
        values: dict[str, Value] = {"python": self.python, "playbook.dir": str(folder or "")}
        readable = (folder,) if folder else ()
        prepare = Preparation(
            setup=receipt.setup,
            repository=self.repository,
            sandbox=self.sandbox,
            values=values,
            readable=readable,
            open_hosts=self.open_hosts,
        )
        return Acceptance(
            checks=(check,),
            sandbox=self.sandbox,
            values=values,
            tree_of=self.tree_of,
            prepare=prepare,
            caches=CheckCaches(self.caches),
            readable=readable,
        )

    def _baseline(
        self, worktree: Worktree, receipt: Receipt, check: Check, acceptance: Acceptance
    ) -> dict[str, Known]:
        """Return what a check holds against the base, which is the same for many receipts."""
        there = tuple(
            file for file in receipt.files if self.repository.read(receipt.base, file) is not None
        )
        key = (receipt.base, check, receipt.setup, there if names_files(check) else ())
        if key not in self._known:
            self._known[key] = known(acceptance.take_baseline(worktree, receipt.base, there))
        return self._known[key]


def commands(receipts: Sequence[Receipt]) -> tuple[str, ...]:
    """Return every command that rerunning would run, each once, setups first."""
    setups = (command for receipt in receipts for command in receipt.setup.run)
    checks = (check.command for receipt in receipts for check in receipt.checks)
    return tuple(dict.fromkeys([*setups, *checks]))


def unsafe(receipt: Receipt) -> Iterator[str]:
    """Yield why the commands of a receipt must not be run; a playbook's would be refused, too."""
    for command in commands([receipt]):
        try:
            used = set(names(command))
        except ValueError as error:
            yield f"{command!r} cannot be run: {error}"
            return
        if unknown := sorted(used - MACHINES_OWN):
            yield f"{command!r} cannot be run: nobody knows ${{{{ {unknown[0]} }}}}"
        for quoted in inside_quotes(command):
            yield f"{command!r} cannot be run: it quotes ${{{{ {quoted} }}}} once more"
    for address in private_addresses(receipt.setup.host_rules):
        yield f"its setup cannot be run: it opens {address}, an address that is not public"
    paths = [*receipt.files, *receipt.setup.inputs, *receipt.setup.keep]
    paths += [check.cwd for check in receipt.checks]
    for path in paths:
        parts = PurePosixPath(path).parts
        if path.startswith("/") or ".." in parts or "\0" in path:
            yield f"{path!r} leads out of the tree"
