"""The slices of a run as rows: what becomes of each, where it can be read, what reviews say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from orchestrator.application.slices.prs import PullRequest
from orchestrator.application.slices.publish import PublicationState
from orchestrator.application.watching.follow import Look
from orchestrator.domain.counting import many
from orchestrator.domain.pulls import ChecksState, Pull, ReviewState

SliceState: TypeAlias = Literal[
    "cut", "published", "outdated", "moved", "draft", "open", "merged", "closed"
]
"""`outdated`: more has landed since it was published. `moved`: its branch is somebody else's."""
SLICE_GLYPHS: Mapping[SliceState, str] = {
    "cut": "·",
    "published": "○",
    "outdated": "↑",
    "moved": "⚠",
    "draft": "◌",
    "open": "◔",
    "merged": "✓",
    "closed": "✗",
}
SLICE_MEANINGS: Mapping[SliceState, str] = {
    "cut": "what it would be; nothing of it is published",
    "published": "its branch is there, as it would be cut now",
    "outdated": "its branch is there; publishing it again moves it along",
    "moved": "its branch is not where this run left it",
    "draft": "its pull request is a draft",
    "open": "its pull request is open",
    "merged": "it is merged",
    "closed": "its pull request was closed unmerged",
}
REVIEW_GLYPHS: Mapping[ReviewState, str] = {
    "none": "",
    "commented": "… commented",
    "approved": "✓ approved",
    "changes_requested": "✗ to change",
}
CHECK_GLYPHS: Mapping[ChecksState, str] = {
    "none": "",
    "pending": "◔ pending",
    "green": "✓ green",
    "red": "✗ red",
}
_BY_BRANCH: Mapping[PublicationState, SliceState] = {
    "new": "cut",
    "update": "outdated",
    "unchanged": "published",
    "taken": "outdated",
    "moved": "moved",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceRow:
    """One slice.

    `below` is the number of the slice that it stands on, `pull` of its pull request, 0 for none.
    `where` is the pull request's address, or the branch. Where a forge was asked, `review` and
    `checks` are what it says. `labels` are what a reviewer should know, `parts` its files with
    added and removed lines. `hint` says what would tell more, the same in all rows of a run.
    """

    number: int
    title: str
    branch: str
    tasks: tuple[str, ...]
    added: int
    removed: int
    parts: tuple[tuple[str, int, int], ...]
    state: SliceState
    below: int = 0
    review: ReviewState = "none"
    checks: ChecksState = "none"
    where: str = ""
    pull: int = 0
    labels: tuple[str, ...] = ()
    hint: str = ""


def slice_rows(
    wanted: Sequence[PullRequest],
    pulls: Mapping[str, Pull],
    merged: frozenset[str] = frozenset(),
    hint: str = "",
) -> tuple[SliceRow, ...]:
    """Return a run's slices as rows.

    `pulls` are the forge's pull requests by branch, none where it was not asked; `merged` has the
    branches that are merged where no forge has to say so.
    """
    numbers = {one.built.branch: one.built.number for one in wanted}
    return tuple(_row(one, pulls.get(one.built.branch), merged, numbers, hint) for one in wanted)


def _row(
    wanted: PullRequest,
    pull: Pull | None,
    merged: frozenset[str],
    numbers: Mapping[str, int],
    hint: str,
) -> SliceRow:
    built = wanted.built
    added, removed = built.lines
    return SliceRow(
        number=built.number,
        title=wanted.title,
        branch=built.branch,
        tasks=tuple(commit.task for commit in built.slice.commits),
        added=added,
        removed=removed,
        parts=tuple((file.path, file.added, file.removed) for file in built.files),
        state=_state(wanted, pull, merged),
        below=numbers.get(built.below, 0),
        review=pull.review if pull else "none",
        checks=pull.checks if pull else "none",
        where=pull.url if pull else built.branch,
        pull=pull.number if pull else 0,
        labels=built.slice.labels,
        hint=hint,
    )


def _state(wanted: PullRequest, pull: Pull | None, merged: frozenset[str]) -> SliceState:
    if pull is not None:
        return "draft" if pull.state == "open" and pull.draft else pull.state
    if wanted.built.branch in merged:
        return "merged"
    return _BY_BRANCH[wanted.publication.state]


def nothing_yet(look: Look) -> str:
    """Return why there are no slices."""
    if look.run.counts["landed"]:
        return "the slices are being cut"
    return "nothing has landed yet: slices are made of what has"


def in_all(rows: Sequence[SliceRow]) -> str:
    """Return what there is, in a line."""
    lines = f"+{sum(one.added for one in rows):,} −{sum(one.removed for one in rows):,}"
    tasks = sum(len(one.tasks) for one in rows)
    merged = sum(one.state == "merged" for one in rows)
    said = f"{many(len(rows), 'slice')} of {many(tasks, 'task')}, {lines}"
    return f"{said}; {merged} merged" if merged else said
