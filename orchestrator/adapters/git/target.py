"""The target repository: read where it must be, written only as `leafcut/*` branches."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from orchestrator.adapters.git.command import GitError, executable, git
from orchestrator.errors import InvalidInputError, MissingRequirementError

ABSENT = "0" * 40
WRITABLE = ("refs/heads/leafcut/", "refs/notes/leafcut/")


@dataclass(frozen=True, slots=True)
class Target:
    """A git repository that a person pointed at. `root` is its working tree, or it, when bare."""

    root: Path
    git_directory: Path
    bare: bool

    @classmethod
    def open(cls, path: Path) -> "Target":
        """Find the repository that `path` is in.

        Raises:
            InvalidInputError: there is none.
        """
        if not path.is_dir():
            raise InvalidInputError(f"{path} is no folder", hint="give a git repository with --repo")
        try:
            said = _in_folder(path, "rev-parse", "--absolute-git-dir", "--is-bare-repository")
        except GitError as error:
            raise InvalidInputError(
                f"{path} is not a git repository", hint="git init there, or give another --repo"
            ) from error
        directory, bare = said.splitlines()
        if bare == "true":
            return cls(Path(directory), Path(directory), bare=True)
        top = _in_folder(path, "rev-parse", "--show-toplevel").rstrip("\n")
        return cls(Path(top), Path(directory), bare=False)

    def resolve(self, revision: str) -> str:
        """Return the full id of a commit.

        Raises:
            InvalidInputError: the repository has no commit, or none of that name.
        """
        try:
            said = git(
                self.git_directory, "rev-parse", "--verify", "--quiet", "--end-of-options",
                f"{revision}^{{commit}}",
            )  # fmt: skip
        except GitError as error:
            raise self._no_such_revision(revision) from error
        return said.decode().strip()

    def uncommitted(self) -> list[str]:
        """Return the paths whose uncommitted state a run will not see, sorted."""
        if self.bare:
            return []
        said = git(
            self.git_directory, f"--work-tree={self.root}", "status", "--porcelain", "-z",
            "--no-renames", "--ignore-submodules=all",
        )  # fmt: skip
        return sorted(record[3:].decode("utf-8", "replace") for record in said.split(b"\0") if record)

    def author(self) -> str:
        """Return `Name <mail>` as the user has configured it.

        Raises:
            MissingRequirementError: no name or no mail address is configured.
        """
        name = os.environ.get("GIT_AUTHOR_NAME") or _configured(self.root, "user.name")
        mail = os.environ.get("GIT_AUTHOR_EMAIL") or _configured(self.root, "user.email")
        if not name or not mail:
            raise MissingRequirementError(
                "git does not know who you are, and commits need an author",
                hint='git config --global user.name "You" && git config --global user.email you@…',
            )
        return f"{_plain(name)} <{_plain(mail)}>"

    def copy_to(self, canonical: Path, base: str) -> None:
        """Make the bare repository `canonical` with this one's objects and one ref at `base`.

        Object files are hard-linked where the file system allows it, so the copy is cheap and
        still whole when the target is rewritten or cleaned up later.
        """
        run_git = executable()
        git(
            self.git_directory, "clone", "--quiet", "--bare", "--no-tags", "--template=",
            str(self.git_directory), str(canonical), protocol="always",
        )  # fmt: skip
        refs = git(canonical, "for-each-ref", "--format=delete %(refname)")
        git(canonical, "update-ref", "--stdin", stdin=refs)
        git(canonical, "symbolic-ref", "HEAD", "refs/heads/leafcut-unborn")
        git(canonical, "remote", "remove", "origin")
        try:
            git(canonical, "update-ref", "refs/leafcut/base", base)
        except GitError as error:
            raise InvalidInputError(
                f"commit {base[:12]} did not come along from {self.root}",
                hint=f"a shallow clone? try: {run_git} -C {self.root} fetch --unshallow",
            ) from error

    def publish(self, canonical: Path, refs: Mapping[str, tuple[str, str | None]]) -> None:
        """Set refs to commits of `canonical`: all of them, or none.

        `refs` maps full ref names to (new commit, the commit it must be at or None for absent).

        Raises:
            InvalidInputError: a ref is not where it was left, is checked out, or cannot be made.
        """
        for ref in refs:
            if not ref.startswith(WRITABLE):
                message = f"{ref} is none of Leafcut's refs"
                raise ValueError(message)
        self._refuse_moved(refs)
        pending = {ref: move for ref, move in refs.items() if self.ref(ref) != move[0]}
        if not pending:
            return
        self._fetch(canonical, sorted({new for new, _ in pending.values()}))
        updates = "".join(
            f"update {ref} {new} {old or ABSENT}\n" for ref, (new, old) in pending.items()
        )
        try:
            git(
                self.git_directory, "update-ref", "--stdin",
                stdin=f"start\n{updates}commit\n".encode(),
            )  # fmt: skip
        except GitError as error:
            raise InvalidInputError(
                f"git does not let the branches be written: {error.stderr}; nothing was written",
                hint="rename the branch that stands in the way, then try again",
            ) from error

    def _fetch(self, canonical: Path, commits: Sequence[str]) -> None:
        """Bring commits over; git fetches refs only, so each gets one in the canonical repository."""
        names = {f"refs/leafcut/publish/{commit}": commit for commit in commits}
        creates = "".join(f"update {name} {commit}\n" for name, commit in names.items())
        git(canonical, "update-ref", "--stdin", stdin=creates.encode())
        git(
            self.git_directory, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head",
            "--no-recurse-submodules", str(canonical), *names, protocol="always",
        )  # fmt: skip

    def ref(self, name: str) -> str | None:
        """Return the commit that a ref points at."""
        try:
            return git(self.git_directory, "rev-parse", "--verify", "--quiet", name).decode().strip()
        except GitError:
            return None

    def _refuse_moved(self, refs: Mapping[str, tuple[str, str | None]]) -> None:
        listed = git(self.git_directory, "worktree", "list", "--porcelain").decode()
        for ref, (new, old) in refs.items():
            here = self.ref(ref)
            if here not in {old, new}:
                raise InvalidInputError(
                    f"{ref} was moved by someone else; nothing was written",
                    hint="rename that branch, then try again",
                )
            if here != new and f"branch {ref}\n" in listed:
                raise InvalidInputError(
                    f"{ref} is checked out; nothing was written", hint="check out another branch"
                )

    def _no_such_revision(self, revision: str) -> InvalidInputError:
        refs = git(self.git_directory, "for-each-ref", "--format=%(refname:short)").decode().split()
        if not refs and self.ref("HEAD") is None:
            return InvalidInputError(f"{self.root} has no commit yet", hint="commit something first")
        near = get_close_matches(revision, refs) or refs[:5]
        hint = f"there are {', '.join(near)}" if near else ""
        return InvalidInputError(f"{self.root} has no revision {revision!r}", hint=hint)


def _in_folder(folder: Path, *arguments: str) -> str:
    """Let git find the repository around a folder; nothing else runs without a git directory."""
    return git(folder.absolute(), *arguments, discover=True).decode("utf-8", "surrogateescape")


def _configured(folder: Path, key: str) -> str:
    """Read one value of the user's own configuration; reading runs nothing."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    done = subprocess.run(  # noqa: S603 - a list, no shell
        [executable(), "-C", str(folder), "config", "--get", key],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    return done.stdout.strip()


def _plain(text: str) -> str:
    """Return a name without the characters that would break a commit's author line."""
    return "".join(char for char in text if char not in "<>\n\0").strip()
