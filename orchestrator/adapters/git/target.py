"""The target repository: read where it must be, written only as `leafcut/*` branches."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestrator.adapters.git import exchange
from orchestrator.adapters.git.command import GitError, git, users_setting
from orchestrator.domain.nearness import listed, suggestion
from orchestrator.errors import InvalidInputError, MissingRequirementError

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
            raise InvalidInputError(
                f"{path} is no folder", hint="give a git repository with --repo"
            )
        try:
            directory, bare, hashes = _located(path, "--absolute-git-dir")
        except GitError as error:
            raise InvalidInputError(
                f"{path} is not a git repository", hint="git init there, or give another --repo"
            ) from error
        if hashes != "sha1":
            raise InvalidInputError(
                f"{directory} names its objects by {hashes}", hint="only sha1 is supported yet"
            )
        if bare == "true":
            return cls(Path(directory), Path(directory), bare=True)
        try:
            top, *_ = _located(path, "--show-toplevel")
        except GitError as error:
            raise InvalidInputError(
                f"{path} lies inside of a repository's own folder", hint="give the folder above it"
            ) from error
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

    def read(self, commit: str, path: str) -> str | None:
        """Return the text of a file of a commit; what is not UTF-8 in it is replaced."""
        try:
            said = git(self.git_directory, "cat-file", "blob", f"{commit}:{path}")
        except GitError:
            return None
        return said.decode("utf-8", "replace")

    def uncommitted(self) -> list[str]:
        """Return the paths whose uncommitted state a run will not see, sorted."""
        if self.bare:
            return []
        said = git(
            self.git_directory, *self._harmless(), f"--work-tree={self.root}", "status",
            "--porcelain", "-z", "--no-renames", "--ignore-submodules=all",
        )  # fmt: skip
        return sorted(
            record[3:].decode("utf-8", "replace") for record in said.split(b"\0") if record
        )

    def author(self) -> str:
        """Return `Name <mail>` as the user has configured it.

        Raises:
            MissingRequirementError: no name or no mail address is configured.
        """
        name = os.environ.get("GIT_AUTHOR_NAME") or self._setting("author.name", "user.name")
        mail = os.environ.get("GIT_AUTHOR_EMAIL") or self._setting("author.email", "user.email")
        if not name or not mail:
            raise MissingRequirementError(
                "git does not know who you are, and commits need an author",
                hint='git config --global user.name "You" && git config --global user.email you@…',
            )
        return f"{_plain(name)} <{_plain(mail)}>"

    def signs_commits(self) -> bool:
        """Say whether the user has git sign their commits, which Leafcut does not do yet."""
        return users_setting(self.root, "commit.gpgsign").lower() in {"true", "yes", "on", "1"}

    def copy_to(self, canonical: Path, base: str) -> None:
        """Make the bare repository `canonical`, which holds `base` and nothing else of this one.

        Only the base's own tree comes along, not what led to it, and git looks through all of it:
        the cost is that of the tree, and an agent can be shown the copy.

        Raises:
            InvalidInputError: the base cannot be fetched whole, or its tree is a trap.
        """
        exchange.copy_base(self.git_directory, base, canonical)

    def bring(self, canonical: Path, base: str) -> None:
        """Bring one more commit to a repository that `copy_to` made.

        Raises:
            InvalidInputError: the commit cannot be fetched whole, or its tree is a trap.
        """
        exchange.add_base(self.git_directory, base, canonical)

    def publish(self, canonical: Path, refs: Mapping[str, tuple[str, str | None]]) -> None:
        """Set refs to commits of `canonical`: all of them, or none.

        `refs` maps full ref names to (new commit, the commit it must be at or None for absent).

        Raises:
            InvalidInputError: a ref is not where it was left, is checked out, or cannot be made.
        """
        for ref in refs:
            if not ref.startswith(WRITABLE) or "\0" in ref:
                message = f"{ref} is none of Leafcut's refs"
                raise ValueError(message)
        exchange.publish(canonical, self.git_directory, refs)

    def branches(self) -> dict[str, str]:
        """Return the commits of Leafcut's own branches by full ref name."""
        listed = git(
            self.git_directory, "for-each-ref", "--format=%(refname) %(objectname)", WRITABLE[0]
        )
        lines = listed.decode("utf-8", "surrogateescape").split("\n")
        return dict(line.rsplit(" ", 1) for line in lines if line)

    def merged(self) -> frozenset[str]:
        """Return those of Leafcut's own branches, by full ref name, that HEAD contains."""
        listed = git(
            self.git_directory, "for-each-ref", "--merged=HEAD", "--format=%(refname)", WRITABLE[0]
        )
        return frozenset(listed.decode("utf-8", "surrogateescape").split("\n")) - {""}

    def origin(self) -> str:
        """Return the address of the remote `origin`, empty when there is none."""
        return self._setting("remote.origin.url")

    def ref(self, name: str) -> str | None:
        """Return the commit that a ref points at."""
        return exchange.at(self.git_directory, name)

    def _harmless(self) -> list[str]:
        """Return settings under which `status` runs no filter and knows what the user ignores."""
        try:
            said = git(self.git_directory, "config", "--name-only", "--get-regexp", r"^filter\..")
        except GitError:
            said = b""
        filters = said.decode("utf-8", "surrogateescape").split("\n")
        off = [
            f"{name}={'false' if name.endswith('.required') else ''}" for name in filters if name
        ]
        default = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "git/ignore"
        ignores = self._setting("core.excludesFile") or default
        off.append(f"core.excludesFile={Path(ignores).expanduser()}")
        return [part for setting in off for part in ("-c", setting)]

    def _setting(self, *keys: str) -> str:
        return next(filter(None, (users_setting(self.root, key) for key in keys)), "")

    def _no_such_revision(self, revision: str) -> InvalidInputError:
        refs = git(self.git_directory, "for-each-ref", "--format=%(refname:short)").decode().split()
        if not refs and self.ref("HEAD") is None:
            return InvalidInputError(
                f"{self.root} has no commit yet", hint="commit something first"
            )
        hint = suggestion(revision, refs, listed(refs))
        return InvalidInputError(f"{self.root} has no revision {revision!r}", hint=hint)


def _located(folder: Path, what: str) -> tuple[str, str, str]:
    """Let git find the repository around a folder: a path, whether it is bare, its hash."""
    said = git(
        folder.absolute(), "rev-parse", what, "--is-bare-repository", "--show-object-format",
        discover=True,
    )  # fmt: skip
    path, bare, hashes = said.decode("utf-8", "surrogateescape").rstrip("\n").rsplit("\n", 2)
    return path, bare, hashes


def _plain(text: str) -> str:
    """Return a name without the characters that would break a commit's author line."""
    return "".join(char for char in text if char not in "<>\n\0").strip()
