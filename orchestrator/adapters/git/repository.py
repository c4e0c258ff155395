"""The run's canonical bare repository."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from orchestrator.adapters.git import trees
from orchestrator.adapters.git.command import GitError, git
from orchestrator.adapters.git.history import History
from orchestrator.adapters.git.objects import Objects
from orchestrator.adapters.git.refs import Refs, remove_locks
from orchestrator.domain.changes import ChangeSet, FileChange
from orchestrator.ports.repository import CommitInfo, Conflict, LineCount

_TRAILER = re.compile(r"^([A-Za-z][A-Za-z0-9-]*): (.*)$")


class CanonicalRepository:
    """The adapter behind `ports.repository.Repository`; may be used from any thread."""

    def __init__(self, directory: Path, author: str, now: Callable[[], float]) -> None:
        """Open the bare repository at `directory`; commits bear `author`, `Name <mail>`."""
        self.directory = directory
        self.objects = Objects(directory)
        self.past = History(directory)
        self._refs = Refs(directory)
        self._author = author
        self._now = now

    def recover(self) -> None:
        """Clear away what a killed run left half-done; only for the run's single writer."""
        remove_locks(self.directory)

    def close(self) -> None:
        """End the processes that serve this repository."""
        self._refs.close()

    def resolve(self, revision: str) -> str | None:
        """Return the full id of the commit that `revision` names, None when there is none."""
        try:
            said = git(
                self.directory, "rev-parse", "--verify", "--quiet", "--end-of-options",
                f"{revision}^{{commit}}",
            )  # fmt: skip
        except GitError:
            return None
        return said.decode().strip()

    def info(self, commit: str) -> CommitInfo:
        """Read one commit."""
        raw = self.objects.commit(commit)
        return CommitInfo(
            oid=commit,
            tree=raw.tree,
            parents=raw.parents,
            subject=raw.message.partition("\n")[0],
            message=raw.message,
            trailers=_trailers(raw.message),
        )

    def history(self, base: str, head: str) -> Sequence[CommitInfo]:
        """Return the commits reachable from `head` and not from `base`, oldest first."""
        listed = git(self.directory, "rev-list", "--reverse", "--topo-order", f"{base}..{head}")
        return [self.info(oid) for oid in listed.decode().split()]

    def read(self, commit: str, path: str) -> bytes | None:
        """Return a file's content in the commit, None when it is not there."""
        try:
            node = trees.lookup(self.objects.tree_of(commit), _encoded(path), self.objects.listing)
        except NotADirectoryError:
            return None
        if node is None or node.mode not in trees.MODES:
            return None
        return self.objects.read(node.oid)

    def changes(self, old: str, new: str) -> ChangeSet:
        """Return what leads from one commit's tree to the other's."""
        one, two = self.objects.tree_of(old), self.objects.tree_of(new)
        return ChangeSet(
            tuple(
                self._file_change(path, before, after)
                for path, before, after in sorted(
                    trees.differences(one, two, self.objects.listing), key=lambda item: item[0]
                )
            )
        )

    def line_counts(self, old: str, new: str) -> Sequence[LineCount]:
        """Return the added and removed lines of each file that differs."""
        said = git(
            self.directory, "diff-tree", "-r", "-z", "--no-renames", "--no-ext-diff",
            "--no-textconv", "--numstat", old, new,
        )  # fmt: skip
        return [_line_count(record) for record in said.split(b"\0") if record]

    def diff(self, old: str, new: str) -> bytes:
        """Return what leads from one commit's tree to the other's, as hunks without context."""
        return git(
            self.directory, "diff-tree", "-r", "-p", "--unified=0", "--no-renames", "--no-color",
            "--no-ext-diff", "--no-textconv", "--src-prefix=a/", "--dst-prefix=b/", old, new,
        )  # fmt: skip

    def patch(self, old: str, new: str) -> bytes:
        """Return the commits between two as mails that `git am` takes."""
        return git(
            self.directory, "format-patch", "--stdout", "--no-renames", "--binary",
            "--no-signature", "--full-index", f"{old}..{new}",
        )  # fmt: skip

    def commit(self, parent: str, changes: ChangeSet, message: str) -> str:
        """Make a commit of the user on top of `parent` and return its id; no ref moves."""
        nodes = self.objects.store_changes(changes)
        return self._commit_tree(self._edited(self.objects.tree_of(parent), nodes), parent, message)

    def combine(self, head: str, commit: str, message: str) -> str | Conflict:
        """Replay `commit` (its difference from its only parent) on `head` by a three-way merge."""
        (parent,) = self.objects.commit(commit).parents
        ours, theirs, base = (self.objects.tree_of(oid) for oid in (head, commit, parent))
        if ours == base:
            return self._commit_tree(theirs, head, message)
        changed = list(trees.differences(base, theirs, self.objects.listing))
        if self._untouched(ours, changed):
            edits = {path: after for path, _, after in changed}
            return self._commit_tree(self._edited(ours, edits), head, message)
        merged = self._merge(ours, parent, commit)
        return merged if isinstance(merged, Conflict) else self._commit_tree(merged, head, message)

    def head(self, ref: str) -> str | None:
        """Return the commit that a ref points at."""
        return self._refs.read(ref)

    def move(self, ref: str, new: str, old: str | None) -> bool:
        """Move a ref to `new` if it is at `old` (None: absent); say whether it was."""
        return self._refs.move(ref, new, old)

    def write_commit(self, tree: str, parents: Sequence[str], message: str) -> str:
        """Make a commit of the user with that tree and return its id; no ref moves."""
        return self.objects.write_commit(
            tree, parents, message, author=self._author, at=int(self._now())
        )

    def _commit_tree(self, tree: str, parent: str, message: str) -> str:
        return self.write_commit(tree, [parent], message)

    def _edited(self, tree: str, nodes: Mapping[bytes, trees.Node | None]) -> str:
        return trees.edit(tree, nodes, self.objects.listing, self.objects.write_tree)

    def _untouched(
        self, tree: str, changed: Sequence[tuple[bytes, trees.Node | None, trees.Node | None]]
    ) -> bool:
        """Say whether `tree` still has what the change found at each of its paths."""
        try:
            return all(
                trees.lookup(tree, path, self.objects.listing) == before
                for path, before, _ in changed
            )
        except NotADirectoryError:
            return False

    def _merge(self, ours: str, base: str, theirs: str) -> str | Conflict:
        """Merge three ways; git 2.38 finds the base itself, so ours is given it as its parent."""
        stand_in = self._commit_tree(ours, base, "a stand-in that carries the merge base\n")
        try:
            said = git(
                self.directory, "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages",
                stand_in, theirs,
            )  # fmt: skip
        except GitError as error:
            if error.code != 1:
                raise
            names = error.stdout.split(b"\0")[1:]
            return Conflict(tuple(sorted({_decoded(name) for name in names if name})))
        return said.split(b"\0")[0].decode()

    def _file_change(
        self, path: bytes, before: trees.Node | None, after: trees.Node | None
    ) -> FileChange:
        node = after or before
        if node is None or node.mode not in trees.MODES:
            message = f"{path!r} is a submodule, which no change set may touch"
            raise ValueError(message)
        content = None if after is None else self.objects.read(after.oid)
        return FileChange(_decoded(path), trees.MODES[node.mode], content)


def _line_count(record: bytes) -> LineCount:
    added, removed, path = record.split(b"\t", 2)
    binary = added == b"-"
    return LineCount(_decoded(path), 0 if binary else int(added), 0 if binary else int(removed))


def _trailers(message: str) -> dict[str, str]:
    """Return the trailers: the last paragraph's, unless that is the subject itself."""
    _, paragraphs, last = message.strip().rpartition("\n\n")
    if not paragraphs:
        return {}
    found = (_TRAILER.match(line) for line in last.split("\n"))
    return {match.group(1): match.group(2) for match in found if match}


def _encoded(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


def _decoded(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
