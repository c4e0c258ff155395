"""The report of a run, made from its folder and written as a file."""

from pathlib import Path

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.reporting.writing import write
from orchestrator.application.reporting.facts import Report, SliceFacts, Slices
from orchestrator.application.reporting.gather import Source, report_of
from orchestrator.domain.run import Run
from orchestrator.errors import LeafcutError
from orchestrator.wiring.runs import OpenRun, first_policy, opened, pull_requests
from orchestrator.wiring.slice_rows import options_of

AT_END, BY_HAND = 200, 2000
"""Up to how many landed commits slices are cut for a report: git looks at each of them, which takes
about 20 ms, and nobody asked for the report at the end of a run.
"""

NAME = "report.html"
"""The report's file in the run's folder."""


def report_at_end(run: str) -> Path:
    """Write the page of a run, by name or path, into its folder; return the file.

    Raises:
        OSError: it cannot be written.
        LeafcutError: the run cannot be read.
    """
    from orchestrator.adapters.reporting.page import page

    with opened(run) as there:
        file = there.folder.root / NAME
        write(file, page(made(there, AT_END)))
    return file


def made(there: OpenRun, most_commits: int = BY_HAND) -> Report:
    """Return all that is told of a run; slices are cut up to so many landed commits."""
    return report_of(
        Source(
            run=there.run,
            fresh=Run(there.run.plan, first_policy(there.folder, there.settings)),
            recorded=there.recorded,
            title=there.playbook.title,
            target=there.settings.target,
            alive=there.folder.busy(),
            now=SystemClock().now(),
            slices=_slices(there, most_commits),
        )
    )


def _slices(there: OpenRun, most_commits: int) -> Slices:
    """Return the run's slices as they are cut now, or why they are not shown."""
    landed = there.run.counts["landed"]
    if not landed:
        return Slices()
    if landed > most_commits:
        words = f"more than {most_commits} commits are not cut for this report"
        other = "report" if landed <= BY_HAND else "prs preview"
        return Slices(missing=f"{words}; leafcut {other} {there.folder.name} does it")
    try:
        return Slices(slices=_cut(there))
    except (LeafcutError, OSError, RuntimeError) as error:
        return Slices(missing=f"they cannot be cut here: {error}")


def _cut(there: OpenRun) -> tuple[SliceFacts, ...]:
    with pull_requests(there) as pulls:
        found = pulls.preview(options_of(there.playbook, there.folder.slicing()))
    return tuple(
        SliceFacts(
            number=pull.built.number,
            title=pull.title,
            branch=pull.built.branch,
            stands_on=pull.built.below,
            stack=pull.built.stack,
            state=pull.publication.state,
            added=pull.built.lines[0],
            removed=pull.built.lines[1],
            files=len(pull.built.files),
            tasks=tuple(commit.task for commit in pull.built.slice.commits),
            labels=pull.built.slice.labels,
        )
        for pull in found
    )
