"""A plan as one self-contained page: the graph to look at, nothing loaded from anywhere."""

import json
from importlib.resources import files

from orchestrator.cli.render.text import shown_edges
from orchestrator.domain.plan import Plan


def page(plan: Plan) -> str:
    """Return the page as HTML; it works from a file and asks no server for anything."""
    data = json.dumps(_data(plan)).replace("<", "\\u003c").replace("\u2028", "\\u2028")
    template = files(__package__).joinpath("page.html").read_text(encoding="utf-8")
    return template.replace("/*DATA*/null", data)


def _data(plan: Plan) -> dict[str, object]:
    at = {task.id: n for n, task in enumerate(plan.tasks)}
    needs: dict[str, list[int]] = {task.id: [] for task in plan.tasks}
    for needed, task_id in shown_edges(plan):
        needs[task_id].append(at[needed])
    return {
        "playbook": plan.playbook,
        "repository": plan.repository,
        "base": plan.base,
        "hash": plan.hash,
        "layers": plan.layers,
        "tasks": [
            {
                "id": task.id,
                "title": task.title,
                "files": list(task.files),
                "layer": task.layer,
                "lines": task.lines,
                "occurrences": task.occurrences,
                "priority": task.priority,
                "owners": list(task.owners),
                "stage": task.stage,
                "needs": needs[task.id],
                "soft": [at[soft] for soft in task.soft_depends_on],
            }
            for task in plan.tasks
        ],
        "cycles": [[len(cycle.files), cycle.cut_edges] for cycle in plan.cycles],
        "untouched": [[one.file, one.reason] for one in plan.untouched],
    }
