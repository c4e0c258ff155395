"""`leafcut update`."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.cli import options
from orchestrator.cli.which import which

if TYPE_CHECKING:
    from orchestrator.domain.events import BaseUpdated
    from orchestrator.domain.run import Run

SHOWN = 10


def update(
    run_name: options.RunName = None,
    base: Annotated[str, typer.Option(help="The revision of the target to go on from.")] = "HEAD",
    as_json: options.Json = False,
) -> None:
    """Let a run follow its target's main branch.

    What has landed is replayed there and checked again.
    Conflicts, commits that are red there and new occurrences become tasks for the next resume.

    Example: leafcut update && leafcut resume
    """
    from orchestrator.application.update import update as apply_update
    from orchestrator.wiring.places import run_store
    from orchestrator.wiring.updating import updatable

    folder = run_store().open(which(run_name, writing=True))
    with updatable(folder, base) as ready:
        done = apply_update(ready.run, ready.base, ready.updating)
        if as_json:
            typer.echo(json.dumps(_document(folder.name, ready.run, done), indent=1))
        elif done is None:
            typer.echo(f"run {folder.name} stands on {ready.base[:12]} already", err=True)
        else:
            _show(folder.name, ready.run, done)


def _document(name: str, run: "Run", done: "BaseUpdated | None") -> dict[str, object]:
    return {
        "schema": 1,
        "run": name,
        "updated": done is not None,
        "base": run.base,
        "head": run.head,
        "plan_hash": done.plan_hash if done else None,
        "replayed": [one.task for one in done.landed] if done else [],
        "undone": dict(done.undone) if done else {},
        "added": [task.id for task in done.plan.added] if done else [],
        "gone": dict(done.plan.gone) if done else {},
    }


def _show(name: str, run: "Run", done: "BaseUpdated") -> None:
    plan = done.plan
    typer.echo(f"✓ run {name} stands on {done.base[:12]}", err=True)
    typer.echo(
        f"  {len(done.landed)} landed commits replayed, {len(done.undone)} not; "
        f"{len(plan.added)} tasks are new, {len(plan.gone)} are over",
        err=True,
    )
    _list("not replayed", [(run.by_id[task].title, why) for task, why in done.undone])
    _list("new", [(task.title, f"{task.occurrences} occurrences") for task in plan.added])
    _list("over", [(run.by_id[task].title, why) for task, why in plan.gone])
    typer.echo(f"  → leafcut resume {name}", err=True)


def _list(word: str, lines: list[tuple[str, str]]) -> None:
    for title, why in lines[:SHOWN]:
        typer.echo(f"  {word}: {title}: {why}", err=True)
    if len(lines) > SHOWN:
        typer.echo(f"  … and {len(lines) - SHOWN} more (leafcut status --json)", err=True)
