"""Claude Code's `--output-format stream-json`."""

from orchestrator.adapters.agents.transcripts.events import (
    Event,
    Log,
    called,
    follow,
    items_at,
    number_at,
    text_at,
    unfinished,
)
from orchestrator.domain.transcript import Transcript

_TOKENS = (
    "input_tokens",
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
    "output_tokens",
)


def read_claude(said: bytes) -> Transcript:
    """Read a stream; `usage` is the whole conversation's, cached tokens included."""
    return unfinished(follow(said, _HANDLERS))


def _assistant(event: Event, log: Log) -> None:
    for block in items_at(event, "message", "content"):
        if text_at(block, "type") == "text":
            log.add("message", text_at(block, "text"))
        elif text_at(block, "type") == "tool_use":
            log.add("tool", called(text_at(block, "name"), block.get("input")))


def _user(event: Event, log: Log) -> None:
    for block in items_at(event, "message", "content"):
        if text_at(block, "type") == "tool_result":
            log.add("error" if block.get("is_error") else "result", text_at(block, "content"))


def _system(event: Event, log: Log) -> None:
    if text_at(event, "subtype") == "api_retry":
        status = int(number_at(event, "error_status"))
        log.add("error", f"its model answers {status} {text_at(event, 'error')}; it tries again")


def _result(event: Event, log: Log) -> None:
    log.ended = True
    log.spend(
        sum(number_at(event, "usage", name) for name in _TOKENS),
        number_at(event, "total_cost_usd"),
    )
    denied = {
        text_at(one, "tool_name") or "a tool" for one in items_at(event, "permission_denials")
    }
    subtype = text_at(event, "subtype")
    if event.get("is_error") or subtype != "success":
        log.error = text_at(event, "result") or subtype or "an error of no name"
    elif denied:
        log.error = f"it was denied {', '.join(sorted(denied))}"


_HANDLERS = {"assistant": _assistant, "user": _user, "system": _system, "result": _result}
