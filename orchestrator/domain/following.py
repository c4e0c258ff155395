"""What the tasks that have not started wait for, after landings changed imports."""

from dataclasses import replace

from orchestrator.domain.events import PlanChanged
from orchestrator.domain.graph import Graph
from orchestrator.domain.lifecycle import BUSY, STANDING
from orchestrator.domain.reordering import reordered
from orchestrator.domain.run import Run

_NOT_STARTED = frozenset({"pending", "ready", "held", "blocked"})


def follow_imports(run: Run, graph: Graph) -> PlanChanged | None:
    """Return the change that gives waiting tasks the edges of a new graph, None when it has none.

    Edges are only ever added: what a person or a stage of the plan ordered stays in order.
    """
    present = {
        task.id: task for task in run.by_id.values() if run.tasks[task.id].state in STANDING | BUSY
    }
    kept = {name: set(task.depends_on) & present.keys() for name, task in present.items()}
    files = {name: task.files if task.stage == "migrate" else () for name, task in present.items()}
    order = reordered(files, graph, kept)
    changed = tuple(
        replace(
            task,
            depends_on=tuple(sorted({*task.depends_on, *order.needs[name]})),
            soft_depends_on=tuple(
                sorted({*task.soft_depends_on, *order.soft[name]} - order.needs[name])
            ),
        )
        for name, task in present.items()
        if order.needs[name] > kept[name]
        and run.tasks[name].state in _NOT_STARTED
        and name not in run.spreading
    )
    return PlanChanged(reason="imports have changed", changed=changed) if changed else None
