"""What a workflow's page shows of a run, within what GitHub takes.

A step summary holds 1,024 KB, a step 10 errors and 10 warnings:
https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from orchestrator.domain.counting import many
from orchestrator.domain.markdown import cell, code, plain
from orchestrator.domain.plan import Task

LONGEST = 1024 * 1024
"""Bytes of a step summary."""
MOST_ROWS = 1000
MOST_NODES = 50
MOST_ANNOTATIONS = 10
LONGEST_MESSAGE = 1000

_MARKS: Mapping[str, str] = {
    "landed": "✓",
    "unchanged": "✓",
    "failed": "✗",
    "blocked": "⊘",
    "skipped": "↷",
}
_UNFINISHED_FIRST = ("failed", "blocked", "held", "parked")


@dataclass(frozen=True, slots=True)
class Annotation:
    """A line on the page of a workflow run, at a place of a file or at none."""

    level: Literal["error", "warning"]
    title: str
    message: str
    file: str = ""
    line: int = 0

    def command(self) -> str:
        """Return the workflow command: what is ours to say is escaped, so it is one line."""
        place = {"file": self.file, "line": str(self.line) if self.line else ""}
        told = {name: value for name, value in {**place, "title": self.title}.items() if value}
        properties = ",".join(f"{name}={_property(value)}" for name, value in told.items())
        return f"::{self.level} {properties}::{_data(self.message[:LONGEST_MESSAGE])}"


def _data(text: str) -> str:
    """Escape as GitHub's own toolkit does, `packages/core/src/command.ts`."""
    text = text.encode("utf-8", "backslashreplace").decode()
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def annotations(status: Mapping[str, Any]) -> tuple[Annotation, ...]:
    """Return what of a run's status is worth a line: what failed first, and no more than fits."""
    failed = [task for task in status["tasks"] if task["state"] in {"failed", "blocked"}]
    found = [
        Annotation(
            "error" if task["state"] == "failed" else "warning",
            f"Leafcut: {task['state']}",
            task["reason"] or task["id"],
            file=task["files"][0] if task["files"] else "",
        )
        for task in failed
    ]
    unmet = [one for one in status["exit_criteria"] if not one["met"]]
    found += [Annotation("error", "Leafcut: not met", one["name"]) for one in unmet]
    found += [
        Annotation("warning", "Leafcut: blind check", f"{name} says nothing against a broken file")
        for name in status["blind_checks"]
    ]
    return tuple(
        one
        for level in ("error", "warning")
        for one in _within([one for one in found if one.level == level], level)
    )


def _within(found: Sequence[Annotation], level: str) -> list[Annotation]:
    if len(found) <= MOST_ANNOTATIONS:
        return list(found)
    told = f"{len(found) - MOST_ANNOTATIONS + 1} more {level}s; the summary has them"
    last = Annotation(found[0].level, "Leafcut", told)
    return [*found[: MOST_ANNOTATIONS - 1], last]


def summary(
    status: Mapping[str, Any], plan: Mapping[str, Task], note: str = "", room: int = LONGEST
) -> str:
    """Return the page of a run in Markdown; `plan` has its tasks by id.

    `note` is Markdown of ours, such as what to do next. Rows of tasks go when there is no room.
    """
    tasks = sorted(status["tasks"], key=_importance)
    head = "\n".join((*_head(status), *([note, ""] if note else []), *_graph(status, plan)))
    rows = [_row(task) for task in tasks[:MOST_ROWS]]
    while True:
        text = "\n".join((head, *_table(rows, len(tasks)), ""))
        if len(text.encode()) <= room or not rows:
            return text.encode()[:room].decode("utf-8", "ignore")
        rows = rows[: len(rows) // 2]


def _importance(task: Mapping[str, Any]) -> int:
    state = task["state"]
    return _UNFINISHED_FIRST.index(state) if state in _UNFINISHED_FIRST else len(_UNFINISHED_FIRST)


def _head(status: Mapping[str, Any]) -> Iterator[str]:
    counts = [f"{count} {state}" for state, count in status["counts"].items() if count]
    yield f"## Leafcut: {plain(status['playbook'])}, {status['state']}"
    yield ""
    yield f"Run {code(status['run'])} on {code(status['base'][:12])}: {', '.join(counts)}."
    if status["reason"]:
        yield f"\n{plain(status['reason'])}"
    before, after = status["residue"]["before"], status["residue"]["after"]
    if before is not None and after is not None:
        yield f"\nResidue {before} → {after}."
    for one in status["exit_criteria"]:
        yield f"\n{'✓' if one['met'] else '✗'} {plain(one['name'])}"
    yield ""


def _table(rows: Sequence[str], count: int) -> Iterator[str]:
    if not count:
        return
    yield "| | task | files | attempts | commit | |"
    yield "|---|---|---|---:|---|---|"
    yield from rows
    if count > len(rows):
        yield f"\n… and {many(count - len(rows), 'more task')}."


def _row(task: Mapping[str, Any]) -> str:
    files = task["files"]
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    shown = (
        f"{_MARKS.get(task['state'], '·')} {task['state']}",
        cell(task["id"][:100]),
        f"{cell(files[0][:200])}{more}" if files else "",
        str(task["attempts"]),
        code(task["commit"][:10]) if task["commit"] else "",
        cell(task["reason"][:300]) if task["reason"] else "",
    )
    return f"| {' | '.join(shown)} |"


def _graph(status: Mapping[str, Any], tasks: Mapping[str, Task]) -> Iterator[str]:
    """Yield the plan as Mermaid: its tasks, or its layers where tasks would be too many.

    Nothing of the repository is in it but numbers: a label could be more than a label.
    """
    states = {task["id"]: task["state"] for task in status["tasks"]}
    if not states:
        return
    draw = _by_task if len(states) <= MOST_NODES else _by_layer
    yield "```mermaid"
    yield "graph LR"
    yield from draw(states, tasks)
    yield "```"
    yield ""


def _by_task(states: Mapping[str, str], tasks: Mapping[str, Task]) -> Iterator[str]:
    number = {task: at for at, task in enumerate(states, start=1)}
    for task, state in states.items():
        yield f'  t{number[task]}["{number[task]} {_MARKS.get(state, "·")}"]'
    for task in states:
        for below in tasks[task].depends_on:
            if below in number:
                yield f"  t{number[below]} --> t{number[task]}"


def _by_layer(states: Mapping[str, str], tasks: Mapping[str, Task]) -> Iterator[str]:
    layers: dict[int, list[str]] = {}
    for task, state in states.items():
        layers.setdefault(min(tasks[task].layer, MOST_NODES - 1), []).append(state)
    numbers = sorted(layers)
    for depth in numbers:
        done = sum(state in {"landed", "unchanged"} for state in layers[depth])
        more = " and above" if depth == MOST_NODES - 1 else ""
        yield f'  l{depth}["layer {depth}{more}: {done} of {len(layers[depth])} done"]'
    for below, above in pairwise(numbers):
        yield f"  l{below} --> l{above}"


def published_page(told: Mapping[str, Any]) -> str:
    """Return what became of each slice of a bundle; `told` is what `publish --json` printed."""
    lines = [f"## Leafcut: pull requests of {code(str(told['run']))}", ""]
    lines += ["| slice | | pull request |", "|---|---|---|"]
    for one in told["slices"]:
        number = one["number"]
        link = f"[#{number}]({one['url']})" if number else ""
        why = f"{one['state']}: {plain(one['reason'])}" if one["reason"] else one["state"]
        lines.append(f"| {cell(one['branch'])} | {why} | {link} |")
    return "\n".join([*lines, ""])
