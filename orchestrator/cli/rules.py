"""Commands about rules: what landed change sets have taught, shown, and applied by a person."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.cli import options, steer
from orchestrator.cli.which import which
from orchestrator.domain.counting import many
from orchestrator.domain.visible import on_one_line, visible

if TYPE_CHECKING:
    from orchestrator.application.offers import Offer
    from orchestrator.domain.synthesis.rule import Rewrite

rules_app = typer.Typer(
    name="rules",
    help="List, show and apply the rules that a run's landed change sets have taught.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Id = Annotated[str, typer.Argument(metavar="ID", help="A rule, by id or its beginning or end.")]


@rules_app.command("list")
def list_rules(run: options.RunName = None, as_json: options.Json = False) -> None:
    """List the rules that enough landed change sets have taught and that give their files again."""
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
        typer.echo("no rule yet: too few landed change sets did the same", err=True)


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
    """Print a rule as ast-grep's YAML, with what taught it and what it would do."""
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
    for diff in diffs:
        typer.echo(visible(diff), err=True, nl=False)


def _diff(path: str, before: bytes, after: bytes) -> str:
    from orchestrator.domain.unified import unified

    return unified(path, before.decode("utf-8", "replace"), after.decode("utf-8", "replace"))


@rules_app.command("apply")
def apply_rule(rule: Id, run: options.RunOption = None, as_json: options.Json = False) -> None:
    """Let a rule be the first agent for the tasks still to do; what it leaves is for the others."""
    from orchestrator.wiring.places import chosen_run
    from orchestrator.wiring.rules import the_offer
    from orchestrator.wiring.runs import opened

    name = str(chosen_run(run, writing=True).root)
    with opened(name) as there:
        offer = the_offer(there, rule)
    steer.steered(name, "apply_rule", as_json=as_json, rule=offer.rule)
