"""The graph of tasks as a drawing: boxes in columns and the curves between them, in pixels."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from orchestrator.application.glyphs import STATE_GLYPHS
from orchestrator.application.reporting.facts import Report
from orchestrator.application.reporting.graph import Drawn, Node, drawn
from orchestrator.domain.lifecycle import TaskState
from orchestrator.domain.visible import on_one_line

WIDTH, HEIGHT = 186, 26
"""The size of a box."""
RIGHT, DOWN, BETWEEN = 12, 8, 56
"""The space between boxes of one column's parts, of one part, and between columns."""
TALLEST, LOOSE = 36, 14
"""How many rows a column has before it goes on beside itself; fewer where nothing is tied."""
EDGES = 1500
"""How many curves are drawn at most, the heaviest ones."""
MARGIN, TOP = 8, 26
FAINT = 300
"""From how many curves on they are drawn faintly."""
LETTERS = 24
"""How many letters of a label there is room for."""

WORST: Sequence[TaskState] = (
    "failed", "blocked", "parked", "held", "working", "checking",
    "queued", "ready", "pending", "skipped", "unchanged", "landed",
)  # fmt: skip
"""Of the states of a box's tasks, the first of these is the one that is shown."""


def network(report: Report) -> dict[str, Any]:
    """Return the boxes, the curves, and the size of the drawing."""
    graph = drawn(report.tasks)
    path = {report.attempts[one.at].task for one in report.critical_path if one.kind == "attempt"}
    critical = {at for at, task in enumerate(report.tasks) if task.id in path}
    tallest = TALLEST if graph.edges else LOOSE
    columns = _columns(graph, tallest)
    places = [_place(node, columns, tallest) for node in graph.nodes]
    rows = min(tallest, max((node.row + 1 for node in graph.nodes), default=0))
    return {
        "nodes": [
            _box(node, place, critical) for node, place in zip(graph.nodes, places, strict=True)
        ],
        "edges": list(_curves(graph, places)),
        "columns": [
            {"x": x, "name": f"layer {report.tasks[node.tasks[0]].layer}"}
            for node, x in _heads(graph, columns)
        ],
        "width": max((x for x, _ in places), default=0) + WIDTH + MARGIN,
        "height": TOP + rows * (HEIGHT + DOWN) + MARGIN,
        "clustered": graph.clustered,
        "faint": len(graph.edges) > FAINT,
        "left_out": max(0, len(graph.edges) - EDGES),
        "data": {"boxes": [list(node.tasks) for node in graph.nodes], "needs": _needs(report)},
    }


def _sizes(graph: Drawn) -> Mapping[int, int]:
    sizes: dict[int, int] = {}
    for node in graph.nodes:
        sizes[node.column] = max(sizes.get(node.column, 0), node.row + 1)
    return sizes


def _columns(graph: Drawn, tallest: int) -> Mapping[int, int]:
    """Return where each column begins."""
    begins, x = {}, MARGIN
    for column, size in sorted(_sizes(graph).items()):
        begins[column] = x
        x += -(-size // tallest) * (WIDTH + RIGHT) - RIGHT + BETWEEN
    return begins


def _place(node: Node, columns: Mapping[int, int], tallest: int) -> tuple[int, int]:
    x = columns[node.column] + node.row // tallest * (WIDTH + RIGHT)
    return x, TOP + node.row % tallest * (HEIGHT + DOWN)


def _heads(graph: Drawn, columns: Mapping[int, int]) -> Iterator[tuple[Node, int]]:
    first = {node.column: node for node in graph.nodes}
    return ((node, columns[column]) for column, node in sorted(first.items()))


def _box(node: Node, place: tuple[int, int], critical: Collection[int]) -> dict[str, Any]:
    state: TaskState = next((one for one in WORST if node.states.get(one)), "pending")
    states = ", ".join(f"{count} {one}" for one, count in node.states.items())
    count = len(node.tasks)
    label = on_one_line(node.label)
    return {
        "x": place[0],
        "y": place[1],
        "state": state,
        "glyph": STATE_GLYPHS[state],
        "label": label if len(label) <= LETTERS else f"…{label[1 - LETTERS :]}",
        "count": f"×{count}" if count > 1 else "",
        "title": f"{label}: {state if count == 1 else f'{count} tasks, {states}'}",
        "critical": any(at in critical for at in node.tasks),
    }


def _curves(graph: Drawn, places: Sequence[tuple[int, int]]) -> Iterator[str]:
    heaviest = sorted(graph.edges, key=lambda edge: -edge[2])[:EDGES]
    for needed, needing, _ in heaviest:
        (x1, y1), (x2, y2) = places[needed], places[needing]
        x1, y1, y2 = x1 + WIDTH, y1 + HEIGHT // 2, y2 + HEIGHT // 2
        bend = max(24, abs(x2 - x1) // 2)
        yield f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"


def _needs(report: Report) -> list[list[int]]:
    """Return for each task the places of those that it depends on."""
    at_of = {task.id: at for at, task in enumerate(report.tasks)}
    return [[at_of[need] for need in task.depends_on if need in at_of] for task in report.tasks]
