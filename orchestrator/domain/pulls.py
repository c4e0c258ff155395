"""Pull requests as values: what a forge is asked for, and what it says of them."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

PullState: TypeAlias = Literal["open", "merged", "closed"]
ReviewState: TypeAlias = Literal["none", "commented", "approved", "changes_requested"]
ChecksState: TypeAlias = Literal["none", "pending", "green", "red"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PullDraft:
    """What a slice's pull request is to be. `branch` and `base` are names of branches, no refs.

    `reviewers` are as CODEOWNERS names them: `@user`, `@org/team`, or an address, which no forge
    can ask.
    """

    branch: str
    base: str
    title: str
    body: str
    draft: bool = True
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """A pull request as the forge has it. `head` is the commit that its branch is at.

    `merged_as` is the commit that a merge made, for a merged one; of a squash or a rebase that is
    the last commit on the base branch.
    """

    number: int
    url: str
    branch: str
    base: str
    head: str
    title: str
    body: str
    state: PullState = "open"
    draft: bool = False
    labels: tuple[str, ...] = ()
    merged_as: str = ""
    review: ReviewState = "none"
    checks: ChecksState = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something on a pull request that asks for work: a review thread, a comment, a red check.

    `path` and `line` are empty and 0 where it is about no place.
    """

    kind: Literal["thread", "comment", "check"]
    who: str
    text: str
    path: str = ""
    line: int = 0
