"""Landing: accepted change sets are combined on the integration head and checked there.

The exact trees that would land are what the checks see; a conflict goes back to its task on the
new base and is never resolved by taking a side.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from orchestrator.application.telling import Tell, tell_nobody
from orchestrator.domain.events import Landed, LandingEnded, LandingLooked, SentBack
from orchestrator.domain.landing import next_checks, settle
from orchestrator.domain.playbook import Verify
from orchestrator.domain.verdict import CheckResult, Verdict
from orchestrator.ports.repository import Conflict, Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An accepted change set that waits for landing; `files` are the task's own and new ones."""

    task: str
    commit: str
    files: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Candidates to land together on `head`, in order."""

    number: int
    head: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    """One commit of the combined chain."""

    candidate: Candidate
    commit: str


class Landing:
    """Lands batches on one ref; one batch at a time."""

    def __init__(
        self,
        repository: Repository,
        ref: str,
        verify: Verify,
        check: Callable[[str, Sequence[str]], tuple[CheckResult, ...]],
        executor: Executor,
    ) -> None:
        """Land on `ref`; `check(commit, files)` judges a tree and may run on `executor`."""
        self.repository = repository
        self._ref = ref
        self._verify = verify
        self._check = check
        self._executor = executor

    def land(self, batch: Batch, tell: Tell = tell_nobody) -> LandingEnded:
        """Combine, check and land what is green; say what goes back and why.

        `tell` is called with what a look says once one was red: a person may want to follow.

        Raises:
            RuntimeError: another writer moved the integration branch.
        """
        chain, conflicts = self._combine(batch)
        checks = self._search(chain, batch.number, tell)
        greens = {at: Verdict(checks=results).accepted for at, results in checks.items()}
        settled = settle(self._verify, len(chain), greens)
        landing = chain[: settled.landed]
        head = landing[-1].commit if landing else batch.head
        if landing and not self.repository.move(self._ref, head, batch.head):
            message = f"{self._ref} was moved by someone else while batch {batch.number} landed"
            raise RuntimeError(message)
        return LandingEnded(
            batch=batch.number,
            head=head,
            landed=tuple(
                self._landed(link, head, checks.get(at, ())) for at, link in enumerate(landing)
            ),
            sent_back=(*conflicts, *_culprit(chain, settled.culprit, checks)),
            checks=checks.get(settled.landed - 1, ()) if landing else (),
        )

    def _combine(self, batch: Batch) -> tuple[list[_Link], list[SentBack]]:
        chain: list[_Link] = []
        conflicts: list[SentBack] = []
        head = batch.head
        for candidate in batch.candidates:
            combined = self.repository.combine(head, candidate.commit, candidate.message)
            if isinstance(combined, Conflict):
                conflicts.append(_conflict(candidate, combined))
                continue
            chain.append(_Link(candidate=candidate, commit=combined))
            head = combined
        return chain, conflicts

    def _search(
        self, chain: Sequence[_Link], batch: int, tell: Tell
    ) -> dict[int, tuple[CheckResult, ...]]:
        checks: dict[int, tuple[CheckResult, ...]] = {}
        greens: dict[int, bool] = {}
        while positions := next_checks(self._verify, len(chain), greens):
            jobs = {at: self._executor.submit(self._judge, chain, at) for at in positions}
            for at, job in jobs.items():
                checks[at] = job.result()
                greens[at] = Verdict(checks=checks[at]).accepted
                if not all(greens.values()):
                    tell(_looked(chain, batch, at, green=greens[at]))
        return checks

    def _judge(self, chain: Sequence[_Link], at: int) -> tuple[CheckResult, ...]:
        covered = chain[at : at + 1] if self._verify == "commit" else chain[: at + 1]
        files = sorted({file for link in covered for file in link.candidate.files})
        return self._check(chain[at].commit, files)

    def _landed(self, link: _Link, head: str, checks: tuple[CheckResult, ...]) -> Landed:
        each = self._verify == "commit"
        return Landed(
            task=link.candidate.task,
            commit=link.commit,
            checked=link.commit if each else head,
            files=link.candidate.files,
            checks=checks if each else (),
        )


def _looked(chain: Sequence[_Link], batch: int, at: int, *, green: bool) -> LandingLooked:
    return LandingLooked(
        batch=batch,
        at=at + 1,
        of=len(chain),
        task=chain[at].candidate.task,
        commit=chain[at].commit,
        green=green,
    )


def _conflict(candidate: Candidate, conflict: Conflict) -> SentBack:
    return SentBack(
        task=candidate.task,
        reason_code="conflict",
        reason=f"conflicts with what landed meanwhile in {', '.join(conflict.paths)}",
    )


def _culprit(
    chain: Sequence[_Link], at: int | None, checks: dict[int, tuple[CheckResult, ...]]
) -> tuple[SentBack, ...]:
    if at is None:
        return ()
    red = tuple(check for check in checks[at] if not check.green)
    return (
        SentBack(
            task=chain[at].candidate.task,
            reason_code="red_landing",
            reason=f"red on the integration branch: {', '.join(check.check for check in red)}",
            checks=red,
        ),
    )
