"""From a YAML document to a domain value: the frozen dataclasses are the schema."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from difflib import get_close_matches
from types import UnionType
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from orchestrator.adapters.library.pruning import at, without
from orchestrator.adapters.library.source import MAX_SHOWN, Document, Fault, Location
from orchestrator.domain.shortening import cut

T = TypeVar("T")

_MISSING = {"missing", "missing_argument"}
_UNKNOWN = {"unexpected_keyword_argument", "extra_forbidden"}
_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping of keys to values",
    "mapping_type": "a mapping of keys to values",
    "dataclass_type": "a mapping of keys to values",
}
ROUNDS = 3
"""How often what is left is read again: rules over several keys speak only when each is right."""
_SHOWN = 40
"""How many characters of a wrong value are told."""


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """What became of a document.

    With faults, `value` and `document` are what is left without the faulty parts, so that other
    rules can look at the rest; `value` is None when nothing can be made of it.
    """

    value: T | None
    faults: Sequence[Fault]
    document: Document


class Schema(Generic[T]):
    """What a file of one kind may hold.

    `reserved` maps the dotted path of keys that are not supported yet to what holds instead.
    """

    def __init__(self, kind: type[T], reserved: Mapping[str, str]) -> None:
        """Build the validator."""
        self._kind = kind
        self._reserved = reserved
        self._adapter = TypeAdapter(kind)

    def read(self, document: Document) -> Reading[T]:
        """Return the document as a value, and all its faults."""
        faults: list[Fault] = []
        rest = document
        for again in range(ROUNDS):
            try:
                return Reading(self._validated(rest.data), faults, rest)
            except ValidationError as error:
                problems = _gathered(rest, error)
            # A key that is missing only now was left out for its own fault.
            faults += [self._fault(rest, one) for one in problems if not (again and _lacks(one))]
            if len(problems) > MAX_SHOWN:
                break
            rest = without(rest, {_spoilt(problem) for problem in problems})
        return Reading(None, faults, rest)

    def _validated(self, data: Mapping[str, Any]) -> T:
        return self._adapter.validate_json(json.dumps(data), strict=True)

    def _fault(self, document: Document, problem: "_Problem") -> Fault:
        location, errors = problem
        kinds = {error["type"] for error in errors}
        name = str(location[-1]) if location else "the file"
        if kinds & _UNKNOWN:
            return document.fault(location, self._unknown(location), at_key=True)
        if kinds & _MISSING:
            return document.fault(location[:-1], f"the key {name} is missing — add it")
        if "value_error" in kinds:
            said = str(errors[0]["ctx"]["error"])
            return document.fault(_blamed(document, location, said), said)
        wanted = " or ".join(dict.fromkeys(expected(error) for error in errors))
        shown = _shown(errors[0]["input"])
        return document.fault(location, f"{_said(location)} is {shown} — it must be {wanted}")

    def _unknown(self, location: Location) -> str:
        key = str(location[-1])
        dotted = ".".join(str(part) for part in location if not isinstance(part, int))
        if dotted in self._reserved:
            return f"{dotted} is not supported yet: {self._reserved[dotted]}"
        known = _keys(self._kind, location[:-1])
        near = get_close_matches(key, known, n=1)
        advice = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
        return f"unknown key {key} — {advice}"


_Problem = tuple[Location, Sequence[Mapping[str, Any]]]


def _gathered(document: Document, error: ValidationError) -> list[_Problem]:
    """Return the errors by place; a union that matches no branch tells one for each."""
    by_place: dict[Location, list[Mapping[str, Any]]] = {}
    for found in error.errors(include_url=False):
        location = _place(document, found["loc"], missing=found["type"] in _MISSING)
        by_place.setdefault(location, []).append(found)
    return list(by_place.items())


def _place(document: Document, location: Location, *, missing: bool) -> Location:
    """Return where an error stands, without the names of union branches that pydantic adds."""
    place: Location = ()
    for part in location:
        if (*place, part) in document.values:
            place = (*place, part)
    return (*place, location[-1]) if missing else place


def _spoilt(problem: _Problem) -> Location:
    """Return what to leave out: what has the fault, or the mapping that lacks a key."""
    return problem[0][:-1] if _lacks(problem) else problem[0]


def _lacks(problem: _Problem) -> bool:
    return any(error["type"] in _MISSING for error in problem[1])


def _blamed(document: Document, location: Location, said: str) -> Location:
    """Return the key that an error about a whole mapping speaks of, by its value or its name."""
    holder = at(document.data, location)
    values = holder if isinstance(holder, dict) else {}
    quoted = [
        key for key, value in values.items() if isinstance(value, str) and repr(value) in said
    ]
    named = [word for word in re.findall(r"\w+", said) if word in values]
    places: list[Location] = [*((key,) for key in quoted), *_quoted_first(values, said)]
    return (*location, *[*places, *((word,) for word in named), ()][0])


def _quoted_first(values: Mapping[str, Any], said: str) -> Iterator[Location]:
    """Yield the items of lists that an error begins with."""
    for key, items in values.items():
        for index, item in enumerate(items if isinstance(items, list) else ()):
            if said.startswith(repr(item)):
                yield key, index


def _keys(kind: Any, location: Location) -> list[str]:
    """Return the keys that stand where `location` points, following the dataclasses' types."""
    for part in location:
        kind = _inner(kind, part)
    return [field.name for field in fields(kind)] if is_dataclass(kind) else []


def _inner(kind: Any, part: str | int) -> Any:
    if is_dataclass(kind) and isinstance(kind, type):
        return _plain(get_type_hints(kind).get(str(part)))
    arguments = get_args(kind)
    return _plain(arguments[0 if isinstance(part, int) else -1]) if arguments else None


def _plain(kind: Any) -> Any:
    """Return the one type that an optional type is about."""
    if get_origin(kind) in {Union, UnionType}:
        return next(one for one in get_args(kind) if one is not type(None))
    return kind


def expected(error: Mapping[str, Any]) -> str:
    """Say what a value must be that pydantic has found wrong."""
    if error["type"] == "literal_error":
        return str(error["ctx"]["expected"])
    return _EXPECTED.get(error["type"], str(error["msg"]))


def _said(location: Location) -> str:
    """Name a place for a person: `timeout`, or `item 2 of cache`."""
    if location and isinstance(location[-1], int):
        return f"item {location[-1] + 1} of {_said(location[:-1])}"
    return str(location[-1]) if location else "the file"


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return cut(text, _SHOWN)
