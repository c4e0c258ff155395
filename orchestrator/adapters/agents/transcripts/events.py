"""What readers of JSON events share: lines to events, fields of any shape, a log of steps.

Whatever an agent prints comes from inside its sandbox: a field may be missing, of any type or huge,
and a line may be no JSON at all.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from orchestrator.domain.attempt import Usage
from orchestrator.domain.transcript import Step, StepKind, Transcript, step

LONGEST_LINE = 4 << 20
"""How many bytes of a line are read as an event; a longer one is noise."""
MOST_STEPS = 20_000
"""How many steps are kept."""
BROKEN_OFF = "its output breaks off: it did not say how it ended"
MOST = 1e12
"""More of anything was never counted."""

Event: TypeAlias = Mapping[str, Any]


def events(said: bytes) -> Iterator[Event | str]:
    """Yield each line that is not blank: an event where it is a JSON object, else its text."""
    for line in said.split(b"\n"):
        if not line.strip():
            continue
        event = _object(line) if len(line) <= LONGEST_LINE else None
        yield line[:LONGEST_LINE].decode("utf-8", "replace") if event is None else event


def _object(line: bytes) -> Event | None:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


def at(event: object, *keys: str) -> Any:
    """Return what stands below these keys, None where nothing does."""
    for key in keys:
        event = event.get(key) if isinstance(event, Mapping) else None
    return event


def text_at(event: object, *keys: str) -> str:
    """Return a text, "" where there is none; lists of text blocks are joined."""
    value = at(event, *keys)
    if isinstance(value, list):
        return "\n".join(filter(None, (text_at(item, "text") for item in value)))
    return value if isinstance(value, str) else ""


def number_at(event: object, *keys: str) -> float:
    """Return a count or an amount, 0 where there is none that can be one."""
    value = at(event, *keys)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST:
        return 0.0
    return float(value) if math.isfinite(value) else 0.0


def items_at(event: object, *keys: str) -> list[Event]:
    """Return the objects of a list, none where there is no list."""
    value = at(event, *keys)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def called(name: str, arguments: object) -> str:
    """Return a tool's call for people: a command as it is, anything else as JSON."""
    for key in ("command", "cmd"):
        if isinstance(command := at(arguments, key), str):
            return f"{name}: {command}"
    return f"{name} {json.dumps(arguments, ensure_ascii=False)}" if arguments else name


class Log:
    """What a reader has found so far; `ended` says that the agent told its end.

    `calls` leads from the ids of tool calls under way to what they are about.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._steps: list[Step] = []
        self._open: list[str] = []
        self.calls: dict[str, str] = {}
        self.tokens = 0.0
        self.cost = 0.0
        self.counted = False
        self.error = ""
        self.ended = False

    def add(self, kind: StepKind, text: str) -> None:
        """Take down a step."""
        self.close()
        if text.strip() and len(self._steps) < MOST_STEPS:
            self._steps.append(step(kind, text))

    def stream(self, text: str) -> None:
        """Take down a piece of a message."""
        self._open.append(text)

    def close(self) -> None:
        """End the message that was streamed."""
        pieces, self._open = "".join(self._open), []
        if pieces:
            self.add("message", pieces)

    def spend(self, tokens: float, cost: float = 0.0) -> None:
        """Count what was used."""
        self.tokens, self.cost, self.counted = self.tokens + tokens, self.cost + cost, True

    def transcript(self) -> Transcript:
        """Return all of it as a value."""
        self.close()
        usage = Usage(tokens=int(self.tokens), cost_usd=self.cost) if self.counted else None
        return Transcript(steps=tuple(self._steps), usage=usage, error=self.error)


Handler: TypeAlias = Callable[[Event, Log], None]


def follow(said: bytes, handlers: Mapping[str, Handler], *, kind: str = "type") -> Log:
    """Hand each event to the handler of its kind; what is no event is kept as noise."""
    log = Log()
    for event in events(said):
        if isinstance(event, str):
            log.add("other", event)
        elif (handler := handlers.get(text_at(event, kind))) is not None:
            handler(event, log)
    return log


def unfinished(log: Log) -> Transcript:
    """Return a log as a value; one that breaks off says so."""
    if not log.ended and not log.error:
        log.error = BROKEN_OFF
    return log.transcript()
