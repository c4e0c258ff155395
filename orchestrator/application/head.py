"""The last head of a run, checked whole: what made it red is found by bisection and taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from orchestrator.application.slices.collate import Check
from orchestrator.domain.events import HeadChecked, Reverted
from orchestrator.domain.messages import REVERTS, TASK, revert_message
from orchestrator.domain.verdict import CheckResult, Verdict
from orchestrator.ports.repository import CommitInfo, Conflict, Repository


@dataclass(frozen=True, slots=True)
class HeadCheck:
    """Checks the head of one ref with all checks; `check(commit, files)` runs them."""

    repository: Repository
    ref: str
    check: Check

    def __call__(self, verified: str, head: str) -> HeadChecked:
        """Return what the checks say; reverts are on the ref already.

        `verified` is the last commit that was green under all checks. Each culprit is the first
        commit that is red without those found before it.

        Raises:
            RuntimeError: another writer moved the integration branch.
        """
        search = _Search(self.repository, self.check, verified, head)
        fault = ""
        while not fault and not search.green():
            fault = search.take_back()
        if fault:
            return HeadChecked(head=head, checks=search.results, fault=fault)
        if search.tip != head and not self.repository.move(self.ref, search.tip, head):
            message = f"{self.ref} was moved by someone else while it was checked"
            raise RuntimeError(message)
        return HeadChecked(head=search.tip, reverted=tuple(search.reverted), checks=search.results)


@dataclass(slots=True)
class _Search:
    """`tip` is the head with everything taken back that was found so far.

    `undone` are the commits of the chain that the chain itself takes back, with the places of their
    reverts: the process that found them died before it could say that the rest is green.
    """

    repository: Repository
    check: Check
    verified: str
    tip: str
    reverted: list[Reverted] = field(default_factory=list)
    results: tuple[CheckResult, ...] = ()
    chain: Sequence[CommitInfo] = field(init=False)
    undone: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        """Remember what landed since the last commit that is known to be green."""
        self.chain = self.repository.history(self.verified, self.tip)
        self.undone = {
            info.trailers[REVERTS]: at
            for at, info in enumerate(self.chain)
            if REVERTS in info.trailers
        }

    def green(self) -> bool:
        """Say whether all checks accept the tip."""
        self.results = self._checked(self.tip)
        return Verdict(checks=self.results).accepted

    def take_back(self) -> str:
        """Find the first commit that is red without those before it, and revert it on the tip.

        Returns why that cannot be done, nothing when it was.
        """
        red = self.results
        low, high = -1, len(self.chain) - 1
        while high - low > 1:
            middle = (low + high) // 2
            shown = self._without_reverted(middle)
            results = self._checked(shown) if shown else ()
            if shown and Verdict(checks=results).accepted:
                low = middle
            else:
                high, red = middle, results or red
        culprit = self.chain[high]
        names = ", ".join(check.check for check in red if not check.green)
        known = self.undone.keys() | {one.commit for one in self.reverted}
        if REVERTS in culprit.trailers or culprit.oid in known:
            return f"red at the end: {names}; reverting did not help"
        made = self._taken_back(self.tip, culprit)
        if made is None:
            return f"red at the end: {names}; {culprit.oid[:10]} cannot be reverted by itself"
        self.tip = made
        task = culprit.trailers[TASK]
        bad = tuple(check for check in red if not check.green)
        self.reverted.append(Reverted(task=task, commit=culprit.oid, revert=made, checks=bad))
        return ""

    def _checked(self, commit: str) -> tuple[CheckResult, ...]:
        changes = self.repository.changes(self.verified, commit)
        there = [change.path for change in changes.files if change.content is not None]
        return self.check(commit, there)

    def _without_reverted(self, at: int) -> str | None:
        """Return the chain's commit less all that is known to be red, None where that clashes."""
        commit: str | None = self.chain[at].oid
        before = {info.oid for info in self.chain[: at + 1]}
        later = [oid for oid, place in self.undone.items() if place > at]
        for oid in [*later, *(one.commit for one in self.reverted)]:
            if commit is not None and oid in before:
                commit = self._taken_back(commit, self.repository.info(oid))
        return commit

    def _taken_back(self, head: str, culprit: CommitInfo) -> str | None:
        message = revert_message(culprit.message, culprit.oid)
        back = self.repository.changes(culprit.oid, culprit.parents[0])
        inverse = self.repository.commit(culprit.oid, back, message)
        made = self.repository.combine(head, inverse, message)
        return None if isinstance(made, Conflict) else made
