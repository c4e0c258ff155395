"""Which run a command is about, and saying so."""

import typer

from orchestrator.domain.visible import on_one_line


def which(run: str | None, *, writing: bool = False, quiet: bool = False) -> str:
    """Return the path of the run that a person named, or did not; print it with its repository.

    `writing` is for commands that change something: they do not guess among repositories. `quiet`
    is for those whose own words begin with both.
    """
    from orchestrator.wiring.places import chosen_run

    folder = chosen_run(run, writing=writing)
    if not quiet:
        target = folder.settings().target
        typer.echo(on_one_line(f"run {folder.name} of {target}"), err=True)
    return str(folder.root)
