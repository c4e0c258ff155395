"""Failures that are the same at heart, so that a person looks once and mends many tasks."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

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
    """Failed tasks with one signature. `key` names it for people; `example` is a real message."""

    key: str
    signature: str
    example: str
    tasks: tuple[str, ...]


def signature(failure: Failure) -> str:
    """Return what is left of a failure without paths, numbers, quoted names and hex digits."""
    said = plain(failure.message or failure.rule)
    rule = f" {failure.rule}" if failure.message and _is_word(failure.rule) else ""
    return f"{failure.check}:{rule} {said}"


def signatures(failures: Sequence[Failure]) -> frozenset[str]:
    """Return the signatures of a verdict's failures, of its first ones where there are many."""
    return frozenset(signature(failure) for failure in failures[:_FAILURES])


def clusters(tasks: Mapping[str, TaskStatus]) -> tuple[Cluster, ...]:
    """Return the clusters of the failed tasks, biggest first; each task is in exactly one.

    A task may have failed in several ways: it counts for the one that it shares with most others
    (the greedy cover, Chvátal 1979).
    """
    return grouped(
        {task: signs(status) for task, status in tasks.items() if status.state == "failed"}
    )


def signs(status: TaskStatus) -> Mapping[str, str]:
    """Return the signatures of what a failed task failed with, each with a real message."""
    found: dict[str, str] = {}
    for failure in _failures(status):
        found.setdefault(signature(failure), failure.message or failure.rule)
    return found


def grouped(failed: Mapping[str, Mapping[str, str]]) -> tuple[Cluster, ...]:
    """Return the clusters of failed tasks by their signs; see `clusters`."""
    examples: dict[str, str] = {}
    signed: dict[str, set[str]] = {}
    for task, found in failed.items():
        for sign, example in found.items():
            signed.setdefault(sign, set()).add(task)
            examples.setdefault(sign, example)
    return tuple(_cluster(sign, members, examples[sign]) for sign, members in _cover(signed))


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


def _failures(status: TaskStatus) -> tuple[Failure, ...]:
    reasons = status.verdict.reasons[:_FAILURES] if status.verdict else ()
    return reasons or (Failure(status.reason_code or "attempt", "", "", status.reason),)


def _cluster(sign: str, members: Iterable[str], example: str) -> Cluster:
    digest = hashlib.sha256(sign.encode("utf-8", "surrogateescape")).hexdigest()[:4]
    check = re.sub(r"[^a-z0-9]+", "-", sign.partition(":")[0].lower()).strip("-")
    return Cluster(
        key=f"{check or 'failure'}-{digest}",
        signature=sign,
        example=" ".join(example.split()),
        tasks=tuple(sorted(members)),
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
