"""The messages of an ACP agent, one JSON-RPC message a line (https://agentclientprotocol.com)."""

from orchestrator.adapters.agents.transcripts.events import (
    Event,
    Log,
    at,
    follow,
    items_at,
    number_at,
    text_at,
    unfinished,
)
from orchestrator.domain.transcript import Transcript

_DONE = {"end_turn"}
_ENDED = {"completed", "failed"}


def read_acp(said: bytes) -> Transcript:
    """Read what an agent sent; tokens and cost are there where it tells them."""
    log = follow(said, _HANDLERS, kind="method")
    for title in log.calls.values():
        log.add("tool", f"{title} (not ended)")
    return unfinished(log)


def _update(event: Event, log: Log) -> None:
    update = at(event, "params", "update")
    if (handler := _UPDATES.get(text_at(update, "sessionUpdate"))) is not None:
        handler(update, log)


def _chunk(update: Event, log: Log) -> None:
    log.stream(text_at(update, "content", "text"))


def _tool(update: Event, log: Log) -> None:
    """Note what a tool call is about; its title may become clearer until it has ended."""
    call = text_at(update, "toolCallId")
    title = text_at(update, "title") or log.calls.get(call, "a tool")
    log.calls[call] = title
    if (status := text_at(update, "status")) in _ENDED:
        del log.calls[call]
        log.add("tool", title)
        said = "\n".join(_shown(item) for item in items_at(update, "content"))
        log.add("error" if status == "failed" else "result", said)


def _shown(content: Event) -> str:
    path = text_at(content, "path")
    return f"edits {path}" if path else text_at(content, "content", "text")


def _plan(update: Event, log: Log) -> None:
    entries = [
        f"[{text_at(one, 'status')}] {text_at(one, 'content')}"
        for one in items_at(update, "entries")
    ]
    log.add("other", "\n".join(["plan", *entries]))


def _usage(update: Event, log: Log) -> None:
    if text_at(update, "cost", "currency") in {"", "USD"}:
        log.cost = max(log.cost, number_at(update, "cost", "amount"))


def _asked(event: Event, log: Log) -> None:
    log.add("other", f"asks for leave: {text_at(event, 'params', 'toolCall', 'title')}")


def _reply(event: Event, log: Log) -> None:
    if (error := at(event, "error")) is not None:
        details = text_at(error, "data", "details")
        said = text_at(error, "message") or "an error of no name"
        log.error = f"{said}: {details}" if details else said
        log.add("error", log.error)
    if stop := text_at(event, "result", "stopReason"):
        log.ended = True
        log.spend(number_at(event, "result", "usage", "totalTokens"))
        log.error = "" if stop in _DONE else f"it stopped: {stop}"


_UPDATES = {
    "agent_message_chunk": _chunk,
    "plan": _plan,
    "tool_call": _tool,
    "tool_call_update": _tool,
    "usage_update": _usage,
}
_HANDLERS = {"": _reply, "session/request_permission": _asked, "session/update": _update}
