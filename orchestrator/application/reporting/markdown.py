"""A report as short Markdown, for a wiki or a step summary."""

from collections import Counter
from collections.abc import Iterator

from orchestrator.application.glyphs import RUN_GLYPHS, STATE_GLYPHS
from orchestrator.application.reporting.facts import Report
from orchestrator.domain.counting import dollars, many
from orchestrator.domain.durations import in_two_units, in_utc
from orchestrator.domain.markdown import cell, code, plain

GROUPS = 8
FILES = 5
"""How many reasons are told, and how many files of each."""
ROWS = 10
"""How many rows a table has at most."""


def markdown(report: Report) -> str:
    """Return the report as Markdown; text from elsewhere means nothing in it."""
    parts = (_head, _figures, _not_done, _clusters, _agents, _learnings, _slices)
    return "\n".join(line for part in parts for line in part(report))


def _head(report: Report) -> Iterator[str]:
    verdict = report.verdict
    glyph = RUN_GLYPHS[verdict.state]
    why = f": {plain(verdict.reason)}" if verdict.reason else ""
    yield f"## {glyph} {verdict.state}: {plain(verdict.title or verdict.playbook)}"
    yield ""
    yield f"Run {code(verdict.run)} of {code(verdict.playbook)} on {code(verdict.base[:12])}{why}."
    yield f"Begun {in_utc(verdict.began_at)}, worked {in_two_units(verdict.worked_s)}."
    yield ""


def _figures(report: Report) -> Iterator[str]:
    verdict = report.verdict
    counted = ", ".join(
        f"{count} {STATE_GLYPHS[state]} {state}" for state, count in verdict.counts.items() if count
    )
    yield f"- **{many(verdict.tasks, 'task')}**: {counted or 'none'}"
    if verdict.residue_before is not None or verdict.residue_after is not None:
        before, after = (
            "?" if one is None else str(one)
            for one in (verdict.residue_before, verdict.residue_after)
        )
        yield f"- **residue**: {before} → {after}"
    outcomes = Counter(one.outcome or "running" for one in report.attempts)
    said = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
    yield f"- **{many(len(report.attempts), 'attempt')}**{f': {said}' if said else ''}"
    for one in verdict.criteria:
        yield f"- {'✓ met' if one.met else '✗ not met'}: {plain(one.said)}"
    yield ""


def _not_done(report: Report) -> Iterator[str]:
    if not report.not_done:
        return
    files = sum(len(one.files) for one in report.not_done)
    yield f"### Not done: {many(files, 'file')}"
    yield ""
    for one in report.not_done[:GROUPS]:
        shown = ", ".join(code(file) for file, _ in one.files[:FILES])
        more = f" and {len(one.files) - FILES} more" if len(one.files) > FILES else ""
        yield f"- {plain(one.reason)} ({many(len(one.files), 'file')}): {shown}{more}"
    if len(report.not_done) > GROUPS:
        yield f"- and {len(report.not_done) - GROUPS} more reasons"
    yield ""


def _clusters(report: Report) -> Iterator[str]:
    if not report.clusters:
        return
    yield "### Failures that are the same at heart"
    yield ""
    yield "| cluster | tasks | example |"
    yield "|---|---:|---|"
    for one in report.clusters[:ROWS]:
        then = f"; {one.then}" if one.then else ""
        yield f"| {cell(one.key)} | {len(one.tasks)} | {cell(one.example[:200] + then)} |"
    yield ""


def _agents(report: Report) -> Iterator[str]:
    if not report.agents:
        return
    yield "| agent | attempts | accepted | tokens | cost |"
    yield "|---|---:|---:|---:|---:|"
    for one in report.agents:
        paid = f"{one['tokens']:,} | {dollars(one['cost_usd'])}"
        yield f"| {cell(one['agent'])} | {one['attempts']} | {one['accepted']} | {paid} |"
    yield ""


def _learnings(report: Report) -> Iterator[str]:
    told = report.learnings
    if told["known"]:
        words = ("trusted", "candidates", "quarantined", "retired", "helped", "hurt")
        said = ", ".join(f"{told[word]} {word}" for word in words)
        yield f"{many(told['known'], 'learning')}: {said}."
        yield ""


def _slices(report: Report) -> Iterator[str]:
    if report.slices.slices:
        yield f"{many(len(report.slices.slices), 'slice')}, as they are cut now:"
        yield ""
        for one in report.slices.slices[:ROWS]:
            lines = f"+{one.added} −{one.removed}"
            yield f"{one.number}. {plain(one.title)} ({code(one.branch)}, {lines})"
        if len(report.slices.slices) > ROWS:
            yield f"\nand {len(report.slices.slices) - ROWS} more."
        yield ""
