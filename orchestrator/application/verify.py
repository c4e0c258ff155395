"""Verifying: do the commits of a range have receipts, and are these receipts theirs?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from orchestrator.domain.messages import RUN
from orchestrator.domain.receipt import Receipt
from orchestrator.domain.verdict import CheckResult, Verdict
from orchestrator.domain.verify import Around, Seen, Standing, faults
from orchestrator.ports.repository import CommitInfo, Repository

ReadNote = Callable[[str, str], bytes | None]
"""Returns the note that a run's receipts have on a commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """How one commit stands with its receipt, and why when it is not well.

    `rerun` is what its checks said when they were run again, None when they were not.
    """

    commit: str
    subject: str
    standing: Standing
    reasons: tuple[str, ...] = ()
    receipt: Receipt | None = None
    rerun: tuple[CheckResult, ...] | None = None

    @property
    def own(self) -> bool:
        """Whether the checks saw this commit's own tree."""
        return self.receipt is not None and self.receipt.tested == self.commit

    def facts(self) -> dict[str, object]:
        """Return what programs may read."""
        receipt = self.receipt
        return {
            "commit": self.commit,
            "subject": self.subject,
            "state": self.standing,
            "reasons": list(self.reasons),
            "tested": receipt.tested if receipt else None,
            "digest": receipt.digest if receipt else None,
            "rerun": None if self.rerun is None else [asdict(result) for result in self.rerun],
        }


@dataclass(slots=True, kw_only=True)
class Verifier:
    """Compares commits with their receipts; each receipt is looked at once.

    `leads(a, b)` says whether `a` is `b` or an ancestor of it, `decode` reads a note or raises
    ValueError.
    """

    repository: Repository
    note: ReadNote
    decode: Callable[[bytes], Receipt]
    leads: Callable[[str, str], bool]
    runs: Sequence[str]
    _receipts: dict[bytes, Receipt | str] = field(default_factory=dict)
    _faults: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _seen: dict[str, Seen | None] = field(default_factory=dict)
    _based: set[tuple[str, str]] = field(default_factory=set)

    def verify(self, commits: Sequence[str]) -> tuple[Verified, ...]:
        """Return how each commit stands."""
        within = frozenset(commits)
        return tuple(self._one(self.repository.info(commit), within) for commit in commits)

    def _one(self, info: CommitInfo, within: frozenset[str]) -> Verified:
        stands = Verified(commit=info.oid, subject=info.subject, standing="no_receipt")
        run = info.trailers.get(RUN)
        text = None if run is None else self.note(run, info.oid)
        if text is None:
            return replace(stands, reasons=(self._absent(run),))
        receipt = self._receipt(text)
        if isinstance(receipt, str):
            return replace(stands, standing="mismatch", reasons=(receipt,))
        found = self._against(receipt, info.oid)
        if not found and info.oid != receipt.tip and receipt.tip not in within:
            tip = receipt.tip[:12]
            why = f"its slice was checked at its tip {tip}, which is not in the range"
            return replace(stands, receipt=receipt, reasons=(why,))
        standing: Standing = "mismatch" if found else "verified"
        return replace(stands, standing=standing, reasons=found, receipt=receipt)

    def _receipt(self, text: bytes) -> Receipt | str:
        """Return the receipt that a note holds, or what is wrong; a slice's commits share one."""
        if text not in self._receipts:
            try:
                self._receipts[text] = self.decode(text)
            except ValueError as error:
                self._receipts[text] = str(error)
        return self._receipts[text]

    def _absent(self, run: str | None) -> str:
        if run is None:
            return "it is no commit of Leafcut"
        if run not in self.runs:
            return f"the receipts of run {run} are not in this repository"
        return f"run {run} has no receipt for it; was it amended, rebased or squashed?"

    def _against(self, receipt: Receipt, commit: str) -> tuple[str, ...]:
        if commit not in {one.commit for one in receipt.commits}:
            return (f"the receipt is that of {receipt.tip[:12]}",)
        digest = receipt.digest
        if digest not in self._faults:
            found = faults(receipt, self._around(receipt))
            self._faults[digest] = found
            if not found:  # what stands on these commits stands on their base, too
                self._based |= {(receipt.base, one.commit) for one in receipt.commits}
        return self._faults[digest]

    def _around(self, receipt: Receipt) -> Around:
        seen = {one.commit: self._look(one.commit) for one in receipt.commits}
        return Around(
            commits={commit: found for commit, found in seen.items() if found},
            tested_tree=self._tree(receipt.tested),
            leads=receipt.tip == receipt.tested or self.leads(receipt.tip, receipt.tested),
            based=(receipt.base, receipt.parent) in self._based
            or self.leads(receipt.base, receipt.parent),
        )

    def _look(self, commit: str) -> Seen | None:
        if commit not in self._seen:
            self._seen[commit] = self._read(commit)
        return self._seen[commit]

    def _read(self, commit: str) -> Seen | None:
        try:
            info = self.repository.info(commit)
        except (KeyError, ValueError):
            return None
        alone = len(info.parents) == 1
        return Seen(
            commit=commit,
            tree=info.tree,
            parents=info.parents,
            change=self.repository.changes(info.parents[0], commit).hash if alone else "",
            trailers=info.trailers,
        )

    def _tree(self, commit: str) -> str | None:
        seen = self._look(commit)
        return seen.tree if seen else None


def with_rerun(
    found: Sequence[Verified], results: Mapping[str, tuple[CheckResult, ...] | str]
) -> tuple[Verified, ...]:
    """Return how commits stand once checks ran again.

    `results` has, by a receipt's digest, what they said or why they could not be run.
    """
    return tuple(_judged(one, results) for one in found)


def _judged(one: Verified, results: Mapping[str, tuple[CheckResult, ...] | str]) -> Verified:
    said = results.get(one.receipt.digest) if one.receipt else None
    if said is None:
        return one
    if isinstance(said, str):
        return replace(one, standing="red", reasons=(*one.reasons, said))
    if Verdict(checks=said).accepted:
        return replace(one, rerun=said)
    red = tuple(_red(result) for result in said if not result.green)
    return replace(one, standing="red", reasons=(*one.reasons, *red), rerun=said)


def _red(result: CheckResult) -> str:
    first = result.failures[0] if result.failures else None
    what = " ".join(filter(None, (first.path, first.rule, first.message))) if first else ""
    return f"check {result.check} is {result.outcome} now{f': {what}' if what else ''}"
