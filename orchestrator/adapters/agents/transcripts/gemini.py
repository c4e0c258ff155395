"""Gemini CLI's `--output-format stream-json`; its output may begin with lines that are no JSON."""

from orchestrator.adapters.agents.transcripts.events import (
    Event,
    Log,
    called,
    follow,
    number_at,
    text_at,
    unfinished,
)
from orchestrator.domain.transcript import Transcript


def read_gemini(said: bytes) -> Transcript:
    """Read a stream; it tells tokens and no cost."""
    return unfinished(follow(said, _HANDLERS))


def _message(event: Event, log: Log) -> None:
    if text_at(event, "role") != "assistant":
        return
    if event.get("delta"):
        log.stream(text_at(event, "content"))
    else:
        log.add("message", text_at(event, "content"))


def _tool_use(event: Event, log: Log) -> None:
    log.add("tool", called(text_at(event, "tool_name"), event.get("parameters")))


def _tool_result(event: Event, log: Log) -> None:
    said = text_at(event, "output") or text_at(event, "error", "message")
    log.add("result" if text_at(event, "status") == "success" else "error", said)


def _error(event: Event, log: Log) -> None:
    log.add("error", text_at(event, "message"))
    if text_at(event, "severity") == "error":
        log.error = text_at(event, "message")


def _result(event: Event, log: Log) -> None:
    log.ended = True
    log.spend(number_at(event, "stats", "total_tokens"))
    if text_at(event, "status") == "success":
        log.error = ""  # what went wrong on the way did not keep it from its end
        return
    log.error = text_at(event, "error", "message") or log.error or "it ended with an error"


_HANDLERS = {
    "error": _error,
    "message": _message,
    "result": _result,
    "tool_result": _tool_result,
    "tool_use": _tool_use,
}
