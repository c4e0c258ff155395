"""`leafcut demo`: the main job on a real package, in about three minutes."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.cli import options

if TYPE_CHECKING:
    from orchestrator.domain.run import Run

PLAYBOOK = "annotate-types"
SELECTED = ("networkx/utils", "networkx/readwrite", "networkx/generators", "networkx/drawing")
TESTS = (
    'tests:junit=${{ python }} -m pytest -q -p no:cacheprovider --junitxml="$LEAFCUT_REPORT" '
    "networkx/utils networkx/readwrite networkx/generators"
)
MAX_TASKS = 36
MAX_LINES = 120


def demo(
    folder: Annotated[
        Path, typer.Argument(help="Where to put the repository; new or empty.")
    ] = Path("leafcut-demo"),
    max_tasks: Annotated[
        int, typer.Option(min=1, help="Start no more tasks than this.")
    ] = MAX_TASKS,
    as_json: options.Json = False,
) -> None:
    """Add types to the installed networkx, cut into slices.

    Needs nothing but the extra `leafcut[demo]`; nothing is fetched.

    Example: leafcut demo my-demo
    """
    from orchestrator.adapters.demo import make_repository, require_tools
    from orchestrator.cli.checks import parse_check
    from orchestrator.cli.prs import create
    from orchestrator.cli.resume import carry_on
    from orchestrator.wiring import planning, runs

    began = time.monotonic()
    require_tools()
    target = make_repository(folder.resolve())
    typer.echo(f"made {target}: a git repository of the installed networkx", err=True)
    planned = planning.make_plan(
        planning.PlanRequest(
            playbook=PLAYBOOK,
            repository=target,
            params=("package=networkx",),
            include=SELECTED,
        )
    )
    settings = runs.new_settings(
        planned,
        "",
        checks=(parse_check(TESTS),),
        verify="head",
        max_tasks=max_tasks,
    )
    run = runs.create_run(planned, settings)
    done = carry_on(run, as_json=as_json)
    slices = target.parent / f"{target.name}-slices"
    create(run.name, max_lines=MAX_LINES, out=slices, as_json=as_json)
    if not as_json:
        _tell(done, run.name, target, time.monotonic() - began)


def _tell(run: "Run", name: str, target: Path, seconds: float) -> None:
    landed = run.counts["landed"]
    turned_down = run.counts["failed"]
    left = run.ended.residue if run.ended else None
    before = run.baseline.residue if run.baseline else None
    head = f"✓ {landed} tasks landed in {seconds:.0f} s"
    slices = target.parent / f"{target.name}-slices"
    lines = [
        "",
        f"{head}: {before} functions had no return type, now {left}",
        f"  {turned_down} more tasks: nothing to offer that the checks accept",
        "  each change set was compiled and type-checked; mypy and networkx's own tests saw each",
        "  batch's last commit (--verify head, to end soon); by default they see every commit",
        f"  → read  {slices}",
        f"  → see   git -C {target} log --oneline --branches='leafcut/*'",
        f"  → why   leafcut status {name}",
    ]
    typer.echo("\n".join(lines), err=True)
