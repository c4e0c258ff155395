"""Replaying the commits of stacks, and putting stacks together again."""

from collections.abc import Collection, Iterator, Sequence

from orchestrator.domain.stacking import Stack
from orchestrator.ports.repository import Conflict, LineCount, Repository

_TOGETHER = "Stacks together\n"


def again(repository: Repository, commit: str, head: str) -> str | Conflict:
    """Make a commit again on top of `head`, with its message."""
    return repository.combine(head, commit, repository.info(commit).message)


class Replay:
    """Makes commits on top of a base; what was made once is not made again."""

    def __init__(
        self, repository: Repository, base: str, appended: Collection[str] = frozenset()
    ) -> None:
        """Begin with nothing made; `base` is what every stack stands on, such as the run's base.

        `appended` are files that commits only append to: another order of commits makes another
        order of their lines.
        """
        self._repository = repository
        self._base = base
        self._appended = appended
        self._made: dict[tuple[str, str], str] = {}
        self._squashed: dict[str, str] = {}
        self._counts: dict[tuple[str, str], tuple[LineCount, ...]] = {}

    def tips(self, stack: Stack) -> Iterator[str]:
        """Yield the tip of each slice of a stack that stands on the base.

        Raises:
            RuntimeError: a commit does not apply where it stands: a bug.
        """
        tip = self._base
        for piece in stack:
            for commit in piece.commits:
                tip = self._on(tip, commit.commit, commit.task)
            yield tip

    def together(self, stacks: Sequence[Stack]) -> str:
        """Return a commit whose tree has what all these stacks change.

        Raises:
            RuntimeError: two of them cannot stand beside each other: a bug.
        """
        whole = self._base
        for stack in stacks:
            *_, tip = self.tips(stack)
            squashed = tip if whole == self._base else self._squash(tip)
            whole = tip if whole == self._base else self._on(whole, squashed, stack[0].key)
        return whole

    def ends_in(self, head: str, stacks: Sequence[Stack]) -> None:
        """See that all stacks together have the tree of `head`.

        Raises:
            RuntimeError: they have not: a bug.
        """
        whole = self.together(stacks)
        if self._repository.info(whole).tree == self._repository.info(head).tree:
            return
        if not set(self._repository.changes(whole, head).paths) <= {*self._appended}:
            message = f"the slices end in {whole}, whose tree is not that of {head}"
            raise RuntimeError(message)

    def counts(self, old: str, new: str) -> tuple[LineCount, ...]:
        """Return the added and removed lines of each file that differs."""
        if (old, new) not in self._counts:
            self._counts[old, new] = tuple(self._repository.line_counts(old, new))
        return self._counts[old, new]

    def _on(self, head: str, commit: str, name: str) -> str:
        if (head, commit) not in self._made:
            made = again(self._repository, commit, head)
            if isinstance(made, Conflict):
                said = f"{name} does not apply in its slice: {', '.join(made.paths)}"
                raise RuntimeError(said)
            self._made[head, commit] = made
        return self._made[head, commit]

    def _squash(self, tip: str) -> str:
        """Return one commit on the base that changes what a stack does."""
        if tip not in self._squashed:
            changes = self._repository.changes(self._base, tip)
            self._squashed[tip] = self._repository.commit(self._base, changes, _TOGETHER)
        return self._squashed[tip]
