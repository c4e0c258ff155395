"""How a command's arguments and options are written in help and in the reference."""

import re
from collections.abc import Iterator
from typing import Any

_VALUE = re.compile(r" <([^<>]*)>$")
_WORDS = {
    "str": "TEXT",
    "path": "PATH",
    "file": "FILE",
    "directory": "DIR",
    "int": "N",
    "int range": "N",
    "float": "NUMBER",
    "float range": "NUMBER",
}
_RANGE = re.compile(r"(\d+)<=x<=(\d+)|x>=(\d+)|x<=(\d+)")
_TOLD_BY_USAGE = re.compile(r"  \[required\]$|(?<=\[)required; |; required(?=\])")


def synopsis(command: Any, context: Any) -> list[str]:
    """Return what follows a command's name: options, then arguments in order."""
    pieces = [command.options_metavar] if command.options_metavar else []
    for one in command.get_params(context):
        if one.param_type_name == "argument":
            name = _argument(one)
            pieces.append(name if one.required or name.startswith("[") else f"[{name}]")
    return pieces


def rows(command: Any, context: Any, kind: str) -> Iterator[tuple[str, str]]:
    """Yield each argument, or each option, as it is written, and what it means."""
    for one in command.get_params(context):
        if one.param_type_name != kind:
            continue
        record = one.get_help_record(context)
        if record is None:
            continue
        if kind == "argument":
            yield _argument(one), _ranged(_TOLD_BY_USAGE.sub("", record[1]))
        else:
            yield _VALUE.sub(_value, record[0]), _ranged(record[1])


def _argument(one: Any) -> str:
    """Return an argument's name, as its command writes it, or with dots where there may be more."""
    return one.metavar or f"{one.name.upper()}{'' if one.nargs == 1 else '…'}"


def _ranged(text: str) -> str:
    """Return a help text with the range of a number in words."""
    return _RANGE.sub(_range, text)


def _range(found: re.Match[str]) -> str:
    low, high, least, most = found.groups()
    if low:
        return f"{low} to {high}"
    return f"at least {least}" if least else f"at most {most}"


def _value(found: re.Match[str]) -> str:
    kind = found[1].removeprefix("list[").removesuffix("]")
    return f" {_WORDS.get(kind, kind)}"
