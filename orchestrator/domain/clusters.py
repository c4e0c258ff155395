"""Failures that are the same at heart, so that a person looks once and mends many tasks."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from orchestrator.domain.attempt import NO_CHANGE
from orchestrator.domain.reasons import turned_down_for
from orchestrator.domain.status import TaskStatus
from orchestrator.domain.verdict import Failure

_VARIABLE = (
    (re.compile(r"""(["'`])(?:(?!\1).){1,200}?\1"""), "‹name›"),
    (re.compile(r"(?:[\w.@+-]*/)+[\w.@+-]+|\b[\w-]+\.[a-z]{1,4}\b(?!\()"), "‹path›"),
    (re.compile(r"\b0x[0-9a-fA-F]+\b|\b(?=[a-f]*[0-9])[0-9a-f]{7,64}\b"), "‹hex›"),
    (re.compile(r"\d+(?:\.\d+)*"), "‹n›"),
    (re.compile(r"\s+"), " "),
)
"""What differs between failures that are alike, and what stands for it."""

_READ = 500
"""How many characters of a message count."""

_FAILURES = 20
"""How many of a task's failures count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Failed tasks with one signature. `key` names it for people; `example` is a real message.

    `silent` counts those whose last attempt offered nothing new after they had been turned down so.
    """

    key: str
    signature: str
    example: str
    tasks: tuple[str, ...]
    silent: int = 0

    @property
    def check(self) -> str:
        """The check that its tasks failed by; not always a check's name: guards judge, too."""
        return self.signature.partition(":")[0]

    @property
    def mute(self) -> bool:
        """Whether nothing was held against its tasks: their agents had nothing to offer."""
        return self.check == NO_CHANGE

    @property
    def then(self) -> str:
        """What came after the failure, in words; nothing where it is the last word."""
        return silence(self.silent, len(self.tasks))

    @property
    def told(self) -> str:
        """The example, and what came after it."""
        return f"{self.example}; {self.then}" if self.silent else self.example


@dataclass(frozen=True, slots=True)
class Signs:
    """What a failed task failed with: signatures, each with a real message.

    It is `silent` when its last attempt offered nothing new, so that an earlier one says why.
    """

    examples: Mapping[str, str]
    silent: bool = False


def silence(silent: int, tasks: int) -> str:
    """Say at how many of a cluster's tasks the last attempt offered nothing new; empty for none."""
    if not silent:
        return ""
    at = " at each" if silent == tasks else f" at {silent} of {tasks}"
    return f"the last attempt{at if tasks > 1 else ''} then offered nothing new"


def signature(failure: Failure) -> str:
    """Return what is left of a failure without paths, numbers, quoted names and hex digits."""
    said = plain(failure.message or failure.rule)
    rule = f" {failure.rule}" if failure.message and _is_word(failure.rule) else ""
    return f"{failure.check}:{rule} {said}"


def signatures(failures: Sequence[Failure]) -> frozenset[str]:
    """Return the signatures of a verdict's failures, of its first ones where there are many."""
    return frozenset(signature(failure) for failure in failures[:_FAILURES])


def clusters(tasks: Mapping[str, TaskStatus]) -> tuple[Cluster, ...]:
    """Return the clusters of the failed tasks, each task in exactly one.

    The biggest come first, but for mute ones, which explain the least.

    A task may have failed in several ways: it counts for the one that it shares with most others
    (the greedy cover, Chvátal 1979).
    """
    return grouped(
        {task: signs(status) for task, status in tasks.items() if status.state == "failed"}
    )


def signs(status: TaskStatus) -> Signs:
    """Return what a failed task failed with."""
    failures, silent = _failures(status)
    found: dict[str, str] = {}
    for failure in failures[:_FAILURES]:
        found.setdefault(signature(failure), failure.message or failure.rule)
    return Signs(found, silent)


def grouped(failed: Mapping[str, Signs]) -> tuple[Cluster, ...]:
    """Return the clusters of failed tasks by their signs; see `clusters`."""
    examples: dict[str, str] = {}
    signed: dict[str, set[str]] = {}
    for task, found in failed.items():
        for sign, example in found.examples.items():
            signed.setdefault(sign, set()).add(task)
            examples.setdefault(sign, example)
    covering = (
        _cluster(sign, examples[sign], {task: failed[task] for task in members})
        for sign, members in _cover(signed)
    )
    return tuple(sorted(covering, key=lambda one: one.mute))


def _cover(signed: Mapping[str, set[str]]) -> Iterator[tuple[str, set[str]]]:
    """Yield the largest set, then the largest of what is left of the others, and so on.

    Sets only shrink, so the top of the heap is looked at again when it has (Minoux 1978).
    """
    queue = [(-len(members), sign) for sign, members in signed.items()]
    heapify(queue)
    taken: set[str] = set()
    while queue:
        size, sign = heappop(queue)
        left = signed[sign] - taken
        if len(left) == -size:
            taken |= left
            yield sign, left
        elif left:
            heappush(queue, (-len(left), sign))


def named(found: Iterable[Cluster], name: str) -> Cluster | None:
    """Return the cluster of a key or of the only key that begins so."""
    matching = [one for one in found if one.key.startswith(name)]
    exact = [one for one in matching if one.key == name]
    return (exact or matching)[0] if len(exact or matching) == 1 else None


def _failures(status: TaskStatus) -> tuple[Sequence[Failure], bool]:
    """Return what a task failed with, and whether its last attempt had nothing to say of it."""
    if status.verdict and status.verdict.reasons:
        return status.verdict.reasons, False
    if before := turned_down_for(status):
        return before, True
    return (Failure(status.reason_code or "attempt", "", "", status.reason),), False


def _cluster(sign: str, example: str, members: Mapping[str, Signs]) -> Cluster:
    digest = hashlib.sha256(sign.encode("utf-8", "surrogateescape")).hexdigest()[:4]
    check = re.sub(r"[^a-z0-9]+", "-", sign.partition(":")[0].lower()).strip("-")
    return Cluster(
        key=f"{check or 'failure'}-{digest}",
        signature=sign,
        example=" ".join(example.split()),
        tasks=tuple(sorted(members)),
        silent=sum(found.silent for found in members.values()),
    )


def plain(text: str) -> str:
    """Return what is left of a message without paths, numbers, quoted names and hex digits."""
    text = text[:_READ]
    for pattern, stand_in in _VARIABLE:
        text = pattern.sub(stand_in, text)
    return text.strip()


def _is_word(rule: str) -> bool:
    """Say whether a rule is a rule's id; a test's id names one test, which others do not share."""
    return re.fullmatch(r"[A-Za-z][\w-]{0,40}", rule) is not None and "test" not in rule.lower()
