"""The bare repository, worked on with git's plumbing: no worktree, no index of its own."""

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_CONFIG = {
    "http.receivepack": "true",
    "http.uploadpack": "true",
    "uploadpack.allowAnySHA1InWant": "true",
    "receive.fsckObjects": "true",
    "receive.hideRefs": "refs/pull",  # "deny updating a hidden ref", as GitHub answers
    "gc.auto": "0",
}


@dataclass(frozen=True)
class Author:
    """Who wrote a commit, and when, in git's own form."""

    name: str
    email: str
    date: str = ""

    def variables(self, role: str) -> dict[str, str]:
        """Return the environment by which git learns it."""
        named = {f"GIT_{role}_NAME": self.name, f"GIT_{role}_EMAIL": self.email}
        return {**named, f"GIT_{role}_DATE": self.date} if self.date else named


GITHUB = Author("GitHub", "noreply@github.com")


class Conflict(Exception):  # noqa: N818  # a finding, no error
    """Two commits cannot be merged."""


@dataclass(frozen=True)
class Bare:
    """A bare repository at `path`."""

    path: Path

    @classmethod
    def create(cls, path: Path, branch: str) -> "Bare":
        """Return a new one, whose HEAD is the branch."""
        made = cls(path)
        subprocess.run(
            ["git", "init", "-q", "--bare", f"--initial-branch={branch}", str(path)],
            check=True,
            env=made.environment(),
        )
        for name, value in _CONFIG.items():
            made.git("config", name, value)
        return made

    def environment(self) -> dict[str, str]:
        """Return an environment in which nothing of the user's counts."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.path),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            **GITHUB.variables("AUTHOR"),
            **GITHUB.variables("COMMITTER"),
        }

    def run(
        self, *words: str, given: bytes = b"", more: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git and return how it ended."""
        return subprocess.run(
            ["git", "--git-dir", str(self.path), *words],
            input=given,
            capture_output=True,
            check=False,
            env={**self.environment(), **(more or {})},
        )

    def git(self, *words: str, given: bytes = b"", more: Mapping[str, str] | None = None) -> str:
        """Run git and return what it says, with no newline at its end."""
        ended = self.run(*words, given=given, more=more)
        if ended.returncode != 0:
            raise RuntimeError(f"git {' '.join(words)}: {ended.stderr.decode(errors='replace')}")
        return ended.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def refs(self, below: str = "refs/heads/") -> dict[str, str]:
        """Return the objects of the refs whose names begin so, by full name."""
        listed = self.git("for-each-ref", "--format=%(refname) %(objectname)")
        pairs = (line.rsplit(" ", 1) for line in listed.splitlines())
        return {name: sha for name, sha in pairs if name.startswith(below)}

    def tip(self, branch: str) -> str | None:
        """Return a branch's commit."""
        return self.commit_of(f"refs/heads/{branch}")

    def commit_of(self, name: str) -> str | None:
        """Return the commit that a ref or an object's name means."""
        ended = self.run(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"
        )
        return ended.stdout.decode().strip() or None

    def contains(self, sha: str, other: str) -> bool:
        """Return whether `sha` has `other` in its history, or is it."""
        return self.run("merge-base", "--is-ancestor", other, sha).returncode == 0

    def fork_point(self, one: str, other: str) -> str | None:
        """Return the best common ancestor."""
        return self.run("merge-base", one, other).stdout.decode().strip() or None

    def between(self, base: str, head: str, *options: str) -> list[str]:
        """Return the commits that head has and base has not, the oldest first."""
        return self.git("rev-list", "--reverse", *options, f"{base}..{head}").split()

    def show(self, sha: str, form: str) -> str:
        """Return something of a commit, by git's own format."""
        return self.git("show", "--no-patch", f"--format={form}", sha)

    def message(self, sha: str) -> tuple[str, str]:
        """Return a commit's subject and the rest of its message."""
        subject, _, rest = self.show(sha, "%B").partition("\n")
        return subject, rest.strip()

    def author(self, sha: str) -> Author:
        """Return who wrote a commit."""
        return Author(*self.show(sha, "%an%x00%ae%x00%ad").split("\0"))

    def merged_tree(self, ours: str, theirs: str) -> str:
        """Return the tree of a merge.

        Raises:
            Conflict: there is none.
        """
        ended = self.run("merge-tree", "--write-tree", ours, theirs)
        if ended.returncode != 0:
            raise Conflict
        return ended.stdout.decode().split("\n", 1)[0]

    def picked_tree(self, commit: str, onto: str) -> str:
        """Return the tree of what `commit` changed, done to `onto`.

        git 2.39 cannot be told a merge base: three commits that have the trees, and history enough.

        Raises:
            Conflict: there is none.
        """
        before = self.commit(f"{commit}^^{{tree}}", [], "before")
        ours = self.commit(f"{onto}^{{tree}}", [before], "ours")
        theirs = self.commit(f"{commit}^{{tree}}", [before], "theirs")
        return self.merged_tree(ours, theirs)

    def commit(
        self,
        tree: str,
        parents: Sequence[str],
        message: str,
        author: Author = GITHUB,
        committer: Author = GITHUB,
    ) -> str:
        """Return a new commit, which no ref names yet."""
        words = [word for parent in parents for word in ("-p", parent)]
        name = self.git("rev-parse", "--verify", tree)
        return self.git(
            "commit-tree",
            name,
            *words,
            given=message.encode("utf-8", "surrogateescape"),
            more={**author.variables("AUTHOR"), **committer.variables("COMMITTER")},
        )

    def tree_with(self, base: str | None, files: Mapping[str, str | None]) -> str:
        """Return the base's tree with files written, or removed where their text is None."""
        with tempfile.TemporaryDirectory() as folder:
            more = {"GIT_INDEX_FILE": f"{folder}/index"}
            if base is not None:
                self.git("read-tree", base, more=more)
            for path, text in files.items():
                mode = "0" if text is None else "100644"
                blob = "0" * 40 if text is None else self._blob(text)
                entry = f"{mode} {blob}\t{path}\n".encode()
                self.git("update-index", "--index-info", given=entry, more=more)
            return self.git("write-tree", more=more)

    def _blob(self, text: str) -> str:
        return self.git("hash-object", "-w", "--stdin", given=text.encode())

    def move(self, ref: str, new: str, old: str | None = None) -> None:
        """Set a ref, if it is still as it was."""
        self.git("update-ref", ref, new, *([] if old is None else [old]))

    def delete(self, ref: str) -> None:
        """Delete a ref."""
        self.git("update-ref", "-d", ref)
