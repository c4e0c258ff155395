"""What happened in a run and what agents said, as it stands or as it comes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Optional

import typer

from orchestrator.cli import completion, options
from orchestrator.cli.boundary import INTERRUPTED
from orchestrator.cli.naming import the_task
from orchestrator.cli.story import Story
from orchestrator.cli.which import which
from orchestrator.domain.visible import visible


def logs(
    run: options.RunName = None,
    task: Annotated[
        Optional[str],
        typer.Option(
            help="Only this task, by id, its beginning, or a file.",
            autocompletion=completion.task,
        ),
    ] = None,
    prompt: Annotated[
        bool, typer.Option("--prompt", help="What the task's agents were told, and nothing else.")
    ] = False,
    raw: Annotated[
        bool, typer.Option("--raw", help="The transcripts as the agents printed them.")
    ] = False,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on till the task, or the run, has ended.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Print what happened in a run, and what a task's attempts did.

    Example: leafcut logs --task src/a.py --follow
    """
    from orchestrator.wiring.runs import opened

    _refuse_what_clashes(task, prompt=prompt, raw=raw, follow=follow, as_json=as_json)
    with opened(which(run)) as there:
        task = None if task is None else the_task(there.run, task)
        if task is not None and prompt:
            _print_prompts(there.folder.transcripts, task)
            return
        story = Story(there, task, raw=raw, as_json=as_json)
        if not follow:
            story.print_once()
            return
        with _interruptible():
            story.follow()


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let a person stop looking on; that ends nothing else."""
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None


def _refuse_what_clashes(
    task: str | None, *, prompt: bool, raw: bool, follow: bool, as_json: bool
) -> None:
    """Refuse options of which one would be passed over."""
    from orchestrator.errors import UsageError

    for asked, option in ((prompt, "--prompt"), (raw, "--raw")):
        if asked and task is None:
            hint = f"leafcut logs --task TASK {option}"
            raise UsageError(f"{option} is about one task", hint=hint)
        if asked and as_json:
            raise UsageError(f"{option} is text", hint=f"leave out {option}, or --json")
    if prompt and raw:
        raise UsageError("a prompt is no transcript", hint="leave out --prompt, or --raw")
    if prompt and follow:
        raise UsageError("a prompt does not grow", hint="leave out --prompt, or --follow")


def _print_prompts(folder: Path, task: str) -> None:
    from orchestrator.application.beside import kept

    found = kept(folder, task, "prompt")
    for path, _ in found:
        typer.echo(f"--- {path.name}")
        typer.echo(visible(path.read_text(encoding="utf-8", errors="replace")), nl=False)
    if not found:
        typer.echo(f"no attempt at {task} was given a prompt", err=True)
