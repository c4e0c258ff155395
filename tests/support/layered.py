"""Stories whose tasks lie in layers and folders, for whoever draws the graph of a run."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from orchestrator.domain.run import Run
from tests.support.watching import Story


def layered(
    edges: Mapping[str, Sequence[str]], costs: Mapping[str, float] | None = None, **policy: Any
) -> Story:
    """Return a story whose tasks, named after their files, have their layers and these costs.

    What a task depends on stands before it.
    """
    story = Story(edges, **policy)
    layers: dict[str, int] = {}
    for name, needs in edges.items():
        layers[name] = 1 + max((layers[need] for need in needs), default=-1)
    tasks = tuple(
        replace(
            task,
            layer=layers[task.id],
            cost=(costs or {}).get(task.id, 1.0),
            title=task.files[0],
        )
        for task in story.plan.tasks
    )
    story.plan = replace(story.plan, tasks=tasks, layers=1 + max(layers.values()))
    story.run = Run(story.plan, story.policy)
    return story
