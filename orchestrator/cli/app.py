"""The `leafcut` command: one small file a group, nothing heavy imported until it is needed."""

import os
from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

from orchestrator import __version__
from orchestrator.cli import (
    agents,
    demo,
    doctor,
    github,
    init,
    learnings,
    logs,
    pacing,
    plan,
    playbook,
    prs,
    publish,
    report,
    resume,
    rules,
    run,
    runs,
    settings,
    steer,
    talk,
    update,
    verify,
    watch,
)
from orchestrator.cli.grammar import (
    LIBRARY,
    LOOK,
    MACHINE,
    PUBLISH,
    START,
    STEER,
    Program,
)
from orchestrator.errors import UsageError

app = Program(
    "leafcut",
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"leafcut {__version__}")
        raise typer.Exit


def _go(context: typer.Context, directory: Path | None) -> Path | None:
    """Stand in another folder, as if the command had been started there."""
    if directory is not None:
        try:
            os.chdir(directory)
        except OSError as error:
            if not context.resilient_parsing:  # completion has nobody to tell
                raise UsageError(f"-C {directory}: {error.strerror}") from error
    return directory


def _quiet(context: typer.Context, quiet: bool) -> bool:
    talk.choose(context, "quiet", quiet)
    return quiet


def _color(context: typer.Context, color: str | None) -> str | None:
    talk.choose(context, "color", color)
    return color


@app.callback()
def leafcut(
    directory: Annotated[
        Optional[Path],
        typer.Option(
            "-C", metavar="DIR", callback=_go, is_eager=True, help="Run as if started in DIR."
        ),
    ] = None,
    color: Annotated[
        Literal["auto", "always", "never"] | None,
        typer.Option(callback=_color, help="When lines are coloured."),
    ] = None,
    quiet: Annotated[
        bool,
        typer.Option(
            "--quiet", "-q", callback=_quiet, help="Say only what went wrong, and how a run ended."
        ),
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Turn one large refactor into hundreds of small commits, each known to be green.

    -C, --color and --quiet may stand behind the command as well.

    Example: leafcut demo
    Example: leafcut plan upgrade-syntax --repo . && leafcut run upgrade-syntax --repo .
    """


app.command("demo", rich_help_panel=START)(demo.demo)
app.command("init", rich_help_panel=START)(init.init)
app.command("plan", rich_help_panel=START)(plan.plan)
app.command("run", rich_help_panel=START)(run.run)
app.command("resume", rich_help_panel=START)(resume.resume)
app.command("status", rich_help_panel=LOOK)(runs.status)
app.command("watch", rich_help_panel=LOOK)(watch.watch)
app.command("logs", rich_help_panel=LOOK)(logs.logs)
app.command("report", rich_help_panel=LOOK)(report.report)
app.command("approve", rich_help_panel=STEER)(steer.approve)
app.command("hold", rich_help_panel=STEER)(steer.hold)
app.command("skip", rich_help_panel=STEER)(steer.skip)
app.command("retry", rich_help_panel=STEER)(steer.retry)
app.command("pause", rich_help_panel=STEER)(pacing.pause)
app.command("jobs", rich_help_panel=STEER)(pacing.jobs)
app.command("stop", rich_help_panel=STEER)(steer.stop)
app.command("update", rich_help_panel=STEER)(update.update)
app.add_typer(prs.prs_app, rich_help_panel=PUBLISH)
app.command("publish", rich_help_panel=PUBLISH)(publish.publish)
app.command("verify", rich_help_panel=PUBLISH)(verify.verify)
app.add_typer(playbook.playbook_app, rich_help_panel=LIBRARY)
app.add_typer(agents.agents_app, rich_help_panel=LIBRARY)
app.add_typer(learnings.learnings_app, rich_help_panel=LIBRARY)
app.add_typer(rules.rules_app, rich_help_panel=LIBRARY)
app.command("doctor", rich_help_panel=MACHINE)(doctor.doctor)
app.add_typer(settings.config_app, rich_help_panel=MACHINE)
app.command("clean", rich_help_panel=MACHINE)(runs.clean)
app.add_typer(github.github_app, rich_help_panel=MACHINE)
