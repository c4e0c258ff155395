"""Pull requests as values: what a forge is asked for, and what it says of them."""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

PullState: TypeAlias = Literal["open", "merged", "closed"]
ReviewState: TypeAlias = Literal["none", "commented", "approved", "changes_requested"]
ChecksState: TypeAlias = Literal["none", "pending", "green", "red"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PullDraft:
    """What a slice's pull request is to be. `branch` and `base` are names of branches, no refs.

    `reviewers` are as CODEOWNERS names them: `@user`, `@org/team`, or an address, which no forge
    can ask. They are asked when it is opened, and never again.
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
    """A pull request as the forge has it. `head` is the commit that its branch is, or was, at.

    What reviewers and checks say is known only of one that was asked about.
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
    review: ReviewState = "none"
    checks: ChecksState = "none"

    def is_as(self, draft: PullDraft) -> bool:
        """Say whether nothing of it needs to change; further labels are people's own."""
        texts = (self.base, self.title.strip(), _lines(self.body))
        wanted = (draft.base, draft.title.strip(), _lines(draft.body))
        return texts == wanted and set(draft.labels) <= set(self.labels)


_SECONDS = re.compile(r"\| \d+\.\d \|")


def _lines(text: str) -> str:
    """Return a text as it is whatever a browser did to its lines, and however long checks took.

    Nobody is told of a changed page for a check that took a moment longer this time.
    """
    lines = (_SECONDS.sub("| |", line.rstrip()) for line in text.splitlines())
    return "\n".join(lines).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something on a pull request that asks for work: a review thread, a comment, a red check.

    `key` tells it from all others and changes when more is said in a thread. `path` and `line` are
    empty and 0 where it is about no place. `insider` says whether whoever said it may write to the
    repository; what others say is no order.
    """

    key: str
    kind: Literal["thread", "comment", "check"]
    who: str
    text: str
    path: str = ""
    line: int = 0
    insider: bool = True
