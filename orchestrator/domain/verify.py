"""Whether a receipt is that of the commits that are there: a pure comparison."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from orchestrator.domain.messages import AGENT, RUN, TASK
from orchestrator.domain.receipt import Receipt, ReceiptCommit

Standing: TypeAlias = Literal["verified", "no_receipt", "mismatch", "red"]
"""How a commit stands with its receipt; `red` is what a rerun of its checks can say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A commit as a repository has it.

    `change` is the SHA-256 of its change set, empty when it has not exactly one parent.
    """

    commit: str
    tree: str
    parents: tuple[str, ...]
    change: str
    trailers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the repository has around a receipt's commits.

    `commits` maps those that are there; `tested_tree` is None when the tested commit is not, and
    `leads` says whether it is the tip or comes after it. `based` says whether the run's base is
    an ancestor of them.
    """

    commits: Mapping[str, Seen]
    tested_tree: str | None
    leads: bool
    based: bool


def faults(receipt: Receipt, around: Around) -> tuple[str, ...]:
    """Return what speaks against a receipt being that of the commits that are there."""
    return (
        *_chain(receipt, around.commits),
        *_tested(receipt, around),
        *(
            f"check {check.name} was {check.outcome}"
            for check in receipt.checks
            if check.outcome not in {"passed", "flaky"}
        ),
    )


def _chain(receipt: Receipt, commits: Mapping[str, Seen]) -> Iterator[str]:
    parent = receipt.parent
    for told in receipt.commits:
        seen = commits.get(told.commit)
        if seen is None:
            yield f"commit {told.commit[:12]} is not in this repository"
        else:
            yield from _differences(receipt.run, told, parent, seen)
        parent = told.commit
    last = commits.get(receipt.tip)
    if last is not None and last.tree != receipt.tree:
        yield f"the tree of {_short(last.commit)} is not {_short(receipt.tree)}"


def _differences(run: str, told: ReceiptCommit, parent: str, seen: Seen) -> Iterator[str]:
    here = _short(seen.commit)
    if seen.parents != (parent,):
        stands = ", ".join(_short(one) for one in seen.parents) or "nothing"
        yield f"{here} stands on {stands}, not on {_short(parent)}"
    if seen.change != told.change:
        yield f"what {here} changes is not what the receipt says"
    for trailer, value in ((RUN, run), (TASK, told.task), (AGENT, told.agent)):
        if seen.trailers.get(trailer) != value:
            yield f"{here} has {trailer} {seen.trailers.get(trailer, 'missing')!r}, not {value!r}"


def _tested(receipt: Receipt, around: Around) -> Iterator[str]:
    tested = _short(receipt.tested)
    if not around.based:
        yield f"it does not stand on the run's base {_short(receipt.base)}"
    if around.tested_tree is None:
        yield f"the checks saw commit {tested}, which is not in this repository"
    elif around.tested_tree != receipt.tested_tree:
        yield f"the tree of {tested}, which the checks saw, is another one"
    elif not around.leads:
        yield f"the checks saw commit {tested}, which this one is no part of"


def _short(oid: str) -> str:
    return oid[:12]
