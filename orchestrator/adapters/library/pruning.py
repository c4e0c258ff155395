"""What is left of a document without its faulty parts, each part still knowing its place."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from orchestrator.adapters.library.source import Document, Location, Span


def at(data: Any, location: Location) -> Any:
    """Return what stands at a place of plain data; the place exists."""
    for part in location:
        data = data[part]
    return data


def without(document: Document, removed: AbstractSet[Location]) -> Document:
    """Return the document without these keys and items; later items of a list move up."""
    kept = {place: _moved(place, removed) for place in document.values if not _in(place, removed)}
    return replace(
        document,
        data=_rest(document.data, (), removed),
        keys=_renamed(document.keys, kept),
        values=_renamed(document.values, kept),
    )


def _rest(data: Any, location: Location, removed: AbstractSet[Location]) -> Any:
    if isinstance(data, dict):
        return {
            key: _rest(value, (*location, key), removed)
            for key, value in data.items()
            if (*location, key) not in removed
        }
    if isinstance(data, list):
        return [
            _rest(item, (*location, n), removed)
            for n, item in enumerate(data)
            if (*location, n) not in removed
        ]
    return data


def _in(place: Location, removed: AbstractSet[Location]) -> bool:
    return any(place[:depth] in removed for depth in range(1, len(place) + 1))


def _moved(place: Location, removed: AbstractSet[Location]) -> Location:
    moved: Location = ()
    for depth, part in enumerate(place):
        if isinstance(part, int):
            earlier = sum((*place[:depth], n) in removed for n in range(part))
            moved = (*moved, part - earlier)
        else:
            moved = (*moved, part)
    return moved


def _renamed(
    spans: Mapping[Location, Span], kept: Mapping[Location, Location]
) -> dict[Location, Span]:
    return {kept[place]: span for place, span in spans.items() if place in kept}
