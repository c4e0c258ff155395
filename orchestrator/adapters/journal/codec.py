"""Events and people's commands as JSON and back, by the shapes of `orchestrator.domain.events`."""

import json
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from orchestrator.domain.events import Event, PersonCommand

_COMMANDS = TypeAdapter(PersonCommand)
_EVENTS: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="event")])
_SURROGATE = "\\ud"
"""How the escape of a surrogate begins: a byte that is no UTF-8 (PEP 383), or half of a letter that
came in somebody's JSON. What pydantic writes has neither, and it reads neither."""


def encode(event: Event) -> str:
    """Return one line of JSON.

    A file's name may hold bytes that are no UTF-8; pydantic writes no surrogates, so json does.
    """
    try:
        return _EVENTS.dump_json(event, warnings="error").decode()
    except PydanticSerializationError:
        return json.dumps(_EVENTS.dump_python(event, mode="json", warnings="error"))


def decode(text: str) -> Event:
    """Return the event that `encode` wrote.

    Raises:
        ValueError: `text` is no event of this version of Leafcut.
    """
    try:
        if _SURROGATE in text:
            return _EVENTS.validate_python(json.loads(text))
        return _EVENTS.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        message = f"no event: {first['msg']} at {'.'.join(map(str, first['loc']))}"
        raise ValueError(message) from error


def encode_command(command: PersonCommand) -> str:
    """Return one line of JSON; a person's words may hold bytes that are no UTF-8."""
    try:
        return _COMMANDS.dump_json(command).decode()
    except PydanticSerializationError:
        return json.dumps(_COMMANDS.dump_python(command, mode="json"))


def decode_command(text: str) -> PersonCommand:
    """Return the command that `encode_command` wrote.

    Raises:
        ValueError: `text` is no command of this version of Leafcut.
    """
    if _SURROGATE in text:
        return _COMMANDS.validate_python(json.loads(text))
    return _COMMANDS.validate_json(text)
