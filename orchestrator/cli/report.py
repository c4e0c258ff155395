"""`leafcut report`: what happened in a run, as one page, as text or as data."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Optional, TypeAlias

import typer

from orchestrator.cli import options
from orchestrator.cli.garbage import uncollected
from orchestrator.cli.which import which

if TYPE_CHECKING:
    from orchestrator.adapters.runs import RunFolder
    from orchestrator.application.reporting.facts import Report

Form: TypeAlias = Literal["html", "markdown", "json", "trace"]
STDOUT = "-"


def report(
    run: options.RunName = None,
    output: Annotated[
        Optional[str],
        typer.Option("--output", "-o", metavar="FILE", help="Where it goes; - is standard output."),
    ] = None,
    form: Annotated[
        Form, typer.Option("--format", help="A page, text, data, or a trace for Perfetto.")
    ] = "html",
) -> None:
    """Tell what happened in a run, on a page to open offline.

    The page goes into the run's folder unless -o names another file, and its path is printed. The
    other forms are printed.

    Example: leafcut report -o report.html
    """
    from orchestrator.wiring.reporting import NAME, made
    from orchestrator.wiring.runs import opened

    with uncollected(), opened(which(run)) as there:
        text = _FORMS[form](made(there))
        default = str(there.folder.root / NAME) if form == "html" else STDOUT
    if (output or default) == STDOUT:
        _print(text)
    else:
        _write(Path(output or default), text)


def report_at_end(folder: "RunFolder") -> Path | None:
    """Write the page of a run that has just ended; None, and a warning, where that fails.

    A run is not worse for a report that could not be written.
    """
    from orchestrator.domain.visible import on_one_line
    from orchestrator.wiring.reporting import report_at_end as written

    try:
        return written(str(folder.root))
    except Exception as error:  # noqa: BLE001 - whatever it is, the run has ended well without it
        why = f"{type(error).__name__}: {error}"
        typer.echo(on_one_line(f"⚠ warning: the report was not written: {why}"), err=True)
        return None


def _print(text: str) -> None:
    from orchestrator.adapters.reporting.writing import encoded
    from orchestrator.cli.streams import put

    put(encoded(text))


def _write(file: Path, text: str) -> None:
    from orchestrator.adapters.reporting.writing import write
    from orchestrator.errors import MissingRequirementError, UsageError, is_out_of_space

    try:
        write(file, text)
    except OSError as error:
        kind = MissingRequirementError if is_out_of_space(error) else UsageError
        raise kind(
            f"{file} cannot be written: {error.strerror or error}", hint="-o another file, or -o -"
        ) from error
    typer.echo(str(file))


def _html(made: "Report") -> str:
    from orchestrator.adapters.reporting.page import page

    return page(made)


def _markdown(made: "Report") -> str:
    from orchestrator.application.reporting.markdown import markdown

    return markdown(made)


def _json(made: "Report") -> str:
    from orchestrator.application.reporting.facts import document

    return json.dumps(document(made), indent=1) + "\n"


def _trace(made: "Report") -> str:
    from orchestrator.application.reporting.trace import trace

    return json.dumps(trace(made)) + "\n"


_FORMS: Mapping[Form, "Callable[[Report], str]"] = {
    "html": _html,
    "markdown": _markdown,
    "json": _json,
    "trace": _trace,
}
