"""Commands about rules: what landed change sets have taught, shown, and applied by a person."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.cli import options, steer
from orchestrator.cli.grammar import Program
from orchestrator.cli.which import which
from orchestrator.domain.counting import many
from orchestrator.domain.visible import on_one_line, visible

if TYPE_CHECKING:
    from orchestrator.application.learnings.offers import Offer
    from orchestrator.domain.synthesis.rule import Rewrite

rules_app = Program("rules", "See what landed edits have in common, and apply it.")

Id = Annotated[str, typer.Argument(metavar="ID", help="A rule, by id or its beginning or end.")]


@rules_app.command("list")
def list_rules(run: options.RunName = None, as_json: options.Json = False) -> None:
    """List the rules that landed change sets have taught.

    A rule is offered once five of them did the same, and only if it gives their files again, byte
    for byte, and changes nothing that nobody changed.

    Example: leafcut rules list

    Example: leafcut rules list
    """
    from orchestrator.domain.synthesis.synthesise import AT_LEAST
    from orchestrator.wiring.rules import offered
    from orchestrator.wiring.runs import opened

    with opened(which(run)) as there:
        found = offered(there)
    if as_json:
        said = {"schema": 1, "run": there.folder.name, "rules": [_entry(one) for one in found]}
        typer.echo(json.dumps(said))
        return
    for one in found:
        typer.echo("\n".join(_row(one)))
    if not found:
        typer.echo(f"no rule yet: fewer than {AT_LEAST} landed change sets did the same", err=True)


def _row(offer: "Offer") -> list[str]:
    language = offer.rule.rewrites[0].language
    applied = "  applied" if offer.applied else ""
    evidence = f"{many(offer.edits, 'edit')} in {many(len(offer.commits), 'landed task')}"
    matches = f"matches {len(offer.matched)} of {many(offer.waiting, 'task')} still to do"
    head = f"{offer.rule.id}  {language}  {evidence}, {matches}{applied}"
    return [head, *(f"  {_arrow(one)}" for one in offer.rule.rewrites)]


def _arrow(rewrite: "Rewrite") -> str:
    where = f"  (beside {' or '.join(rewrite.beside)})" if rewrite.beside else ""
    return on_one_line(f"{rewrite.pattern or rewrite.text} → {rewrite.fix}{where}")


def _entry(offer: "Offer") -> dict[str, object]:
    return {
        "id": offer.rule.id,
        "agent": offer.rule.agent,
        "language": offer.rule.rewrites[0].language,
        "rewrites": [
            {"before": one.pattern or one.text, "after": one.fix} for one in offer.rule.rewrites
        ],
        "edits": offer.edits,
        "landed": [{"task": task, "commit": commit} for task, commit in offer.commits],
        "waiting": offer.waiting,
        "matched": list(offer.matched),
        "applied": offer.applied,
    }


@rules_app.command("show")
def show_rule(rule: Id, run: options.RunOption = None, as_json: options.Json = False) -> None:
    """Print a rule as ast-grep's YAML, and what it would do.

    Example: leafcut rules show RULE > rule.yaml
    """
    from orchestrator.cli.render.colour import changed
    from orchestrator.wiring.rules import the_offer
    from orchestrator.wiring.runs import opened

    with opened(which(run)) as there:
        offer = the_offer(there, rule)
    diffs = [_diff(*one) for one in offer.preview]
    if as_json:
        typer.echo(
            json.dumps({"schema": 1, **_entry(offer), "yaml": offer.rule.yaml, "preview": diffs})
        )
        return
    typer.echo(visible(offer.rule.yaml), nl=False)
    typer.echo(f"taught by {many(len(offer.commits), 'landed task')}:", err=True)
    for task, commit in offer.commits:
        typer.echo(on_one_line(f"  {task}  {commit[:10]}"), err=True)
    said = f"it matches {len(offer.matched)} of {many(offer.waiting, 'task')} still to do"
    typer.echo(f"{said}{'; the first:' if diffs else ''}", err=True)
    for line in visible("".join(diffs)).splitlines():
        typer.echo(changed(line), err=True)


def _diff(path: str, before: bytes, after: bytes) -> str:
    from orchestrator.domain.unified import unified

    return unified(path, before.decode("utf-8", "replace"), after.decode("utf-8", "replace"))


@rules_app.command("apply")
def apply_rule(rule: Id, run: options.RunOption = None, as_json: options.Json = False) -> None:
    """Let a rule go before all agents in the tasks still to do.

    What it leaves, or what the checks do not accept, is for the others.

    Example: leafcut rules apply RULE && leafcut resume
    """
    from orchestrator.wiring.places import chosen_run
    from orchestrator.wiring.rules import the_offer
    from orchestrator.wiring.runs import opened

    name = str(chosen_run(run, writing=True).root)
    with opened(name) as there:
        offer = the_offer(there, rule)
    steer.steered(name, "apply_rule", as_json=as_json, rule=offer.rule)
