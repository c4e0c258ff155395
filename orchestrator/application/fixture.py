"""Playing a playbook's fixture: its codemod on `before`, compared with `after`."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from itertools import islice
from pathlib import Path

from orchestrator.application.plan import Planner
from orchestrator.domain.counting import many
from orchestrator.domain.plan import Plan, Task
from orchestrator.domain.planning import Heading
from orchestrator.domain.playbook import Playbook
from orchestrator.errors import InvalidInputError
from orchestrator.ports.agent import AgentReport
from orchestrator.ports.repository import TreeEntry

Apply = Callable[[Task], AgentReport]


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as if it were a commit; what `Planner` exports."""

    root: Path

    def entries(self, commit: str) -> Sequence[TreeEntry]:  # noqa: ARG002 - there is only one
        """Return the files, sorted; the object id is the path, since nothing is remembered."""
        return [TreeEntry(path, "file", path) for path in _files(self.root)]

    def prepare(self, commit: str) -> Path:  # noqa: ARG002 - there is only one
        """Return the folder itself."""
        return self.root


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What playing a fixture showed: its tasks' files in order, and where the result is wrong.

    `differences` are the lines of a unified diff from `after` to what the codemod made; without a
    codemod (`by_hand`) they say what find still sees in `after`.
    """

    tasks: tuple[tuple[str, ...], ...]
    occurrences: int
    differences: tuple[str, ...]
    by_hand: bool = False


def foresee(playbook: Playbook, before: Planner, after: Planner, tree: Path) -> Played:
    """Look at what an agent is to do: find sees something in `before` and nothing in `after`.

    Raises:
        InvalidInputError: there is nothing to do.
    """
    tasks = _tasks(before.plan(playbook, _heading(playbook, tree)))
    left = after.plan(playbook, _heading(playbook, tree)).tasks
    return Played(
        tasks=tuple(task.files for task in tasks),
        occurrences=sum(task.occurrences for task in tasks),
        differences=tuple(
            f"after/{task.title}: {many(task.occurrences, 'occurrence')} left" for task in left
        ),
        by_hand=True,
    )


def play(playbook: Playbook, planner: Planner, apply: Apply, tree: Path, after: Path) -> Played:
    """Change `tree`, a copy of `before`, task by task as a run would, and compare it.

    Raises:
        InvalidInputError: there is nothing to do, or the codemod gives up.
    """
    tasks = _tasks(planner.plan(playbook, _heading(playbook, tree)))
    for task in tasks:
        report = apply(task)
        if report.ending != "done":
            said = report.transcript.decode("utf-8", "replace").strip()
            raise InvalidInputError(f"{task.title}: {report.message}\n{said}".strip())
    return Played(
        tasks=tuple(task.files for task in tasks),
        occurrences=sum(task.occurrences for task in tasks),
        differences=tuple(differences(after, tree)),
    )


def _heading(playbook: Playbook, tree: Path) -> Heading:
    return Heading(
        playbook=playbook.name,
        playbook_digest="",
        params={},
        repository=str(tree),
        base="fixture",
    )


def _tasks(plan: Plan) -> list[Task]:
    """Return a plan's tasks in the order of a run.

    Raises:
        InvalidInputError: there is none.
    """
    if not plan.tasks:
        reasons = ", ".join(f"{one.file} {one.reason}" for one in plan.untouched)
        raise InvalidInputError(
            f"the fixture of {plan.playbook} has no occurrence: {reasons or 'no file is selected'}",
            hint="put into fixture/before what find looks for",
        )
    return sorted(plan.tasks, key=lambda task: (task.layer, -task.priority, task.id))


def differences(expected: Path, actual: Path) -> Iterator[str]:
    """Yield the lines of a unified diff between two folders; nothing when they are equal."""
    for path in sorted({*_files(expected), *_files(actual)}):
        old, new = _content(expected / path), _content(actual / path)
        if old != new:
            yield f"--- {'nothing' if old is None else f'after/{path}'}"
            yield f"+++ {'nothing' if new is None else f'made/{path}'}"
            yield from islice(unified_diff(_lines(old), _lines(new), lineterm=""), 2, None)


def _files(folder: Path) -> list[str]:
    return sorted(
        os.path.relpath(os.path.join(parent, name), folder)
        for parent, _, names in os.walk(folder)
        for name in names
    )


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _lines(content: bytes | None) -> list[str]:
    """Return lines for a diff, in which carriage returns and a missing last line end show."""
    if content is None:
        return []
    text = content.decode("utf-8", "backslashreplace").replace("\r", "\\r")
    lines = text.split("\n")
    return [*lines[:-1], f"{lines[-1]} (no end of line)"] if lines[-1] else lines[:-1]
