"""OpenCode's `run --format json`."""

from orchestrator.adapters.agents.transcripts.events import (
    Event,
    Log,
    at,
    called,
    follow,
    number_at,
    text_at,
)
from orchestrator.domain.transcript import Transcript

_TOKENS = (("input",), ("output",), ("reasoning",), ("cache", "read"), ("cache", "write"))


def read_opencode(said: bytes) -> Transcript:
    """Read a stream; it tells tokens, and cost for models whose price it knows."""
    return follow(said, _HANDLERS).transcript()


def _text(event: Event, log: Log) -> None:
    log.add("message", text_at(event, "part", "text"))


def _tool_use(event: Event, log: Log) -> None:
    state = at(event, "part", "state")
    log.add("tool", called(text_at(event, "part", "tool"), at(state, "input")))
    log.add("result", text_at(state, "output"))
    log.add("error", text_at(state, "error"))


def _step_finish(event: Event, log: Log) -> None:
    tokens = at(event, "part", "tokens")
    log.spend(
        number_at(tokens, "total") or sum(number_at(tokens, *keys) for keys in _TOKENS),
        number_at(event, "part", "cost"),
    )


def _error(event: Event, log: Log) -> None:
    said = text_at(event, "error", "data", "message") or text_at(event, "error", "name")
    log.error = said or "an error of no name"
    log.add("error", log.error)


_HANDLERS = {"error": _error, "step_finish": _step_finish, "text": _text, "tool_use": _tool_use}
