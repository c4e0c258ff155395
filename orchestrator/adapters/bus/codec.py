"""What travels on the bus as JSON and back; whoever else writes there is not to be trusted."""

import json
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from orchestrator.adapters.journal import codec
from orchestrator.domain.learnings.message import Message
from orchestrator.domain.learnings.standing import Standing
from orchestrator.ports.journal import Recorded

LONGEST = 64 * 1024
"""How many characters a letter's body has at most."""

T = TypeVar("T")


class _Codec(Generic[T]):
    """One kind of value."""

    def __init__(self, adapter: TypeAdapter[T]) -> None:
        self._adapter = adapter

    def encode(self, value: T) -> str:
        """Return one line of JSON; a path may hold bytes that are no UTF-8, see the journal's."""
        try:
            return self._adapter.dump_json(value).decode()
        except PydanticSerializationError:
            return json.dumps(self._adapter.dump_python(value, mode="json"))

    def decode(self, text: str) -> T:
        """Return the value that `encode` wrote.

        Raises:
            ValueError: `text` is none.
        """
        if len(text) > LONGEST:
            message = f"a letter of {len(text)} characters"
            raise ValueError(message)
        try:
            return self._adapter.validate_python(json.loads(text))
        except (ValidationError, RecursionError) as error:
            message = "a letter of another kind"
            raise ValueError(message) from error


standings = _Codec(TypeAdapter(Standing))
messages = _Codec(TypeAdapter(Message))


def encode_event(entry: Recorded) -> str:
    """Return an event as `leafcut logs --json` prints it; the journal has what is too long."""
    event = codec.encode(entry.event)
    if len(event) > LONGEST:
        event = json.dumps({"event": entry.event.event, "left_out": len(event)})
    return f'{{"schema":1,"at":{entry.at},"sequence":{entry.sequence},"event":{event}}}'
