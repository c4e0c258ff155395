"""Where pull requests are opened: GitHub, or a folder of files."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from orchestrator.domain.pulls import Pull, PullDraft, Remark


class Forge(Protocol):
    """A host of pull requests for one repository.

    Every call says again what is so: asking twice for the same does it once. All of them may raise
    a LeafcutError: the key is refused (exit 4), the forge cannot be reached or does not let us
    (exit 7), a branch is not where it was left (exit 5).
    """

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        ...

    @property
    def longest_body(self) -> int:
        """How many characters a body may have."""
        ...

    def main(self) -> tuple[str, str]:
        """Return the name of the branch that everything is merged into, and its commit."""
        ...

    def bring(self, commit: str) -> None:
        """See that the canonical repository has a commit of the forge's."""
        ...

    def refs(self) -> Mapping[str, str]:
        """Return the commits of Leafcut's own branches and notes by full ref name."""
        ...

    def push(self, refs: Mapping[str, tuple[str | None, str | None]]) -> None:
        """Set refs, each from the commit it must be at to another; None: absent.

        Raises:
            InvalidInputError: one is not where it must be; nothing was pushed.
        """
        ...

    def pulls(self, branches: Sequence[str]) -> Sequence[Pull]:
        """Return the newest pull request of each of these branches that has one."""
        ...

    def judged(self, pull: Pull) -> Pull:
        """Return a pull request with what reviewers and checks say of it."""
        ...

    def open(self, draft: PullDraft) -> Pull:
        """Open a pull request; one that is open for the branch already becomes what the draft says.

        Its labels come last, so one that has them is whole.
        """
        ...

    def change(self, pull: Pull, draft: PullDraft) -> Pull:
        """Have an open pull request be what the draft says, but for its reviewers and being one."""
        ...

    def close(self, pull: Pull, why: str) -> None:
        """Close a pull request with a word of why; its branch stays."""
        ...

    def remarks(self, pull: Pull) -> Sequence[Remark]:
        """Return what asks for work: unresolved threads, comments, red checks."""
        ...
