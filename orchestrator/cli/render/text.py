"""A plan as a table, as Mermaid and as DOT."""

from collections.abc import Iterator

from orchestrator.cli.params import shown
from orchestrator.domain.counting import many
from orchestrator.domain.plan import STAGES, Plan, Task, TaskStage
from orchestrator.domain.visible import on_one_line

SHOWN_FILES = 8
SHOWN_UNTOUCHED = 3

_MERMAID = {'"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "#": "#35;", "`": "#96;"}


def table(plan: Plan) -> str:
    """Return the plan for a terminal: layers, tasks, cycles, what stays untouched."""
    return "\n".join([*_head(plan), *_tasks(plan), *_cycles(plan), *_untouched(plan)])


def mermaid(plan: Plan) -> str:
    """Return the plan as a Mermaid flowchart; arrows run from what lands first."""
    name = {task.id: f"t{at}" for at, task in enumerate(plan.tasks)}
    lines = ["flowchart LR"]
    for stage, tasks in by_stage(plan):
        nodes = [f'  {name[task.id]}["{_escaped(task.title)}"]' for task in tasks]
        lines += [f"  subgraph {stage}", *nodes, "  end"] if _has_stages(plan) else nodes
    lines += [f"  {name[needed]} --> {name[task]}" for needed, task in shown_edges(plan)]
    for task in plan.tasks:
        lines += [f"  {name[soft]} -.-> {name[task.id]}" for soft in task.soft_depends_on]
    return "\n".join(lines)


def dot(plan: Plan) -> str:
    """Return the plan as a Graphviz graph; dashed edges were cut and are not waited for."""
    lines = ["digraph plan {", "  rankdir=LR; node [shape=box, style=rounded];"]
    for stage, tasks in by_stage(plan):
        nodes = [f"  {_quoted(task.id)} [label={_quoted(task.title)}];" for task in tasks]
        frame = f'  subgraph cluster_{stage} {{ label="{stage}";'
        lines += [frame, *nodes, "  }"] if _has_stages(plan) else nodes
    lines += [f"  {_quoted(needed)} -> {_quoted(task)};" for needed, task in shown_edges(plan)]
    for task in plan.tasks:
        here = _quoted(task.id)
        lines += [f"  {_quoted(soft)} -> {here} [style=dashed];" for soft in task.soft_depends_on]
    return "\n".join([*lines, "}"])


def by_stage(plan: Plan) -> Iterator[tuple[TaskStage, list[Task]]]:
    """Yield the stages that a plan has, with their tasks."""
    for stage in STAGES:
        if tasks := [task for task in plan.tasks if task.stage == stage]:
            yield stage, tasks


def shown_edges(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield what each task waits for, but for what other edges say, too.

    All of a migration waits for the scaffold, and the teardown for all of it; what stands in the
    middle of it need not show that.
    """
    stage = {task.id: task.stage for task in plan.tasks}
    inner = {need for task in plan.tasks for need in task.depends_on if stage[need] == task.stage}
    for task in plan.tasks:
        is_first = all(stage[need] != task.stage for need in task.depends_on)
        for need in task.depends_on:
            adjacent = "migrate" in {stage[need], task.stage}
            if stage[need] == task.stage or (adjacent and (is_first and need not in inner)):
                yield need, task.id


def _has_stages(plan: Plan) -> bool:
    return any(task.stage != "migrate" for task in plan.tasks)


def _head(plan: Plan) -> Iterator[str]:
    files = sum(len(task.files) for task in plan.tasks)
    occurrences = sum(task.occurrences for task in plan.tasks)
    yield f"{plan.playbook} on {plan.repository} at {plan.base[:12]}, plan {plan.hash[:12]}"
    if plan.params:
        yield on_one_line(f"params: {shown(plan.params)}")
    yield (
        f"{many(len(plan.tasks), 'task')} in {many(plan.layers, 'layer')}, {many(files, 'file')}, "
        f"{many(occurrences, 'occurrence')}"
    )
    if plan.tasks:
        yield "path: the longest remaining way to the end that starts here, in average files"


def _tasks(plan: Plan) -> Iterator[str]:
    layer = -1
    for task in sorted(plan.tasks, key=lambda task: (task.layer, -task.priority, task.id)):
        if task.layer != layer:
            layer = task.layer
            stage = f"  {task.stage}" if _has_stages(plan) else ""
            yield f"\nlayer {layer}{stage}"
        yield from _task(task)


def _task(task: Task) -> Iterator[str]:
    owners = f"  {' '.join(task.owners)}" if task.owners else ""
    size = f"{task.lines:>6} lines {task.occurrences:>5} occurrences"
    yield f"  {size}  path {task.priority:>7.1f}  {on_one_line(task.title)}{owners}"
    if len(task.files) > 1:
        for file in task.files[:SHOWN_FILES]:
            yield f"{'':>42}{on_one_line(file)}"
        if len(task.files) > SHOWN_FILES:
            yield f"{'':>42}… and {len(task.files) - SHOWN_FILES} more"


def _cycles(plan: Plan) -> Iterator[str]:
    for cycle in plan.cycles:
        cuts = many(len(cycle.cut_edges), "import")
        yield f"\ncycle of {len(cycle.files)} files, split along {cuts}"


def _untouched(plan: Plan) -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for one in plan.untouched:
        reasons.setdefault(one.reason.partition(":")[0], []).append(one.file)
    if reasons:
        yield "\nuntouched"
    for reason, files in sorted(reasons.items(), key=lambda item: -len(item[1])):
        more = ", …" if len(files) > SHOWN_UNTOUCHED else ""
        shown = ", ".join(on_one_line(file) for file in files[:SHOWN_UNTOUCHED])
        yield f"  {len(files):>6}  {reason}: {shown}{more}"


def _escaped(text: str) -> str:
    return "".join(_MERMAID.get(char, char) for char in " ".join(text.split()))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
