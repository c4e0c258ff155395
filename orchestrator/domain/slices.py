"""Slices as values: the groups of landed commits that each become one pull request of a stack.

How they are cut stands in `domain.cutting`, which of them stand on which in `domain.stacking`.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from orchestrator.domain.playbook import SliceBy, Stacked
from orchestrator.domain.synthesis.rule import PREFIX

HARD_LIMIT = 400
"""Most changed lines of a slice that a person has to read line by line; beyond, reviews fail.

A slice that codemods alone edited may be asked to hold more: of that a person reads the pattern.
"""

CODEMOD = "codemod"
"""The agent that runs a playbook's own command."""

_UNSAFE_IN_BRANCH = re.compile(r"[^\w-]+")


def is_machine(agent: str) -> bool:
    """Say whether an agent's edits count as made by a machine: a codemod's, or a rule's."""
    return agent == CODEMOD or agent.startswith(PREFIX)


@dataclass(frozen=True, slots=True, kw_only=True)
class LandedCommit:
    """One commit of the integration branch. `depends_on` names tasks, landed ones only.

    `files` are all paths that it changes, deleted ones too; `changed_lines` counts added plus
    removed lines. `joins` names the task whose slice it belongs to because a review asked for it,
    empty for none.
    """

    task: str
    commit: str
    files: tuple[str, ...]
    changed_lines: int
    depends_on: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    layer: int = 0
    agent: str = CODEMOD
    joins: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceOptions:
    """How to cut. A slice of several commits holds at most `max_lines` changed lines.

    One in which an agent with a language model edited something never aims at more than
    `HARD_LIMIT`.
    """

    group_by: SliceBy = "directory"
    max_lines: int = 300
    stacked: Stacked = "auto"

    def __post_init__(self) -> None:
        """Refuse a limit that no slice can keep."""
        if self.max_lines < 1:
            message = f"a slice holds at least 1 changed line, not {self.max_lines}"
            raise ValueError(message)

    def room(self, *, machine: bool) -> int:
        """Return how many changed lines a slice may have that machines alone edited, or not."""
        return self.max_lines if machine else min(self.max_lines, HARD_LIMIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The landed commits that become one pull request, in the order in which they are replayed.

    `key` is what a rerun finds it by, `group` what its commits have in common, `limit` the number
    of changed lines that it should not exceed. `merged` says that a red tip made it one with the
    slice above, `tied` that it was red without the slices below, which the plan does not tie it to.
    """

    key: str
    group: str
    commits: tuple[LandedCommit, ...]
    limit: int
    merged: bool = False
    tied: bool = False

    @property
    def changed_lines(self) -> int:
        """Added plus removed lines, summed over its commits."""
        return sum(commit.changed_lines for commit in self.commits)

    @property
    def files(self) -> tuple[str, ...]:
        """All paths that it changes, sorted."""
        return tuple(sorted({file for commit in self.commits for file in commit.files}))

    @property
    def owners(self) -> tuple[str, ...]:
        """Who owns its files, sorted."""
        return tuple(sorted({owner for commit in self.commits for owner in commit.owners}))

    @property
    def labels(self) -> tuple[str, ...]:
        """What a reviewer should know at a glance."""
        agents = {commit.agent for commit in self.commits}
        over = self.changed_lines > min(self.limit, HARD_LIMIT)
        by_machine = all(map(is_machine, agents))
        return (
            *(["machine-edited"] if any(map(is_machine, agents)) else []),
            *(["agent-edited"] if not by_machine else []),
            *(["large"] if over and by_machine else []),
            *(["oversized"] if over and not by_machine else []),
            *(["merged"] if self.merged else []),
            *(["tied"] if self.tied else []),
        )


def merge(slices: Sequence[Slice], at: int) -> tuple[Slice, ...]:
    """Return the slices with the one at position `at` and the one above it made one.

    Raises:
        IndexError: there is none above.
    """
    lower, upper = slices[at], slices[at + 1]
    joined = replace(as_one((lower, upper)), merged=True)
    return (*slices[:at], joined, *slices[at + 2 :])


def as_one(slices: Sequence[Slice]) -> Slice:
    """Return slices, the lowest first, as one of theirs that has all commits."""
    lowest = slices[0]
    names = dict.fromkeys(name for piece in slices for name in piece.group.split(", "))
    commits = tuple(commit for piece in slices for commit in piece.commits)
    merged, tied = any(piece.merged for piece in slices), any(piece.tied for piece in slices)
    return replace(lowest, group=", ".join(names), commits=commits, merged=merged, tied=tied)


def slice_key(playbook: str, first_task: str) -> str:
    """Return a slice's key: ten hex digits that only its first task and the playbook decide."""
    return hashlib.sha256(f"{playbook}\0{first_task}".encode()).hexdigest()[:10]


def branch_name(playbook: str, key: str) -> str:
    """Return the name of a slice's branch, which stays the same when slices move up or down."""
    return f"leafcut/{_UNSAFE_IN_BRANCH.sub('-', playbook).strip('-')}/{key}"
