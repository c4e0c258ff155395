"""What speaks for rewrites: the files that they give, byte for byte, and nothing against them."""

from collections.abc import Sequence
from dataclasses import dataclass

from orchestrator.domain.synthesis.clusters import Cluster
from orchestrator.domain.synthesis.examples import Evidence, Example, Syntax
from orchestrator.domain.synthesis.rule import Rewrite
from orchestrator.domain.synthesis.tree import Span


@dataclass(frozen=True, slots=True)
class Proof:
    """Holds rewrites against the evidence."""

    evidence: Evidence
    syntax: Syntax

    def holds(self, rewrites: Sequence[Rewrite], clusters: Sequence[Cluster]) -> bool:
        """Say whether rewrites do what the clusters did, and never what nobody did.

        They may leave other edits of a landed file undone, but each change of theirs is one that
        landed. What landed, and what was right as it was, they leave alone.
        """
        return all(
            self._agrees(at, example, rewrites, clusters)
            for at, example in enumerate(self.evidence.examples)
        ) and all(
            self._applied(path, content, rewrites) == content
            for path, content in self.evidence.right.items()
        )

    def whole(self, rewrites: Sequence[Rewrite]) -> tuple[str, ...]:
        """Return the tasks whose files all are, byte for byte, what the rewrites make of them."""
        given: dict[str, int] = {}
        for example in self.evidence.examples:
            if self._applied(example.path, example.old, rewrites) == example.new:
                given[example.task] = given.get(example.task, 0) + 1
        return tuple(
            sorted(task for task, files in given.items() if files == self.evidence.whole[task])
        )

    def _agrees(
        self, at: int, example: Example, rewrites: Sequence[Rewrite], clusters: Sequence[Cluster]
    ) -> bool:
        applied = self._applied(example.path, example.old, rewrites)
        if applied != example.new:
            done = self._done(example, applied)
            if done is None or not done <= {edit.span for edit in example.edits}:
                return False
            if not _wanted(at, example, clusters) <= done:
                return False
        return self._applied(example.path, example.new, rewrites) == example.new

    def _done(self, example: Example, applied: bytes) -> frozenset[Span] | None:
        if applied == example.old:
            return frozenset()
        edits = self.syntax.edits(example.path, example.old, applied)
        return None if edits is None else frozenset(edit.span for edit in edits)

    def _applied(self, path: str, content: bytes, rewrites: Sequence[Rewrite]) -> bytes:
        language = self.syntax.language(path)
        mine = [one for one in rewrites if one.language == language and _may_match(one, content)]
        return self.syntax.rewritten(path, content, mine) if mine else content


def _may_match(rewrite: Rewrite, content: bytes) -> bool:
    return all(word.encode() in content for word in rewrite.words)


def _wanted(at: int, example: Example, clusters: Sequence[Cluster]) -> set[Span]:
    """Return what of an example the clusters are about."""
    units = [unit for one in clusters for unit in one.units if unit.example == at]
    return {edit.span for edit in example.edits if any(unit.has(edit) for unit in units)}
