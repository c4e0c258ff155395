"""Slices and their branches, or their pull requests on a forge, as tables and as a document."""

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

from orchestrator.domain.visible import on_one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orchestrator.application.reviews.arrange import Arranged, Arrangement
    from orchestrator.application.slices.prs import PullRequest
    from orchestrator.domain.pulls import Pull

_HEAD = ("#", "stack", "title", "branch", "branch is", "pull request", "review", "checks")
_BRANCH = {
    "new": ("to push", "pushed"),
    "update": ("to move along", "moved along"),
    "unchanged": ("pushed", "pushed"),
    "taken": ("to take over", "taken over"),
    "moved": ("moved by others", "moved by others"),
}
"""What a branch is, before and after."""
_BRANCHES_HEAD = ("#", "stack", "title", "slice of", "branch", "files", "+", "−", "branch is")
_NUMBERS = frozenset({0, 5, 6, 7})
_BRANCH_IS = {
    "new": "new",
    "update": "moved along",
    "unchanged": "as it is",
    "taken": "taken over from {}",
    "moved": "REFUSED: moved by {}",
}


def table(arranged: "Arrangement", *, done: bool) -> str:
    """Return a line for each slice; `done` says whether what is shown has been done."""
    left = {one.branch: one for one in arranged.slices}
    rows: list[tuple[str, ...]] = [_HEAD]
    for pull in arranged.every:
        one = left.get(pull.built.branch)
        merged = arranged.seen.pulls.get(pull.built.branch)
        rows.append(_row(one, done=done) if one else _merged(pull, merged))
    if len(rows) == 1:
        return "nothing has landed, so there is nothing to slice\n"
    return _aligned(rows)


def _row(one: "Arranged", *, done: bool) -> tuple[str, ...]:
    said = one.pull
    return (
        *_place(one.wanted),
        _branch(one, done=done),
        _pull(one),
        said.review.replace("_", " ") if said else "",
        said.checks if said else "",
    )


def _branch(one: "Arranged", *, done: bool) -> str:
    state = one.wanted.publication.state
    if not one.live and state in {"new", "update"}:
        return "not pushed" if state == "new" else "as it was"
    return _BRANCH[state][done]


def _pull(one: "Arranged") -> str:
    fate, pull = one.decision.fate, one.pull
    if fate == "waiting":
        return "waits"
    if pull is None:
        return "to open" if fate == "opened" else fate
    state = "closed" if fate == "closed" else "draft" if pull.draft else "open"
    return f"#{pull.number} {state}" + (", left alone" if fate == "left" else "")


def _merged(wanted: "PullRequest", pull: "Pull | None") -> tuple[str, ...]:
    return (*_place(wanted), "", f"#{pull.number} merged" if pull else "merged", "", "")


def _place(wanted: "PullRequest") -> tuple[str, ...]:
    built = wanted.built
    where = f"{built.stack}: {built.position}"
    return str(built.number), where, on_one_line(wanted.title), built.branch


def branches_table(made: "Sequence[PullRequest]") -> str:
    """Return a line for each slice that becomes a branch of the target repository alone."""
    heights = Counter(pull.built.stack for pull in made)
    rows = [_BRANCHES_HEAD, *(_branches_row(pull, heights[pull.built.stack]) for pull in made)]
    return _aligned(rows, right=_NUMBERS)


def _branches_row(pull: "PullRequest", height: int) -> tuple[str, ...]:
    built = pull.built
    added, removed = built.lines
    return (
        str(built.number),
        f"{built.stack}: {built.position} of {height}",
        on_one_line(pull.title),
        on_one_line(built.slice.group),
        built.branch,
        str(len(built.files)),
        str(added),
        str(removed),
        _BRANCH_IS[pull.publication.state].format(pull.publication.owner or "someone else"),
    )


def _aligned(rows: "Sequence[tuple[str, ...]]", right: frozenset[int] = frozenset()) -> str:
    """Return rows as lines of columns; those at the positions in `right` are flush right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join(
        "  ".join(
            cell.rjust(width) if at in right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        + "\n"
        for row in rows
    )


def document(arranged: "Arrangement") -> dict[str, object]:
    """Return what programs may read: slices that are left, merged ones, and strays."""
    return {
        "main": {"branch": arranged.seen.main, "commit": arranged.seen.tip},
        "slices": [
            {
                **one.wanted.facts(),
                "fate": one.decision.fate,
                "why": one.decision.why,
                "pull": _facts(one.pull),
            }
            for one in arranged.slices
        ],
        "merged": [
            {
                "branch": pull.built.branch,
                "tasks": [commit.task for commit in pull.built.slice.commits],
                "pull": _facts(arranged.seen.pulls.get(pull.built.branch)),
            }
            for pull in arranged.merged
        ],
        "stray": [_facts(pull) for pull in arranged.stray],
    }


def _facts(pull: "Pull | None") -> dict[str, object] | None:
    """Return a pull request without its body."""
    if pull is None:
        return None
    facts = asdict(pull)
    del facts["body"]
    return facts
