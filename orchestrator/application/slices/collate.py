"""Collating: the landed commits of a run become the slices' commits, in stacks on the run's base.

Each stack is replayed as a chain of its own, so every slice's branch starts at the tip below it,
and a slice is no more than two places in its chain. That is why a red tip costs little but a check:
its slice is merged with the one above, and no commit is made anew.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from orchestrator.application.slices.replay import Replay
from orchestrator.domain.learnings.notebook import notebooks
from orchestrator.domain.messages import AGENT, REVERTS, TASK
from orchestrator.domain.plan import Task
from orchestrator.domain.playbook import Stacked
from orchestrator.domain.reviewing import joined
from orchestrator.domain.run import Run
from orchestrator.domain.slices import LandedCommit, Slice, branch_name, merge
from orchestrator.domain.stacking import needed, put_on, stacks
from orchestrator.domain.verdict import CheckResult, Verdict
from orchestrator.ports.repository import CommitInfo, LineCount, Repository

Check = Callable[[str, Sequence[str]], tuple[CheckResult, ...]]
"""Judges a commit with the landing checks; given the files that the slice changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltSlice:
    """A slice with its commits: those of `tip` that `base`, the tip below it, does not have.

    `number` counts all slices from 1, stack by stack; `stack` counts the stacks and `position` the
    slices of one from 1 at its bottom. `below` is the branch that it stands on, empty for the run's
    base. `checks` is empty until they have run.
    """

    slice: Slice
    number: int
    branch: str
    base: str
    tip: str
    files: tuple[LineCount, ...]
    stack: int = 1
    position: int = 1
    below: str = ""
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
    history = lasting(repository.history(run.base, run.head))
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
                joins=joined(run, task),
            )
        )
    return tuple(commits)


def lasting(history: Sequence[CommitInfo]) -> list[CommitInfo]:
    """Return the commits that were not taken back; a pair of the two leaves no trace in a tree."""
    reverted = {info.trailers[REVERTS] for info in history if REVERTS in info.trailers}
    return [info for info in history if REVERTS not in info.trailers and info.oid not in reverted]


class Collator:
    """Builds the slices of one run in its canonical repository, stack by stack; moves no ref."""

    def __init__(
        self,
        repository: Repository,
        run: Run,
        slices: Sequence[Slice],
        stacked: Stacked = "auto",
    ) -> None:
        """Replay the landed commits in the slices' order, each stack on the run's base.

        Raises:
            RuntimeError: all together are not the integration head's tree: a bug.
        """
        self._repository = repository
        self._playbook, self._base, self._head = run.plan.playbook, run.base, run.head
        self._replay = Replay(repository, run.base, notebooks(run.policy.learnings))
        self._stacked: Stacked = stacked
        self._stacks = stacks(slices, stacked)
        self._verdicts: dict[tuple[str, str], tuple[CheckResult, ...]] = {}
        self._replay.ends_in(run.head, self._stacks)

    def build(self) -> tuple[BuiltSlice, ...]:
        """Return the slices as they are cut, stack by stack, none of them checked."""
        return self._built()

    def check(self, check: Check, executor: Executor) -> tuple[BuiltSlice, ...]:
        """Return the slices after their tips were checked, each on what it stands on.

        A red one is merged with the one above it in its stack. Where there is none, something ties
        its stack to others that the plan does not know: it is put on those that it needs. What
        stands elsewhere then is checked again. Only the last slice of a single stack can stay red:
        it has the integration head's tree.

        Raises:
            RuntimeError: all together are not the integration head's tree any more: a bug.
        """
        while True:
            built = self._built()
            self._judge(built, check, executor)
            judged = self._built()
            red = next((piece for piece in judged if not piece.green), None)
            if red is None or not self._mended(red, check):
                self._replay.ends_in(self._head, self._stacks)
                return judged

    def _judge(self, built: Sequence[BuiltSlice], check: Check, executor: Executor) -> None:
        jobs = {
            (piece.base, piece.tip): executor.submit(
                check, piece.tip, files_there(piece, self._repository)
            )
            for piece in built
            if (piece.base, piece.tip) not in self._verdicts
        }
        self._verdicts |= {place: job.result() for place, job in jobs.items()}

    def _mended(self, red: BuiltSlice, check: Check) -> bool:
        """Change the stacks so that a red slice may become green; say whether that was possible."""
        at = red.stack - 1
        stack = self._stacks[at]
        if red.position < len(stack):
            merged = merge(stack, red.position - 1)
            self._stacks = (*self._stacks[:at], merged, *self._stacks[at + 1 :])
            return True
        others = [other for other in range(len(self._stacks)) if other != at]
        if not others:
            return False
        files = files_there(red, self._repository)

        def green(below: Sequence[int]) -> bool:
            tip = self._replay.together([*(self._stacks[one] for one in below), stack])
            return Verdict(checks=check(tip, files)).accepted

        below = needed(green, others)
        self._stacks = put_on(self._stacks, at, below, self._stacked)
        return True

    def _built(self) -> tuple[BuiltSlice, ...]:
        built: list[BuiltSlice] = []
        for number, stack in enumerate(self._stacks, start=1):
            base, below = self._base, ""
            for position, (piece, tip) in enumerate(
                zip(stack, self._replay.tips(stack), strict=True), start=1
            ):
                built.append(
                    BuiltSlice(
                        slice=piece,
                        number=len(built) + 1,
                        stack=number,
                        position=position,
                        branch=branch_name(self._playbook, piece.key),
                        below=below,
                        base=base,
                        tip=tip,
                        files=self._replay.counts(base, tip),
                        checks=self._verdicts.get((base, tip), ()),
                    )
                )
                base, below = tip, built[-1].branch
        return tuple(built)


def files_there(built: BuiltSlice, repository: Repository) -> tuple[str, ...]:
    """Return the slice's files that are there at its tip: checks cannot take deleted ones."""
    changes = repository.changes(built.base, built.tip)
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
