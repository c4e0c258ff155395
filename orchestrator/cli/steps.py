"""A step of a GitHub workflow: what it writes for its runner, and our own commands within it."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from functools import partial
from io import StringIO
from pathlib import Path

import typer


def done(words: Sequence[str]) -> int:
    """Run one of our own commands, in whose output no runner looks for commands of its own.

    A file's name or a check's words may be what GitHub takes for a workflow command. Returns the
    exit code.
    """
    with _no_commands():
        return _run(words)


def asked(words: Sequence[str]) -> tuple[int, str]:
    """Run one of our own commands likewise; return its exit code and what it printed."""
    said = StringIO()
    with _no_commands(), redirect_stdout(said):
        code = _run(words)
    return code, said.getvalue()


def write_outputs(values: Mapping[str, object]) -> None:
    """Write a step's outputs; no value can end its own block, or be several outputs."""
    from secrets import token_hex

    file = os.environ.get("GITHUB_OUTPUT", "")
    lines = []
    for name, value in values.items():
        end = token_hex(16)
        lines.append(f"{name}<<{end}\n{value}\n{end}\n")
    if not file:
        typer.echo("".join(f"{name}={value}\n" for name, value in values.items()), nl=False)
        return
    with Path(file).open("a", encoding="utf-8", errors="backslashreplace") as out:
        out.write("".join(lines))


def summary_file() -> Path | None:
    """Return the file that the step's summary goes to, None outside of a workflow."""
    file = os.environ.get("GITHUB_STEP_SUMMARY", "")
    return Path(file) if file else None


def write_page(text: str) -> None:
    """Add to the step's summary; outside of a workflow the page goes to stdout."""
    file = summary_file()
    if file is None:
        typer.echo(text, nl=False)
        return
    with file.open("a", encoding="utf-8", errors="backslashreplace") as out:
        out.write(text)


def _run(words: Sequence[str]) -> int:
    from orchestrator.cli.app import app
    from orchestrator.cli.boundary import guarded

    try:
        return guarded(partial(app, list(words)))
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0


@contextmanager
def _no_commands() -> Iterator[None]:
    """https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands."""
    from secrets import token_hex

    word = token_hex(16)
    typer.echo(f"::stop-commands::{word}")
    sys.stdout.flush()
    try:
        yield
    finally:
        sys.stderr.flush()
        typer.echo(f"::{word}::")
        sys.stdout.flush()
