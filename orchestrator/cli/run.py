"""`leafcut run`."""

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from orchestrator.cli import completion, options
from orchestrator.cli.announcing import announce, nothing_to_do, show_dry_run
from orchestrator.cli.resume import go
from orchestrator.cli.talk import loud
from orchestrator.errors import UsageError

if TYPE_CHECKING:
    from orchestrator.domain.config import Config
    from orchestrator.domain.playbook import Checkpoint
    from orchestrator.domain.settings import RunSettings
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
    from orchestrator.cli.settings import given, tell_notes
    from orchestrator.cli.watch import attend, require_terminal
    from orchestrator.domain.config import settled
    from orchestrator.wiring import runs
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
    request = PlanRequest(
        playbook=playbook,
        repository=repo,
        base=base,
        params=param or (),
        include=include or (),
        trust_target=trust_target,
    ).under(settled(said.layers).config)
    planned = _planned(request, plans_playbook)
    tell_notes(said)
    if not planned.plan.tasks:
        nothing_to_do(planned, as_json=as_json)
        return
    chosen = settled((*said.layers, playbooks_own(planned.loaded.playbook))).without("playbook")
    settings = _settings(
        planned, chosen, unsafe_local=unsafe_local, include=tuple(include or ()), trial=trial
    )
    runs.validate(planned, settings)
    asking = not (yes or no_input or as_json or dry_run) and sys.stdin.isatty()
    with loud() if asking else nullcontext():
        announce(planned, quiet=as_json)
    if dry_run:
        show_dry_run(planned, as_json=as_json)
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


def _settings(planned: "Planned", chosen: "Config", **asked: object) -> "RunSettings":
    """Return what a new run is to do; `asked` is what no file of settings can say."""
    from orchestrator.cli.checks import parse_check
    from orchestrator.wiring.agents import named
    from orchestrator.wiring.runs import new_settings

    return new_settings(
        planned,
        chosen.image or "",
        sandbox=chosen.sandbox,
        concurrency=chosen.jobs or planned.loaded.playbook.limits.concurrency,
        agents=named(chosen.agents or ()),
        model=chosen.model or "",
        redis=chosen.redis or "",
        learnings_scope=chosen.learnings_scope,
        checks=tuple(parse_check(text) for text in chosen.checks or ()),
        verify=chosen.verify,
        max_tasks=chosen.max_tasks,
        budget_usd=chosen.budget_usd,
        exclude=chosen.exclude or (),
        learnings=chosen.learnings,
        sample=chosen.sample,
        checkpoints=chosen.checkpoints or (),
        **asked,
    )
