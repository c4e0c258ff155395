"""From a YAML document to a domain value: the frozen dataclasses are the schema."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from difflib import get_close_matches
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from orchestrator.adapters.library.source import Document, Fault, InvalidFileError, Location

T = TypeVar("T")

_WRONG_TYPE = {
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping",
    "mapping_type": "must be a mapping",
    "dataclass_type": "must be a mapping",
    "missing": "is required",
    "missing_argument": "is required",
}
_UNKNOWN = {"unexpected_keyword_argument", "extra_forbidden"}


def to_value(document: Document, kind: type[T], reserved: Mapping[str, str]) -> T:
    """Return the document as a value of `kind`.

    `reserved` maps the dotted path of keys that are not supported yet to what holds instead.

    Raises:
        InvalidFileError: with every fault of the document, each at its place.
    """
    try:
        return TypeAdapter(kind).validate_json(json.dumps(document.data), strict=True)
    except ValidationError as error:
        faults = {fault for found in error.errors(include_url=False) for fault in
                  _faults(document, kind, reserved, found)}  # fmt: skip
        raise InvalidFileError(sorted(faults, key=lambda f: (f.line, f.column, f.message))) from error


def _faults(
    document: Document, kind: type, reserved: Mapping[str, str], found: Mapping[str, Any]
) -> Iterator[Fault]:
    location: Location = tuple(part for part in found["loc"] if _is_there(part))
    name = str(location[-1]) if location else "the file"
    if found["type"] in _UNKNOWN:
        yield document.fault(location, _unknown(location, kind, reserved), at_key=True)
    elif found["type"] in {"missing", "missing_argument"}:
        yield document.fault(location[:-1], f"{name} is required")
    elif found["type"] == "value_error":
        yield document.fault(location, str(found["ctx"]["error"]))
    elif found["type"] == "literal_error":
        yield document.fault(location, f"{name} must be {found['ctx']['expected']}")
    else:
        said = _WRONG_TYPE.get(found["type"], found["msg"])
        yield document.fault(location, f"{name} {said}, not {_shown(found['input'])}")


def _is_there(part: str | int) -> bool:
    """Say whether a part of a pydantic location is one of the file, not a branch of a union."""
    return isinstance(part, int) or part not in {"str", "int", "float", "bool", "none"}


def _unknown(location: Location, kind: type, reserved: Mapping[str, str]) -> str:
    dotted = ".".join(str(part) for part in location if not isinstance(part, int))
    if dotted in reserved:
        return f"{dotted} is not supported yet: {reserved[dotted]}"
    known = _keys(kind, location[:-1])
    near = get_close_matches(str(location[-1]), known, n=1)
    advice = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
    return f"unknown key {location[-1]}; {advice}"


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
    if get_origin(kind) in {Union, UnionType}:
        return next((one for one in get_args(kind) if one is not type(None)), None)
    return kind


def _shown(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:37]}…"  # noqa: PLR2004
