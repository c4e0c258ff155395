"""What `leafcut prs` does on a forge other than a folder."""

import getpass
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import typer

from orchestrator.cli.asking import asked, foreseen
from orchestrator.domain.counting import many
from orchestrator.domain.visible import on_one_line

if TYPE_CHECKING:
    from orchestrator.application.reviews.arrange import Arrangement, Review
    from orchestrator.domain.settings import Slicing
    from orchestrator.domain.slices import SliceOptions
    from orchestrator.wiring.runs import OpenRun

LEFT = 3
CLOSED = "Closed by `leafcut prs close`: this run goes no further here."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for; `number` is a pull request's, 0 for none."""

    action: str
    number: int
    delete_branches: bool
    agent: str
    as_json: bool


def act(
    there: "OpenRun",
    slicing: "Slicing",
    options: "SliceOptions",
    wanted: Asked,
    secrets: Mapping[str, str],
) -> None:
    """Do on GitHub what a person asked for, with a key that is among the secrets."""
    from orchestrator.wiring.forges import reviewing

    with reviewing(there, slicing.repo_url, secrets, _say, draft=slicing.draft) as opened:
        review = opened.review
        if wanted.action == "create":
            there.folder.keep_slicing(replace(slicing, repo_url=opened.repo_url))
        if wanted.action == "close":
            _close(review, wanted)
        elif wanted.action == "address":
            _address(there, review, options, wanted)
        elif wanted.action == "preview":
            _preview(review, options, wanted)
        else:
            _perform(there, review, options, wanted)


def _say(line: str) -> None:
    typer.echo(on_one_line(line), err=True)


def _preview(review: "Review", options: "SliceOptions", wanted: Asked) -> None:
    from orchestrator.application.reviews.arrange import arrange

    _show(review, arrange(review, options), wanted)


def _perform(there: "OpenRun", review: "Review", options: "SliceOptions", wanted: Asked) -> None:
    from orchestrator.application.reviews.arrange import arrange
    from orchestrator.application.reviews.perform import judged, perform
    from orchestrator.cli.tips import checking, pool, refuse_red

    with checking(there) as check, pool(there.settings.concurrency) as executor:
        arranged = arrange(review, options, check, executor)
        refuse_red(arranged.every)
        arranged = perform(review, arranged, check)
    if wanted.action == "sync":
        arranged = judged(review, arranged)
    _show(review, arranged, wanted)
    if any(one.decision.fate == "left" for one in arranged.slices):
        raise typer.Exit(LEFT)


def _show(review: "Review", arranged: "Arrangement", wanted: Asked) -> None:
    from orchestrator.cli.render.pulls import document, table

    if wanted.as_json:
        facts = {**review.pulls.facts(), "forge": review.forge.name, "action": wanted.action}
        typer.echo(json.dumps({"schema": 1, **facts, **document(arranged)}, indent=1))
    else:
        typer.echo(table(arranged, done=wanted.action != "preview"), nl=False)
    _tell(review, arranged)
    if wanted.action != "preview":
        _tell_what_next(review, arranged)


def _tell(review: "Review", arranged: "Arrangement") -> None:
    run = review.pulls.origin.run
    for one in arranged.slices:
        if one.decision.fate in {"left", "closed"}:
            number = f" (#{one.pull.number})" if one.pull else ""
            _say(f"⚠ {one.branch}{number}: {one.decision.why}")
    if any("conflicts with main" in one.decision.why for one in arranged.slices):
        _say(f"  → pull main into {review.pulls.run.plan.repository}, then leafcut update {run}")
    for pull in arranged.stray:
        _say(f"⚠ in no slice any more: {pull.url}")
    waiting = [one for one in arranged.slices if one.decision.fate == "waiting"]
    if waiting:
        _say(f"‖ {many(len(waiting), 'slice')} to come after a merge: {waiting[0].decision.why}")


def _tell_what_next(review: "Review", arranged: "Arrangement") -> None:
    run = review.pulls.origin.run
    pulls = [one.pull for one in arranged.slices if one.pull and one.decision.fate != "closed"]
    for pull in pulls:
        _say(f"  → read {pull.url}")
    for pull in pulls:
        if pull.review == "changes_requested":
            _say(f"  → leafcut prs address {pull.number} {run} makes a task of its review")
    if pulls:
        _say(f"  → leafcut prs sync {run}, after a merge or a review")


def _close(review: "Review", wanted: Asked) -> None:
    from orchestrator.application.reviews.close import close

    done = close(review, CLOSED, delete_branches=wanted.delete_branches)
    if wanted.as_json:
        said = {"closed": [asdict(pull) for pull in done.pulls], "deleted": list(done.branches)}
        typer.echo(json.dumps({"schema": 1, "run": review.pulls.origin.run, **said}, indent=1))
        return
    for pull in done.pulls:
        _say(f"✓ closed {pull.url}")
    for branch in done.branches:
        _say(f"✓ deleted {branch}")
    if not done.pulls and not done.branches:
        _say("nothing is open")


def _address(there: "OpenRun", review: "Review", options: "SliceOptions", wanted: Asked) -> None:
    from orchestrator.application.reviews.address import address
    from orchestrator.domain.events import PersonCommand
    from orchestrator.wiring.steering import known_agent, steering

    found = address(review, options, [one.event for one in there.recorded], wanted.number)
    with steering(there.folder.name) as now:
        command = PersonCommand(
            id=0,
            who=getpass.getuser(),
            action="address",
            tasks=found.tasks,
            agent=known_agent(wanted.agent, now.settings.target) if wanted.agent else "",
            note=found.note,
            remarks=found.remarks,
        )
        foreseen(now, command)
        answered = asked(now, command)
    said = {"pull": found.pull.number, "tasks": found.tasks, "remarks": found.remarks}
    if wanted.as_json:
        applied = {"applied": answered is not None, "left_out": found.left_out}
        typer.echo(json.dumps({"schema": 1, "run": there.folder.name, **said, **applied}))
        return
    _say(f"✓ {many(len(found.remarks), 'remark')} of #{found.pull.number} for a task of the run")
    if found.left_out:
        _say(f"  left out: {found.left_out}")
    name = there.folder.name
    first = "" if answered else f"leafcut resume {name}, then "
    _say(f"  → {first}leafcut prs create {name} brings it into the same pull request")
