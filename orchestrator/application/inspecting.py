"""What speaks against the commits of a bundle: their receipts, their trees, what they change."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from orchestrator.application.verify import Verified
from orchestrator.domain.bundle import Carried, Manifest
from orchestrator.domain.guards.case import Examined
from orchestrator.domain.inspecting import inspect
from orchestrator.domain.playbook import Guards, Playbook
from orchestrator.domain.sources import ReadFacts
from orchestrator.ports.repository import CommitInfo, Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspector:
    """Looks at commits that came with a bundle.

    `verify` compares commits with the receipts that came with them. `playbook` is the one that the
    run is said to have followed, as this machine has it; None holds every guard at its strictest.
    """

    repository: Repository
    verify: Callable[[Sequence[str]], Sequence[Verified]]
    facts: ReadFacts
    playbook: Playbook | None

    def inspect(self, manifest: Manifest) -> "Inspected":
        """Return what was found, slice by slice."""
        faults: list[str] = []
        found: list[Verified] = []
        for one in manifest.slices:
            commits = self._commits(one)
            verified = self.verify([info.oid for info in commits]) if commits else ()
            found += verified
            faults += [
                f"slice {one.number} ({one.branch}): {fault}"
                for fault in (
                    *self._tree(one, commits),
                    *_receipts(manifest, verified),
                    *self._changes(commits),
                )
            ]
        return Inspected(tuple(faults), tuple(found))

    def _commits(self, one: Carried) -> Sequence[CommitInfo]:
        return self.repository.history(one.base, one.tip)

    def _tree(self, one: Carried, commits: Sequence[CommitInfo]) -> Iterator[str]:
        if not commits:
            yield "it has no commits"
            return
        if self.repository.info(one.tip).tree != one.tree:
            yield f"the tree of {one.tip[:12]} is not {one.tree[:12]}"
        parent = one.base
        for info in commits:
            if info.parents != (parent,):
                yield f"{info.oid[:12]} does not stand on {parent[:12]} alone"
                return
            parent = info.oid

    def _changes(self, commits: Sequence[CommitInfo]) -> Iterator[str]:
        guards = self.playbook.guards if self.playbook else Guards()
        for info in commits:
            if len(info.parents) != 1:
                continue
            (parent,) = info.parents
            try:
                changes = self.repository.changes(parent, info.oid)
            except ValueError as error:
                yield f"{info.oid[:12]}: {error}"
                continue
            case = Examined(
                changes=changes,
                task_files=changes.paths,
                guards=guards,
                read=lambda path, parent=parent: self.repository.read(parent, path),  # type: ignore[misc]
                facts=self.facts,
                residue_before=0,
                residue_after=None,
            )
            for failure in inspect(case, self.playbook):
                what = f"{failure.path} {failure.message} ({failure.check})"
                yield f"{info.oid[:12]}: {what}"


@dataclass(frozen=True, slots=True)
class Inspected:
    """What speaks against a bundle's commits, and how each stands with its receipt."""

    faults: tuple[str, ...]
    verified: tuple[Verified, ...]


def _receipts(manifest: Manifest, verified: Sequence[Verified]) -> Iterator[str]:
    for one in verified:
        here = one.commit[:12]
        if one.standing != "verified" or one.receipt is None:
            yield f"{here} does not fit its receipt: {'; '.join(one.reasons) or one.standing}"
        elif (one.receipt.run, one.receipt.base) != (manifest.run, manifest.base):
            yield f"{here} has a receipt of run {one.receipt.run} on {one.receipt.base[:12]}"
