"""The `leafcut` command: one small file a group, nothing heavy imported until it is needed."""

import os
from typing import Annotated

import typer

from orchestrator import __version__
from orchestrator.cli import (
    agents,
    demo,
    doctor,
    github,
    learnings,
    plan,
    playbook,
    prs,
    publish,
    report,
    resume,
    rules,
    run,
    runs,
    steer,
    update,
    verify,
)

app = typer.Typer(
    name="leafcut",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"leafcut {__version__}")
        raise typer.Exit


@app.callback()
def leafcut(
    context: typer.Context,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Turn one large refactor into hundreds of small commits, each known to be green."""
    if os.environ.get("NO_COLOR"):  # https://no-color.org
        context.color = False


app.command("plan")(plan.plan)
app.command("run")(run.run)
app.command("resume")(resume.resume)
app.command("update")(update.update)
app.command("status")(runs.status)
app.command("logs")(runs.logs)
app.command("report")(report.report)
app.command("approve")(steer.approve)
app.command("hold")(steer.hold)
app.command("skip")(steer.skip)
app.command("retry")(steer.retry)
app.command("stop")(steer.stop)
app.command("clean")(runs.clean)
app.command("prs")(prs.prs)
app.command("publish")(publish.publish)
app.command("verify")(verify.verify)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.add_typer(playbook.playbook_app)
app.add_typer(agents.agents_app)
app.add_typer(learnings.learnings_app)
app.add_typer(rules.rules_app)
app.add_typer(github.github_app)
