"""A canonical repository in memory: commits are values, refs move by compare-and-swap."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchestrator.domain.changes import ChangeSet, FileChange
from orchestrator.ports.repository import CommitInfo, Conflict, LineCount

Tree = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit: its files, what it stands on, its message."""

    tree: Tree
    parent: str | None
    message: str


class MemoryRepository:
    """What `ports.repository.Repository` asks for, without a disk."""

    def __init__(self, base: Tree) -> None:
        """Start with one commit; `base` names it."""
        self.commits: dict[str, Commit] = {}
        self.refs: dict[str, str] = {}
        self.base = self._store(Commit(dict(base), None, "base"))

    def tree_of(self, commit: str) -> str:
        """Return the id of a commit's tree."""
        return _digest(sorted(self.commits[commit].tree.items()))

    def resolve(self, revision: str) -> str | None:
        """Return the commit that a ref or an id names."""
        return self.refs.get(revision, revision if revision in self.commits else None)

    def info(self, commit: str) -> CommitInfo:
        """Read one commit."""
        found = self.commits[commit]
        last = found.message.strip().rpartition("\n\n")[2]
        pairs = (line.partition(": ") for line in last.split("\n"))
        return CommitInfo(
            oid=commit,
            tree=self.tree_of(commit),
            parents=(found.parent,) if found.parent else (),
            subject=found.message.partition("\n")[0],
            message=found.message,
            trailers={name: value for name, colon, value in pairs if colon},
        )

    def history(self, base: str, head: str) -> Sequence[CommitInfo]:
        """Return the commits from `base` to `head`, oldest first."""
        found = []
        at: str | None = head
        while at is not None and at != base:
            found.append(self.info(at))
            at = self.commits[at].parent
        return found[::-1]

    def read(self, commit: str, path: str) -> bytes | None:
        """Return a file's content."""
        return self.commits[commit].tree.get(path)

    def changes(self, old: str, new: str) -> ChangeSet:
        """Return what leads from one tree to the other."""
        before, after = self.commits[old].tree, self.commits[new].tree
        return ChangeSet(
            tuple(
                FileChange(path, "100644", after.get(path))
                for path in sorted(before.keys() | after.keys())
                if before.get(path) != after.get(path)
            )
        )

    def line_counts(self, old: str, new: str) -> Sequence[LineCount]:
        """Return one line added for each file that differs; nobody looks closer here."""
        return [LineCount(change.path, 1, 0) for change in self.changes(old, new).files]

    def diff(self, old: str, new: str) -> bytes:
        """Return the paths that differ; nobody looks closer here."""
        return "\n".join(change.path for change in self.changes(old, new).files).encode()

    def patch(self, old: str, new: str) -> bytes:
        """Return the commits' messages."""
        return "\n".join(info.message for info in self.history(old, new)).encode()

    def commit(self, parent: str, changes: ChangeSet, message: str) -> str:
        """Make a commit; no ref moves."""
        tree = {**self.commits[parent].tree}
        for change in changes.files:
            tree.pop(change.path, None)
            if change.content is not None:
                tree[change.path] = change.content
        return self._store(Commit(tree, parent, message))

    def combine(self, head: str, commit: str, message: str) -> str | Conflict:
        """Replay a commit on `head`; a file that both changed is a conflict."""
        parent = self.commits[commit].parent
        assert parent is not None
        changes = self.changes(parent, commit)
        ours, base = self.commits[head].tree, self.commits[parent].tree
        clashing = [
            change.path
            for change in changes.files
            if ours.get(change.path) not in {base.get(change.path), change.content}
        ]
        return Conflict(tuple(clashing)) if clashing else self.commit(head, changes, message)

    def head(self, ref: str) -> str | None:
        """Return the commit that a ref points at."""
        return self.refs.get(ref)

    def move(self, ref: str, new: str, old: str | None) -> bool:
        """Move a ref if it is where it was left."""
        if self.refs.get(ref) != old:
            return False
        self.refs[ref] = new
        return True

    def _store(self, commit: Commit) -> str:
        key = _digest([sorted(commit.tree.items()), commit.parent, commit.message])
        self.commits[key] = commit
        return key


def _digest(value: object) -> str:
    return hashlib.sha1(repr(value).encode(), usedforsecurity=False).hexdigest()
