"""A repository over HTTP. Its key stands in the environment of the git that needs it, nowhere else.

No other host is shown the key: the header is bound to the address, and redirects are not followed.
"""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestrator.adapters.git.command import GitError, git
from orchestrator.errors import (
    AuthenticationError,
    InvalidInputError,
    LeafcutError,
    MissingRequirementError,
)

WRITABLE = ("refs/heads/leafcut/", "refs/notes/leafcut/")
_UNSUPPORTED = "does not support --atomic"
_SAYS: Sequence[tuple[tuple[str, ...], type[LeafcutError], str, str]] = (
    (
        ("Authentication failed", "could not read Username", "error: 401"),
        AuthenticationError,
        "does not take the key",
        "give another GH_TOKEN, or gh auth login",
    ),
    (
        ("error: 403", "Permission to", "denied to"),
        MissingRequirementError,
        "does not let this key write",
        "it needs the permission to write contents",
    ),
    (
        ("shallow update not allowed", "did not receive expected object"),
        InvalidInputError,
        "lacks the commit that the run stands on",
        "push that commit first, or leafcut update the run to one that is there",
    ),
    (
        ("not found", "error: 404"),
        MissingRequirementError,
        "is not there, or this key may not see it",
        "see that the key may read and write contents",
    ),
)
"""What git says, and what that means: the words, the error, what is wrong, what to do."""


@dataclass(frozen=True, slots=True)
class Remote:
    """A repository at an address without a key; `key` gives the key as it is now."""

    url: str
    key: Callable[[], str]

    def fetch(self, canonical: Path, commit: str, ref: str) -> None:
        """Bring one commit, without what led to it, and have a ref keep it.

        Raises:
            LeafcutError: it cannot be had.
        """
        self._call(
            canonical, "fetch", "--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head",
            self.url, f"+{commit}:{ref}",
        )  # fmt: skip

    def push(self, canonical: Path, refs: Mapping[str, tuple[str | None, str | None]]) -> None:
        """Move Leafcut's refs, each from the commit it must be at to another; None: absent.

        All or none, where the server can do that.

        Raises:
            InvalidInputError: one is not where it must be, or the server takes it not.
            LeafcutError: the server cannot be reached, or does not let us.
        """
        for ref in refs:
            if not ref.startswith(WRITABLE) or "\0" in ref or "\n" in ref:
                message = f"{ref!r} is none of Leafcut's refs"
                raise ValueError(message)
        if not refs:
            return
        leases = [f"--force-with-lease={ref}:{old or ''}" for ref, (old, _) in refs.items()]
        specs = [f"{new or ''}:{ref}" for ref, (_, new) in refs.items()]
        words = ("--porcelain", "--no-verify", *leases, self.url, *specs)
        try:
            self._call(canonical, "push", "--atomic", *words)
        except _NotAtomicError:
            self._call(canonical, "push", *words)

    def _call(self, canonical: Path, *arguments: str) -> None:
        scheme = self.url.partition(":")[0]
        if scheme not in {"http", "https"}:
            message = f"a key goes over HTTP alone, not over {scheme}"
            raise ValueError(message)
        try:
            git(canonical, *arguments, transport=scheme, settings=self._settings())
        except GitError as error:
            if _UNSUPPORTED in error.stderr:
                raise _NotAtomicError from error
            raise _refusal(self.url, error) from error

    def _settings(self) -> dict[str, str]:
        login = b64encode(f"x-access-token:{self.key()}".encode()).decode()
        return {
            "http.followRedirects": "false",
            f"http.{self.url}.extraHeader": f"Authorization: Basic {login}",
        }


class _NotAtomicError(Exception):
    """The server moves refs one by one only."""


def _refusal(url: str, error: GitError) -> LeafcutError:
    if refused := _refused(error.stdout.decode("utf-8", "replace")):
        return refused
    for words, kind, what, hint in _SAYS:
        if any(word in error.stderr for word in words):
            return kind(f"{url} {what}", hint=hint)
    said = [line for line in error.stderr.splitlines() if line.startswith(("fatal:", "error:"))]
    return MissingRequirementError(
        f"git cannot work with {url}: {(said or [error.stderr])[0]}",
        hint="run it again: it goes on where it stopped",
    )


def _refused(said: str) -> InvalidInputError | None:
    """Return why refs were not taken, of what `push --porcelain` says; None where it says not."""
    lines = [line.split("\t") for line in said.splitlines() if line.startswith("!\t")]
    told = [(line[1].rpartition(":")[2], line[2]) for line in lines if "atomic" not in line[2]]
    if not told:
        return None
    ref, why = told[0]
    if "shallow update" in why:
        return InvalidInputError(
            f"the forge lacks the commit that {ref} stands on; nothing was pushed",
            hint="push that commit first, or leafcut update the run to one that is there",
        )
    if "stale info" in why or "fetch first" in why:
        return InvalidInputError(
            f"{ref} was moved by someone else; nothing was pushed", hint="look at it, then go on"
        )
    return InvalidInputError(f"the forge does not take {ref}: {why}", hint="see its rules")
