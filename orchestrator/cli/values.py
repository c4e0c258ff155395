"""What is wrong with a value that was typed for an option or an argument, in plain words."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

_WORDS: Mapping[str, Callable[[Any, Mapping[str, Any]], str]] = {
    "int_parsing": lambda value, _: f"{value!r} is no whole number",
    "float_parsing": lambda value, _: f"{value!r} is no number",
    "greater_than_equal": lambda value, limits: f"{value} is less than {limits['ge']}",
    "less_than_equal": lambda value, limits: f"{value} is more than {limits['le']}",
}
"""By the kind of fault that pydantic finds; it is given the value and the limits."""


def said(error: Exception) -> str:
    """Return what is wrong with the value that an error is about; empty if nothing is known."""
    faults: list[Any] = getattr(error.__cause__, "errors", list)()
    if not faults:
        return ""
    kind, value = faults[0]["type"], faults[0]["input"]
    if kind in _WORDS:
        return f"{_WORDS[kind](value, faults[0].get('ctx', {}))}."
    choices = _choices(getattr(error, "param", None))
    return _none_of(str(value), choices) if choices else ""


def _none_of(value: str, choices: list[str]) -> str:
    from orchestrator.domain.nearness import suggestion

    found = f"{value!r} is none of {', '.join(choices)}."
    near = suggestion(value, choices)
    return f"{found} {near[:1].upper()}{near[1:]}".rstrip()


def _choices(param: Any) -> list[str]:
    """Return the words that a parameter may have; none where it may have any."""
    annotation = getattr(getattr(param, "type_descriptor", None), "annotation", None)
    return [one for one in get_args(annotation) if isinstance(one, str)]
