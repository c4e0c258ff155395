"""The report as one HTML file: nothing is loaded, and nothing that it tells can act in it."""

import base64
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestrator.adapters.reporting import charts, tables
from orchestrator.adapters.reporting.network import network
from orchestrator.adapters.reporting.path import critical_view
from orchestrator.application.glyphs import RUN_GLYPHS, STATE_GLYPHS
from orchestrator.application.reporting.axis import Axis
from orchestrator.application.reporting.facts import Report
from orchestrator.domain.counting import dollars, many
from orchestrator.domain.durations import in_two_units, in_utc
from orchestrator.domain.visible import on_one_line

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = Path(__file__).parent / "page"


def page(report: Report) -> str:
    """Return the page. Without its script everything in it can still be read."""
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return _environment().get_template("page.html").render(
        **_view(report),
        style=_raw((_HERE / "page.css").read_text(encoding="utf-8")),
        script=_raw(script),
        script_digest=digest,
    )  # fmt: skip


def _view(report: Report) -> dict[str, Any]:
    time = charts.Time(Axis(report.lives))
    graph = network(report)
    return {
        "report": report,
        "verdict": report.verdict,
        "glyphs": {**RUN_GLYPHS, **STATE_GLYPHS},
        "states": tables.states(report),
        "marks": time.marks(),
        "gaps": time.gaps(),
        "curves": charts.curves(report, time),
        "points": charts.sampled(report.burndown),
        "gantt": charts.gantt(report, time),
        "path": critical_view(report, time.axis),
        "graph": graph,
        "graph_data": _data(graph["data"]),
        "objections": tables.objections(report),
        "undone": tables.undone(report),
        "dearest": tables.dearest(report),
        "rows": tables.rows(report),
        "evidence": tables.evidence(report),
        "titles": {task.id: at for at, task in enumerate(report.tasks)},
    }


def _environment() -> "Environment":
    """Return where the templates are read: all that they print is escaped and on one line."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "in_two_units": in_two_units,
        "dollars": dollars,
        "moment": in_utc,
        "many": many,
        "num": "{:,}".format,
    }
    return made


def _shown(value: object) -> object:
    """Return what is printed: control and direction characters of text are written out."""
    if type(value) is not str or value.isprintable():
        return value
    return on_one_line(value).encode("utf-8", "backslashreplace").decode()


def _raw(text: str) -> object:
    """Return text of ours that is put into the page as it is."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - the page's own style and script


def _data(value: object) -> object:
    """Return JSON that can stand in a script element, whatever its strings are."""
    text = json.dumps(value, separators=(",", ":"))
    return _raw(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
