"""How accepted change sets become commits, and those pull requests."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from orchestrator.domain.strict import Strict

Verify: TypeAlias = Literal["commit", "head"]
SliceBy: TypeAlias = Literal["owner", "directory", "layer", "size"]
Stacked: TypeAlias = Literal["auto"] | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing(Strict):
    """What is checked before a commit lands.

    `commit` checks the tree of every landed commit, `head` the last tree of a batch only;
    `max_batch` is how many commits are combined at once. With `affected` only the checks that a
    change can reach run then, and all of them on the last commit of the run.
    """

    verify: Verify = "commit"
    max_batch: int = 8
    affected: bool = False

    def __post_init__(self) -> None:
        """Refuse an empty batch."""
        if self.max_batch < 1:
            message = "max_batch must be at least 1"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit(Strict):
    """How landed commits are described."""

    message: str = "${{ playbook.title }}: ${{ task.title }}"
    signoff: bool = False

    def __post_init__(self) -> None:
        """Refuse a message that says nothing."""
        if not self.message.strip():
            message = "message must not be blank"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequests(Strict):
    """How landed commits are cut into slices. `max_lines` counts added plus removed lines.

    `stacked` says what a slice's branch starts at: the slice below it of those that it is tied to
    (`auto`), the slice below it of all (`true`), or always the run's base (`false`), for which what
    is tied together becomes one slice. `body` is the playbook's own words on every page. On a forge
    they are opened as drafts, with `labels` beside Leafcut's own.
    """

    group_by: SliceBy = "directory"
    max_lines: int = 300
    stacked: Stacked = "auto"
    title: str = "${{ playbook.title }} (${{ slice.number }}/${{ slice.count }})"
    body: str = ""
    draft: bool = True
    labels: tuple[str, ...] = ()
