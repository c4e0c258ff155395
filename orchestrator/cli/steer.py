"""Commands that steer a run from another process: approve, hold, skip, retry, stop."""

import getpass
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from orchestrator.cli import completion, options
from orchestrator.cli.asking import asked, foreseen
from orchestrator.cli.naming import the_task
from orchestrator.cli.which import which

if TYPE_CHECKING:
    from orchestrator.domain.events import CommandAccepted, Steering
    from orchestrator.domain.synthesis.rule import Rule
    from orchestrator.errors import UsageError
    from orchestrator.wiring.runs import OpenRun

Tasks = Annotated[
    list[str],
    typer.Argument(
        metavar="TASK…",
        help="Tasks, by id, its beginning, or a file.",
        autocompletion=completion.task,
    ),
]
TaskOptions = Annotated[
    Optional[list[str]],
    typer.Option("--task", help="This task only. Repeatable.", autocompletion=completion.task),
]


def stop(run: options.RunName = None, as_json: options.Json = False) -> None:
    """Ask a run to stop.

    What is under way is given back and done again at resume.

    Example: leafcut stop
    """
    steered(run, "stop", as_json=as_json)


def approve(
    run: options.RunName = None, task: TaskOptions = None, as_json: options.Json = False
) -> None:
    """Let a run go on beyond its checkpoint, or a task on hold.

    Example: leafcut approve && leafcut resume
    """
    steered(run, "approve", tasks=task or (), as_json=as_json)


def hold(
    task: Tasks,
    run: options.RunOption = None,
    reason: Annotated[str, typer.Option(help="Why, for others to read.")] = "",
    as_json: options.Json = False,
) -> None:
    """Keep tasks from being started until they are approved.

    Example: leafcut hold src/a.py --reason "its tests are being rewritten"
    """
    steered(run, "hold", tasks=task, as_json=as_json, reason=reason)


def skip(
    task: Tasks,
    reason: Annotated[str, typer.Option(help="Why; it stands in every report.")],
    run: options.RunOption = None,
    as_json: options.Json = False,
) -> None:
    """Leave tasks out.

    What depends on them goes on as if they were done.

    Example: leafcut skip src/gen.py --reason generated
    """
    steered(run, "skip", tasks=task, as_json=as_json, reason=reason)


def retry(
    run: options.RunName = None,
    task: TaskOptions = None,
    cluster: Annotated[
        str, typer.Option(help="One task of this failure cluster first, the rest if it lands.")
    ] = "",
    agent: Annotated[
        str,
        typer.Option(
            help="Who tries now, instead of the playbook's; a name or a folder.",
            autocompletion=completion.agent,
        ),
    ] = "",
    note: Annotated[str, typer.Option(help="What the agent is told, in $LEAFCUT_NOTES.")] = "",
    as_json: options.Json = False,
) -> None:
    """Send failed tasks back to work: all, unless some are named.

    A parked task that is named is tried at once, whatever limit its agent has met.

    Where no process works on the run, it applies at leafcut resume.

    Example: leafcut retry && leafcut resume
    Example: leafcut retry --cluster types-3f2a --note "the stubs are in typings/"
    """
    from orchestrator.errors import UsageError

    if cluster and task:
        raise UsageError("--cluster and --task exclude each other", hint="keep one")
    steered(
        run, "retry", tasks=task or (), as_json=as_json, cluster=cluster, agent=agent, note=note
    )


def steered(
    name: str | None,
    action: "Steering",
    tasks: Sequence[str] = (),
    *,
    as_json: bool,
    rule: "Rule | None" = None,
    **said: Any,
) -> None:
    """Leave a command for whoever works on a run; say what it answers, or when it applies."""
    left(which(name, writing=True), action, tasks, as_json=as_json, rule=rule, **said)


def left(
    path: str,
    action: "Steering",
    tasks: Sequence[str] = (),
    *,
    as_json: bool,
    rule: "Rule | None" = None,
    **said: Any,
) -> None:
    """Do as `steered` does, for the run in a folder."""
    from orchestrator.domain.checkpoints import to_approve
    from orchestrator.domain.commands import ABOUT_A_PROCESS
    from orchestrator.domain.events import PersonCommand
    from orchestrator.wiring.steering import known_agent, steering

    with steering(path) as there:
        if agent := said.get("agent"):
            said["agent"] = known_agent(agent, there.settings.target)
        named = tuple(the_task(there.run, one) for one in tasks)
        saw = to_approve(there.run) if action == "approve" and not named else ""
        command = PersonCommand(
            id=0, who=getpass.getuser(), action=action, tasks=named, checkpoint=saw, rule=rule
        )
        command = replace(command, **said)
        if action in ABOUT_A_PROCESS and not there.folder.busy():
            raise _not_running(there.folder.name, command.concurrency)
        expected = foreseen(there, command)
        answered = asked(there, command)
        if as_json:
            typer.echo(_document(there, answered or expected, applied=answered is not None))
        else:
            _tell(there, expected, answered)


def _not_running(run: str, jobs: int) -> "UsageError":
    from orchestrator.errors import UsageError

    hint = f"leafcut resume {run} --jobs {jobs}" if jobs else f"leafcut status {run}"
    return UsageError(f"run {run} is not running", hint=hint)


def _document(there: "OpenRun", event: "CommandAccepted", *, applied: bool) -> str:
    said = {
        "schema": 1,
        "run": there.folder.name,
        "action": event.action,
        "tasks": event.tasks,
        "follow": event.rest,
        "checkpoint": event.checkpoint,
        "rule": event.rule.id if event.rule else None,
        "concurrency": event.concurrency or None,
        "applied": applied,
    }
    return json.dumps(said)


def _tell(there: "OpenRun", expected: "CommandAccepted", said: "CommandAccepted | None") -> None:
    from orchestrator.application.meanings import in_short

    done = said is not None
    glyph = typer.style("✓", fg=typer.colors.GREEN) if done else "…"
    typer.echo(f"{glyph} {expected.word}: {in_short(said or expected)}", err=True)
    if not done and there.folder.busy():
        typer.echo("  the run has not answered yet; leafcut status shows when it has", err=True)
    elif not done:
        typer.echo(f"  no engine works on it: applies at {_where(there, expected)}", err=True)


def _where(there: "OpenRun", event: "CommandAccepted") -> str:
    name = there.folder.name
    publishes = event.checkpoint == "before_publish"
    return f"leafcut prs create {name}" if publishes else f"leafcut resume {name}"
