"""What the user's file, the target's file and the environment say: `domain/config.py` read."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from orchestrator.adapters.library.schema import Schema, expected
from orchestrator.adapters.library.source import (
    MAX_BYTES,
    Document,
    Fault,
    InvalidFileError,
    text_in,
)
from orchestrator.adapters.toml_file import parse
from orchestrator.domain.config import KEYS, NEVER, Config, Key, overreach
from orchestrator.errors import UsageError

_WORDS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def users_config(file: Path) -> Config:
    """Read a user's own settings; none at all where there is no such file.

    Raises:
        InvalidFileError: with every fault found.
    """
    if not file.is_file():
        return Config()
    return _read(parse(file, text_in(file)))


def targets_config(file: Path, text: str) -> Config:
    """Read the settings that a target repository brings; `file` is what faults call them.

    Raises:
        InvalidFileError: with every fault found, a key that is not for the target to set included.
    """
    if len(text) > MAX_BYTES:
        raise InvalidFileError([Fault(file, 1, 1, f"is larger than {MAX_BYTES} bytes")])
    document = parse(file, text)
    config = _read(document)
    faults = [document.fault((name,), why, at_key=True) for name, why in overreach(config).items()]
    if faults:
        raise InvalidFileError(faults)
    return config


def _read(document: Document) -> Config:
    faults = list(_forbidden(document))
    rest = {key: value for key, value in document.data.items() if key not in NEVER}
    found = Schema(Config, {}).read(
        Document(document.path, document.text, rest, document.keys, document.values)
    )
    faults += found.faults
    if faults or found.value is None:
        raise InvalidFileError(faults)
    return found.value


def _forbidden(document: Document) -> Iterator[Fault]:
    for name, why in NEVER.items():
        if name in document.data:
            yield document.fault((name,), f"{name} is no setting — {why}", at_key=True)


def environments_config(environ: Mapping[str, str]) -> Config:
    """Read what variables say; an empty one says nothing.

    Raises:
        UsageError: a value is none that its key can have.
    """
    said = {key: environ[key.variable] for key in KEYS.values() if environ.get(key.variable)}
    values = {key.name: _value(key, text) for key, text in said.items()}
    return Config(**values)


def _value(key: Key, text: str) -> Any:
    value: Any = text
    if _is_list(key):
        value = tuple(part.strip() for part in text.split(key.separator) if part.strip())
    elif key.name == "quiet":
        value = _WORDS.get(text.lower(), text)
    try:
        return getattr(_ANY.validate_python({key.name: value}), key.name)
    except ValidationError as error:
        raise UsageError(f"{key.variable}={text}: {_said(key, error)}", hint=key.help) from error


def _is_list(key: Key) -> bool:
    kind = next(one.type for one in fields(Config) if one.name == key.name)
    return any(get_origin(part) is tuple for part in get_args(kind))


def _said(key: Key, error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    if first["type"] == "value_error":
        return str(first["ctx"]["error"])
    kind = str(first["type"]).replace("_parsing", "_type")
    return f"{key.name} must be {expected({**first, 'type': kind})}"


_ANY = TypeAdapter(Config)
"""It takes numbers from text, as the environment has nothing else."""
