"""What `leafcut prs` does on a forge other than a folder."""

import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import typer

from orchestrator.cli.asking import asked, foreseen
from orchestrator.domain.counting import many
from orchestrator.domain.visible import on_one_line

if TYPE_CHECKING:
    from orchestrator.application.reviews.address import HandedBack
    from orchestrator.application.reviews.arrange import Arrangement, Review
    from orchestrator.cli.slicing import Sliced
    from orchestrator.wiring.forges import Opened

LEFT = 3
CLOSED = "Closed by `leafcut prs close`: this run goes no further here."


def preview(cut: "Sliced", *, as_json: bool) -> None:
    """Show what `create` would do, and why some slices wait."""
    from orchestrator.application.reviews.arrange import arrange

    with _connected(cut, "preview") as forge:
        _show(forge.review, arrange(forge.review, cut.options), "preview", as_json=as_json)


def create(cut: "Sliced", *, as_json: bool) -> None:
    """Open pull requests, and keep what was given with the run."""
    with _connected(cut, "create") as forge:
        cut.there.folder.keep_slicing(replace(cut.wanted, repo_url=forge.repo_url))
        _end(forge.review, _performed(cut, forge.review), "create", as_json=as_json)


def sync(cut: "Sliced", *, as_json: bool) -> None:
    """Restack what is left, and say how reviews and checks stand."""
    from orchestrator.application.reviews.perform import judged

    with _connected(cut, "sync") as forge:
        arranged = judged(forge.review, _performed(cut, forge.review))
        _end(forge.review, arranged, "sync", as_json=as_json)


def close(cut: "Sliced", *, delete_branches: bool, as_json: bool) -> None:
    """Close what is open."""
    from orchestrator.application.reviews import close as closing

    with _connected(cut, "close") as forge:
        done = closing.close(forge.review, CLOSED, delete_branches=delete_branches)
    if as_json:
        said = {"closed": [asdict(pull) for pull in done.pulls], "deleted": list(done.branches)}
        typer.echo(json.dumps({"schema": 1, "run": cut.pulls.origin.run, **said}, indent=1))
        return
    for pull in done.pulls:
        _say(f"✓ closed {pull.url}")
    for branch in done.branches:
        _say(f"✓ deleted {branch}")
    if not done.pulls and not done.branches:
        _say("nothing is open")


def address(cut: "Sliced", number: int, agent: str, *, as_json: bool) -> None:
    """Make a task of what is open on a pull request."""
    from orchestrator.application.reviews.address import address as handed_back

    name = cut.there.folder.name
    events = [one.event for one in cut.there.recorded]
    with _connected(cut, "address") as forge:
        found = handed_back(forge.review, cut.options, events, number)
    applied = _asked_for(name, found, agent)
    said = {"pull": found.pull.number, "tasks": found.tasks, "remarks": found.remarks}
    if as_json:
        more = {"applied": applied, "left_out": found.left_out}
        typer.echo(json.dumps({"schema": 1, "run": name, **said, **more}))
        return
    _say(f"✓ {many(len(found.remarks), 'remark')} of #{found.pull.number} for a task of the run")
    if found.left_out:
        _say(f"  left out: {found.left_out}")
    first = "" if applied else f"leafcut resume {name}, then "
    _say(f"  → {first}leafcut prs create {name} brings it into the same pull request")


def _asked_for(run: str, found: "HandedBack", agent: str) -> bool:
    """Leave the run what a review asks for; return whether it has taken it up already."""
    from orchestrator.domain.events import PersonCommand
    from orchestrator.wiring.steering import known_agent, steering

    with steering(run) as now:
        command = PersonCommand(
            id=0,
            who=getpass.getuser(),
            action="address",
            tasks=found.tasks,
            agent=known_agent(agent, now.settings.target) if agent else "",
            note=found.note,
            remarks=found.remarks,
        )
        foreseen(now, command)
        return asked(now, command) is not None


@contextmanager
def _connected(cut: "Sliced", action: str) -> "Iterator[Opened]":
    """Connect to where the run's pull requests are."""
    from orchestrator.errors import UsageError
    from orchestrator.wiring.forges import reviewing

    there, wanted = cut.there, cut.wanted
    if wanted.forge != "github":
        raise UsageError(
            f"this run has branches here and no pull requests, so there is nothing to {action}",
            hint=f"leafcut prs create {there.folder.name} --forge github",
        )
    with reviewing(there, wanted.repo_url, cut.secrets, _say, draft=wanted.draft) as forge:
        yield forge


def _say(line: str) -> None:
    typer.echo(on_one_line(line), err=True)


def _performed(cut: "Sliced", review: "Review") -> "Arrangement":
    from orchestrator.application.reviews.arrange import arrange
    from orchestrator.application.reviews.perform import perform
    from orchestrator.cli.tips import checking, pool, refuse_red

    with checking(cut.there) as check, pool(cut.there.settings.concurrency) as executor:
        arranged = arrange(review, cut.options, check, executor)
        refuse_red(arranged.every)
        return perform(review, arranged, check)


def _end(review: "Review", arranged: "Arrangement", action: str, *, as_json: bool) -> None:
    _show(review, arranged, action, as_json=as_json)
    _tell_what_next(review, arranged)
    if any(one.decision.fate == "left" for one in arranged.slices):
        raise typer.Exit(LEFT)


def _show(review: "Review", arranged: "Arrangement", action: str, *, as_json: bool) -> None:
    from orchestrator.cli.render.pulls import document, table

    if as_json:
        facts = {**review.pulls.facts(), "forge": review.forge.name, "action": action}
        typer.echo(json.dumps({"schema": 1, **facts, **document(arranged)}, indent=1))
    else:
        typer.echo(table(arranged, done=action != "preview"), nl=False)
    _tell(review, arranged)


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
