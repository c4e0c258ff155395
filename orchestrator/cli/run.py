"""`leafcut run`."""

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from orchestrator.cli import completion, options
from orchestrator.cli.params import shown, told
from orchestrator.cli.plan import tell_uncommitted, why_nothing
from orchestrator.cli.resume import go
from orchestrator.cli.talk import loud
from orchestrator.domain.counting import many
from orchestrator.domain.visible import on_one_line
from orchestrator.errors import UsageError

if TYPE_CHECKING:
    from orchestrator.domain.playbook import Checkpoint
    from orchestrator.wiring.planning import Planned, PlanRequest


def run(  # noqa: PLR0913 - a command's options
    playbook: Annotated[
        str,
        typer.Argument(
            help="A playbook's name or path, or a plan.json.", autocompletion=completion.playbook
        ),
    ],
    repo: options.Repo = Path(),
    base: options.Base = "HEAD",
    param: options.Params = None,
    include: options.Include = None,
    exclude: options.Exclude = None,
    trust_target: options.TrustTarget = False,
    jobs: options.Jobs = None,
    sandbox: options.Sandbox = None,
    image: options.Image = None,
    unsafe_local: options.UnsafeLocal = False,
    agent: options.Agents = None,
    model: options.Model = "",
    secret: options.Secrets = None,
    redis: options.Redis = "",
    learnings_scope: options.LearningsScope = None,
    plans_playbook: options.PlansPlaybook = None,
    check: options.Checks = None,
    verify: options.Verify = None,
    max_tasks: options.MaxTasks = None,
    budget: options.Budget = None,
    learnings: options.Learnings = None,
    sample: options.Sample = None,
    trial: options.Trial = False,
    checkpoint: options.Checkpoints = None,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    watch: options.Watch = False,
    as_json: options.Json = False,
    no_input: options.NoInput = False,
) -> None:
    """Run a playbook on a repository, in small green commits.

    The target repository is not touched; `leafcut prs create` brings the result there.

    Example: leafcut run upgrade-syntax --repo . --check "tests=python -m pytest -q"
    """
    from orchestrator.cli.checks import parse_check
    from orchestrator.cli.settings import given, tell_notes
    from orchestrator.cli.watch import attend, require_terminal
    from orchestrator.domain.config import settled
    from orchestrator.wiring import runs
    from orchestrator.wiring.agents import named
    from orchestrator.wiring.bus import require_bus
    from orchestrator.wiring.config import playbooks_own, said_for
    from orchestrator.wiring.planning import PlanRequest

    if watch:
        require_terminal(as_json=as_json)
    flags = given(
        jobs=jobs,
        sandbox=sandbox,
        image=image,
        agents=agent,
        model=model,
        redis=redis,
        learnings=learnings,
        learnings_scope=learnings_scope,
        checks=check,
        verify=verify,
        exclude=exclude,
        max_tasks=max_tasks,
        budget_usd=budget,
        sample=sample,
        checkpoints=_checkpoints(checkpoint or ()),
    )
    said = said_for(repo, base, flags, trust=trust_target)
    chosen = settled(said.layers).config
    request = PlanRequest(
        playbook=playbook,
        repository=repo,
        base=base,
        params=param or (),
        include=include or (),
        exclude=chosen.exclude or (),
        trust_target=trust_target,
        sandbox=chosen.sandbox or "auto",
        image=chosen.image or "",
    )
    planned = _planned(request, plans_playbook)
    tell_notes(said)
    if not planned.plan.tasks:
        _nothing_to_do(planned, as_json=as_json)
        return
    own = planned.loaded.playbook
    chosen = settled((*said.layers, playbooks_own(own))).without("playbook")
    settings = runs.new_settings(
        planned,
        chosen.image or "",
        sandbox=chosen.sandbox,
        unsafe_local=unsafe_local,
        concurrency=chosen.jobs or own.limits.concurrency,
        agents=named(chosen.agents or ()),
        model=chosen.model or "",
        redis=chosen.redis or "",
        learnings_scope=chosen.learnings_scope,
        checks=tuple(parse_check(text) for text in chosen.checks or ()),
        verify=chosen.verify,
        max_tasks=chosen.max_tasks,
        budget_usd=chosen.budget_usd,
        include=tuple(include or ()),
        exclude=chosen.exclude or (),
        learnings=chosen.learnings,
        sample=chosen.sample,
        trial=trial,
        checkpoints=chosen.checkpoints or (),
    )
    runs.validate(planned, settings)
    asking = not (yes or no_input or as_json or dry_run) and sys.stdin.isatty()
    with loud() if asking else nullcontext():
        _announce(planned, quiet=as_json)
    if dry_run:
        _show_dry_run(planned, as_json=as_json)
        return
    if asking and not typer.confirm("Start?", default=True, err=True):
        return
    require_bus(settings.redis, secret or ())
    folder = runs.create_run(planned, settings)
    if watch:
        attend(folder, [f"--secret={one}" for one in secret or ()])
    else:
        go(folder, as_json=as_json, secrets=secret or ())


def _checkpoints(names: Sequence[str]) -> "tuple[Checkpoint, ...]":
    from orchestrator.domain.nearness import listed, suggestion
    from orchestrator.domain.playbook import Checkpoint

    known = get_args(Checkpoint)
    wrong = [name for name in names if name not in known]
    if wrong:
        hint = suggestion(wrong[0], known, listed(known))
        raise UsageError(f"there is no checkpoint {wrong[0]!r}", hint=hint)
    return tuple(name for name in known if name in names)


def _planned(request: "PlanRequest", plans_playbook: str | None) -> "Planned":
    from orchestrator.wiring.planning import load_plan, make_plan

    if request.playbook.endswith(".json"):
        return load_plan(
            Path(request.playbook),
            request.repository,
            playbook=plans_playbook,
            trust_target=request.trust_target,
        )
    if plans_playbook:
        raise UsageError("--playbook goes with a plan.json", hint="name the playbook once")
    return make_plan(request)


def _announce(planned: "Planned", *, quiet: bool) -> None:
    if quiet:
        return
    plan = planned.plan
    occurrences = sum(task.occurrences for task in plan.tasks)
    typer.echo(
        f"{plan.playbook} on {plan.repository} at {plan.base[:12]}: "
        f"{many(len(plan.tasks), 'task')} in "
        f"{many(plan.layers, 'layer')}, {many(occurrences, 'occurrence')}",
        err=True,
    )
    if plan.params:
        typer.echo(on_one_line(f"params: {shown(plan.params)}"), err=True)
    for line in told(planned):
        typer.echo(on_one_line(line), err=True)
    tell_uncommitted(planned.uncommitted)
    if planned.target.signs_commits():
        typer.echo("⚠ git signs your commits here; Leafcut's commits are not signed", err=True)


def _nothing_to_do(planned: "Planned", *, as_json: bool) -> None:
    if as_json:
        typer.echo(
            '{"schema": 1, "event": "run_finished", "run": null, "state": "done", "counts": {},'
            ' "next": []}'
        )
    else:
        typer.echo(why_nothing(planned.plan), err=True)


def _show_dry_run(planned: "Planned", *, as_json: bool) -> None:
    from orchestrator.adapters import plan_file

    if as_json:
        typer.echo(plan_file.dumps(planned.plan), nl=False)
        return
    for task in planned.plan.tasks:
        typer.echo(f"layer {task.layer}  {task.title}  ({task.occurrences} occurrences)")
