"""What a person who steers a run reads: the sample, the failures, the budget, what to expect."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import typer

from orchestrator.domain.clusters import silence
from orchestrator.domain.counting import many
from orchestrator.domain.durations import lasting, moment
from orchestrator.domain.shortening import cut
from orchestrator.domain.visible import on_one_line

SHOWN = 8
"""How many clusters are shown."""
WIDTH = 60
"""How many characters of a failure are shown."""


def lines(document: Mapping[str, Any]) -> Iterator[str]:
    """Return what there is to say of steering in a status document, a line each."""
    yield from _sample(document)
    yield from _clusters(document["clusters"])
    yield from _budget(document["budget"])
    yield from _parked(document.get("parked", ()))
    yield from _learnings(document.get("learnings", {"known": 0}))


def _sample(document: Mapping[str, Any]) -> Iterator[str]:
    sample = document["sample"]
    if sample is None:
        return
    kind = "trial" if sample["trial"] else "sample"
    foreseen = sample["forecast"]
    if foreseen is None:
        yield f"{kind}    {len(sample['tasks'])} tasks, none has ended yet"
        return
    rate = foreseen["success"]
    yield (
        f"{kind:<8}  {foreseen['succeeded']} of {foreseen['observed']} succeeded: "
        f"{rate['middle']:.0%} (90 % interval {rate['low']:.0%} to {rate['high']:.0%})"
    )
    if foreseen["tasks"]:
        yield f"forecast  {foreseen['tasks']} tasks to go: {_expected(foreseen)}"


def _expected(foreseen: Mapping[str, Any]) -> str:
    """Return how many land, for how much, in what time, each with its spread."""
    land = {key: value * foreseen["tasks"] for key, value in foreseen["success"].items()}
    cost = foreseen["cost_usd"]
    parts = [
        f"about {_spread(land, '{:.0f}'.format)} succeed",
        f"{_spread(cost, '{:.2f}'.format)} USD" if cost["middle"] else "no cost",
        _spread(foreseen["seconds"], lasting),
    ]
    return ", ".join(parts)


def _spread(spread: Mapping[str, float | None], text: Any) -> str:
    middle = text(spread["middle"])
    if spread["low"] is None or spread["high"] is None:
        return f"{middle} (spread unknown)"
    low, high = text(spread["low"]), text(spread["high"])
    return middle if low == high == middle else f"{middle} ({low} to {high})"


def _clusters(clusters: list[Mapping[str, Any]]) -> Iterator[str]:
    if not clusters:
        return
    yield typer.style("✗ failures, by what they have in common:", fg=typer.colors.RED)
    wide = max(len(one["key"]) for one in clusters[:SHOWN])
    for one in clusters[:SHOWN]:
        said = "; ".join(filter(None, (cut(on_one_line(one["example"]), WIDTH), _then(one))))
        yield f"  {one['key']:<{wide}}  {one['count']:>4} task{_s(one['count'])}  {said}"
    if len(clusters) > SHOWN:
        yield f"  … and {len(clusters) - SHOWN} more (leafcut status --json)"


def _then(cluster: Mapping[str, Any]) -> str:
    return silence(cluster["silent"], cluster["count"])


def _budget(budget: list[Mapping[str, Any]]) -> Iterator[str]:
    for line in budget:
        share = line["spent"] / line["limit"] if line["limit"] else 1.0
        colour = typer.colors.RED if share >= 1 else None
        spent = f"{line['spent']:.10g} of {line['limit']:.10g} {line['unit']}"
        word = " — spent" if share >= 1 else ""
        yield typer.style(f"budget    {line['name']}: {spent} ({share:.0%}){word}", fg=colour)


def _parked(agents: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for one in agents:
        left, till = lasting(one["left_s"]), moment(one["parked_until"])
        yield f"parked    {one['agent']}: {many(one['tasks'], 'task')}, {left} left, till {till}"


_STATUSES = {
    "trusted": "trusted",
    "candidates": "candidate",
    "quarantined": "quarantined",
    "retired": "retired",
}
"""The keys of the document, and what each is called."""


def _learnings(said: Mapping[str, Any]) -> Iterator[str]:
    if not said["known"]:
        return
    counts = ", ".join(f"{said[key]} {word}" for key, word in _STATUSES.items() if said[key])
    came = ", ".join(f"{said[word]} {word}" for word in ("helped", "hurt", "clean") if said[word])
    yield f"learnings {counts}; told {many(said['told'], 'time')}{came and f': {came}'}"
    spared = said["spared"]
    if spared["retries"]:
        tokens = f" and {spared['tokens']:,} tokens" if spared["tokens"] else ""
        yield f"{'':<10}likely spared {spared['retries']:g} retries{tokens}"


def _s(count: int) -> str:
    return " " if count == 1 else "s"
