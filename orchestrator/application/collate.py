"""Collating: the landed commits of a run become the slices' commits, stacked on the run's base.

The commits are replayed in the slices' order as one chain, so every slice's branch starts at the
tip below it and a slice is no more than two places in the chain. That is why a red tip costs
nothing but a check: its slice is merged with the one above, and no commit is made anew.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from orchestrator.domain.learnings.notebook import notebooks
from orchestrator.domain.messages import AGENT, REVERTS, TASK
from orchestrator.domain.plan import Task
from orchestrator.domain.run import Run
from orchestrator.domain.slices import LandedCommit, Slice, branch_name, merge
from orchestrator.domain.verdict import CheckResult, Verdict
from orchestrator.ports.repository import CommitInfo, Conflict, LineCount, Repository

Check = Callable[[str, Sequence[str]], tuple[CheckResult, ...]]
"""Judges a commit with the landing checks; given the files that the slice changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltSlice:
    """A slice with its commits: those of `tip` that `base`, the tip below it, does not have.

    `number` counts from 1 at the bottom of the stack. `checks` is empty until they have run.
    """

    slice: Slice
    number: int
    branch: str
    base: str
    tip: str
    files: tuple[LineCount, ...]
    checks: tuple[CheckResult, ...] = ()

    @property
    def green(self) -> bool:
        """Whether no check speaks against its tip."""
        return Verdict(checks=self.checks).accepted

    @property
    def lines(self) -> tuple[int, int]:
        """Added and removed lines."""
        return sum(file.added for file in self.files), sum(file.removed for file in self.files)

    def agents(self, path: str) -> tuple[str, ...]:
        """Return who edited a file, sorted."""
        return tuple(sorted({c.agent for c in self.slice.commits if path in c.files}))


def landed_commits(run: Run, repository: Repository) -> tuple[LandedCommit, ...]:
    """Return what a run has landed, in landing order, with what each commit builds on."""
    history = standing(repository.history(run.base, run.head))
    needs = _landed_needs(run.by_id, [info.trailers[TASK] for info in history])
    commits = []
    for info in history:
        task = run.by_id[info.trailers[TASK]]
        counts = repository.line_counts(info.parents[0], info.oid)
        commits.append(
            LandedCommit(
                task=task.id,
                commit=info.oid,
                files=tuple(count.path for count in counts),
                changed_lines=sum(count.added + count.removed for count in counts),
                depends_on=needs[task.id],
                owners=task.owners,
                layer=task.layer,
                agent=info.trailers[AGENT],
            )
        )
    return tuple(commits)


def standing(history: Sequence[CommitInfo]) -> list[CommitInfo]:
    """Return the commits that were not taken back; a pair of the two leaves no trace in a tree."""
    reverted = {info.trailers[REVERTS] for info in history if REVERTS in info.trailers}
    return [info for info in history if REVERTS not in info.trailers and info.oid not in reverted]


class Collator:
    """Builds the slices of one run in its canonical repository; moves no ref."""

    def __init__(self, repository: Repository, run: Run, slices: Sequence[Slice]) -> None:
        """Replay the landed commits in the slices' order.

        Raises:
            RuntimeError: the result is not the integration head's tree: a bug.
        """
        self._repository = repository
        self._playbook, self._base = run.plan.playbook, run.base
        self._slices = tuple(slices)
        self._chain = _replay(repository, run, slices)

    def build(self) -> tuple[BuiltSlice, ...]:
        """Return the slices as they are cut, none of them checked."""
        return self._built({})

    def check(self, check: Check, executor: Executor) -> tuple[BuiltSlice, ...]:
        """Return the slices after their tips were checked; red ones are merged upwards.

        The tips are checked at the same time, a merged slice once more with the files of both.
        Only the last slice of the answer can be red: there is none above it.
        """
        jobs = [
            executor.submit(check, built.tip, self._existing(built)) for built in self._built({})
        ]
        verdicts = {
            self._tip(piece): job.result() for piece, job in zip(self._slices, jobs, strict=True)
        }
        at = 0
        while at < len(self._slices) - 1:
            if Verdict(checks=verdicts[self._tip(self._slices[at])]).accepted:
                at += 1
                continue
            self._slices = merge(self._slices, at)
            merged = self._built({})[at]
            verdicts[merged.tip] = check(merged.tip, self._existing(merged))
        return self._built(verdicts)

    def _built(self, verdicts: Mapping[str, tuple[CheckResult, ...]]) -> tuple[BuiltSlice, ...]:
        built = []
        base = self._base
        for number, piece in enumerate(self._slices, start=1):
            tip = self._tip(piece)
            built.append(
                BuiltSlice(
                    slice=piece,
                    number=number,
                    branch=branch_name(self._playbook, piece.key),
                    base=base,
                    tip=tip,
                    files=tuple(self._repository.line_counts(base, tip)),
                    checks=verdicts.get(tip, ()),
                )
            )
            base = tip
        return tuple(built)

    def _tip(self, piece: Slice) -> str:
        return self._chain[piece.commits[-1].task]

    def _existing(self, built: BuiltSlice) -> tuple[str, ...]:
        """Return the slice's files that are there at its tip: checks cannot take deleted ones."""
        changes = self._repository.changes(built.base, built.tip)
        return tuple(change.path for change in changes.files if change.content is not None)


def _landed_needs(by_id: Mapping[str, Task], order: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return for each landed task the ones landed before that it builds on.

    Dependencies that changed nothing or were skipped are seen through.
    """
    landed = set(order)
    place = {task: at for at, task in enumerate(order)}
    needs: dict[str, tuple[str, ...]] = {}
    for task in order:
        found: set[str] = set()
        seen: set[str] = set()
        pending = [task]
        while pending:
            at = by_id[pending.pop()]
            follows = (at.follows,) if at.follows else ()
            new = {*at.depends_on, *follows} - seen
            seen |= new
            found |= new & landed
            pending.extend(new - landed)
        needs[task] = tuple(sorted(one for one in found if place[one] < place[task]))
    return needs


def _replay(repository: Repository, run: Run, slices: Sequence[Slice]) -> dict[str, str]:
    """Return the new commit of each task; the first stands on the run's base."""
    chain: dict[str, str] = {}
    tip = run.base
    for commit in (commit for piece in slices for commit in piece.commits):
        made = repository.combine(tip, commit.commit, repository.info(commit.commit).message)
        if isinstance(made, Conflict):
            message = f"{commit.task} does not apply in its slice: {', '.join(made.paths)}"
            raise RuntimeError(message)  # noqa: TRY004 - a bug of ours, not a wrong type
        chain[commit.task] = tip = made
    if not _same(repository, tip, run):
        message = f"the slices end in {tip}, whose tree is not that of {run.head}"
        raise RuntimeError(message)
    return chain


def _same(repository: Repository, tip: str, run: Run) -> bool:
    """Say whether a replay has come to the run's head.

    In a file that all tasks append to, another order of commits makes another order of lines.
    """
    if repository.info(tip).tree == repository.info(run.head).tree:
        return True
    return set(repository.changes(tip, run.head).paths) <= {*notebooks(run.policy.learnings)}
