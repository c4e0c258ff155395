"""`leafcut prs`: slices of what a run has landed, as branches and pages."""

import json
import sys
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Optional

import typer

from orchestrator.cli import options
from orchestrator.cli.which import which
from orchestrator.domain.counting import many

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import ThreadPoolExecutor

    from orchestrator.application.collate import Check
    from orchestrator.application.prs import PullRequest, PullRequests
    from orchestrator.domain.settings import Slicing
    from orchestrator.domain.slices import SliceOptions
    from orchestrator.domain.verdict import CheckResult
    from orchestrator.wiring.runs import OpenRun

RED = 3
ACTIONS = ("preview", "create")


def prs(
    words: Annotated[
        list[str], typer.Argument(metavar="preview|create [RUN]", help="What to do, and the run.")
    ],
    forge: Annotated[
        Literal["local"], typer.Option(help="Where pull requests go: local is a folder.")
    ] = "local",
    max_lines: Annotated[
        Optional[int],
        typer.Option(min=1, help="Aim at slices of this many changed lines, 400 at the most."),
    ] = None,
    group_by: Annotated[
        Optional[Literal["owner", "directory", "layer"]],
        typer.Option(help="What stands together in a slice."),
    ] = None,
    out: Annotated[
        Optional[Path], typer.Option(help="The local forge's folder; the run's own by default.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Cut what a run has landed into slices.

    preview writes nothing; create writes their branches, pages and patches, and keeps --max-lines,
    --group-by and --out with the run, for the next time. The newest run of the repository here is
    taken when RUN is left out.

    Example: leafcut prs preview --group-by owner
    """
    from orchestrator.domain.settings import Slicing
    from orchestrator.wiring.runs import opened, pull_requests

    run, action = _parsed(words)
    named = which(run, writing=action == "create")
    if action == "create":
        _see_that_it_may(named)
    with opened(named) as there, pull_requests(there) as pulls:
        _warn_unless_ended(there)
        kept = there.folder.slicing()
        slicing = Slicing(
            max_lines=max_lines or kept.max_lines,
            group_by=group_by or kept.group_by,
            out=str(out.absolute()) if out else kept.out,
        )
        chosen = _options(there, slicing)
        if action == "preview":
            _show(pulls, pulls.preview(chosen), as_json=as_json, extra={"forge": forge})
        else:
            folder = Path(slicing.out) if slicing.out else there.folder.slices
            _create(there, pulls, chosen, folder, as_json=as_json)
            there.folder.keep_slicing(slicing)


def _see_that_it_may(run: str) -> None:
    """Carry out what people asked for meanwhile, and see that no checkpoint stands here."""
    from orchestrator.domain.checkpoints import may_publish
    from orchestrator.errors import CheckpointError
    from orchestrator.wiring.places import run_store
    from orchestrator.wiring.runs import opened
    from orchestrator.wiring.steering import obey

    obey(run_store().open(run))
    with opened(run) as there:
        if not may_publish(there.run):
            raise CheckpointError(
                f"run {there.folder.name} waits at checkpoint before_publish",
                hint=f"leafcut prs preview {there.folder.name}, then leafcut approve "
                f"{there.folder.name}",
            )


def _parsed(words: Sequence[str]) -> tuple[str | None, str]:
    from orchestrator.errors import UsageError

    *run, action = words if words[-1] in ACTIONS else words[::-1]
    if action not in ACTIONS or len(run) > 1:
        raise UsageError(
            f"leafcut prs {' '.join(words)}: say preview or create, and the run if you name one",
            hint=" ".join(
                ["leafcut prs preview", *[one for one in words if one not in ACTIONS][:1]]
            ),
        )
    return (run[0] if run else None), action


def _options(there: "OpenRun", slicing: "Slicing") -> "SliceOptions":
    from orchestrator.domain.slices import SliceOptions
    from orchestrator.errors import UsageError

    wanted = there.playbook.pull_requests
    try:
        return SliceOptions(
            group_by=slicing.group_by or wanted.group_by,
            max_lines=slicing.max_lines or wanted.max_lines,
        )
    except ValueError as error:
        raise UsageError(str(error), hint="--max-lines 300") from error


def _warn_unless_ended(there: "OpenRun") -> None:
    if there.run.ended is None or there.run.ended.state != "done":
        typer.echo(
            f"⚠ run {there.folder.name} is not done; these are the {there.run.counts['landed']} "
            "tasks that have landed",
            err=True,
        )


def _create(
    there: "OpenRun",
    pulls: "PullRequests",
    chosen: "SliceOptions",
    folder: Path,
    *,
    as_json: bool,
) -> None:
    from orchestrator.adapters.forges.local import LocalForge

    forge = LocalForge(folder)
    with _checking(there) as check, _pool(there.settings.concurrency) as executor:
        stack = pulls.check(chosen, check, executor)
        if stack and not stack[-1].built.green:
            _refuse_red(stack[-1])
        made = pulls.admitted(stack, there.playbook.limits.open_slices)
        with forge.writing(pulls.pages(made), pulls.facts()):
            if made:
                pulls.publish(made, pulls.receipts(made, check))
    _show(pulls, made, as_json=as_json, extra={"forge": "local", "folder": str(forge.folder)})
    for branch in pulls.left_over(stack):
        typer.echo(f"⚠ in no slice any more: git branch -D {branch}", err=True)
    if later := len(stack) - len(made):
        limit = f"limits.open_slices is {there.playbook.limits.open_slices}"
        typer.echo(f"‖ {later} slices wait until others are merged: {limit}", err=True)
    if made:
        branches = many(len(made), "branch")
        typer.echo(f"✓ {branches} and their receipts in {there.settings.target}", err=True)
        typer.echo(f"  → read {forge.folder}", err=True)


@contextmanager
def _checking(there: "OpenRun") -> "Iterator[Check]":
    """Give a check that tells what it does; the run is ours alone meanwhile."""
    from orchestrator.wiring.assembly import assembled

    with assembled(there.folder) as assembly:
        if there.run.baseline is not None:
            assembly.execution.baseline.recall(there.run.baseline)

        def check(commit: str, files: Sequence[str]) -> "tuple[CheckResult, ...]":
            results = assembly.check(commit, files)
            _tell(commit, results, there.run.baseline.blind if there.run.baseline else ())
            return results

        yield check


@contextmanager
def _pool(workers: int) -> "Iterator[ThreadPoolExecutor]":
    """Give threads that nobody waits for after a Ctrl-C: closing the sandbox ends what they run."""
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(workers, "tips")
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _tell(commit: str, results: "Sequence[CheckResult]", blind: Sequence[str]) -> None:
    said = ", ".join(
        f"{result.check} {result.outcome}"
        + (" before" if result.cached else "")
        + (" (blind)" if result.check in blind else "")
        for result in results
    )
    glyph = "✓" if all(result.green for result in results) else "✗"
    typer.echo(f"{glyph} tip {commit[:10]}: {said or 'no landing checks'}", err=True)


def _refuse_red(top: "PullRequest") -> None:
    for check in top.built.checks:
        for failure in check.failures:
            typer.echo(
                f"  {check.check}: {failure.path} {failure.rule} {failure.message}", err=True
            )
    typer.echo(
        "✗ the last slice is red although its tree is the integration head's: a check that does "
        "not always say the same? Nothing was written.",
        err=True,
    )
    raise typer.Exit(RED)


def _show(
    pulls: "PullRequests",
    made: "Sequence[PullRequest]",
    *,
    as_json: bool,
    extra: dict[str, object],
) -> None:
    if as_json:
        slices = [pull.facts() for pull in made]
        typer.echo(json.dumps({"schema": 1, **pulls.facts(), **extra, "slices": slices}, indent=1))
    elif made:
        sys.stdout.write(_table(made))
    else:
        typer.echo("nothing has landed, so there is nothing to slice", err=True)


def _table(made: "Sequence[PullRequest]") -> str:
    head = ("#", "title", "slice of", "branch", "files", "+", "−", "labels", "branch is")
    rows = [head, *(_row(pull) for pull in made)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(head))]
    numbers = {0, 4, 5, 6}
    return "".join(
        "  ".join(
            cell.rjust(width) if at in numbers else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        + "\n"
        for row in rows
    )


def _row(pull: "PullRequest") -> tuple[str, ...]:
    built = pull.built
    added, removed = built.lines
    return (
        str(built.number),
        _printable(pull.title),
        _printable(built.slice.group),
        built.branch,
        str(len(built.files)),
        str(added),
        str(removed),
        ", ".join(built.slice.labels),
        _STATES[pull.publication.state].format(pull.publication.owner or "someone else"),
    )


_STATES = {
    "new": "new",
    "update": "moved along",
    "unchanged": "as it is",
    "taken": "taken over from {}",
    "moved": "REFUSED: moved by {}",
}


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "�" for char in text)
