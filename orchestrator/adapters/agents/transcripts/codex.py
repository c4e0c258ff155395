"""Codex's `exec --json`."""

from orchestrator.adapters.agents.transcripts.events import (
    Event,
    Log,
    at,
    called,
    follow,
    items_at,
    number_at,
    text_at,
    unfinished,
)
from orchestrator.domain.transcript import Transcript


def read_codex(said: bytes) -> Transcript:
    """Read a stream; it tells tokens (cached ones are part of the input) and no cost."""
    return unfinished(follow(said, _HANDLERS))


def _item(event: Event, log: Log) -> None:
    item = at(event, "item")
    if (handler := _ITEMS.get(text_at(item, "type"))) is not None:
        handler(item, log)


def _message(item: Event, log: Log) -> None:
    log.add("message", text_at(item, "text"))


def _command(item: Event, log: Log) -> None:
    log.add("tool", called("shell", {"command": text_at(item, "command")}))
    failed = at(item, "exit_code") != 0
    log.add("error" if failed else "result", text_at(item, "aggregated_output"))


def _mcp(item: Event, log: Log) -> None:
    name = f"{text_at(item, 'server')}.{text_at(item, 'tool')}"
    log.add("tool", called(name, at(item, "arguments")))
    log.add("result", text_at(item, "result", "content"))
    log.add("error", text_at(item, "error", "message"))


def _files(item: Event, log: Log) -> None:
    changed = [f"{text_at(c, 'kind')} {text_at(c, 'path')}" for c in items_at(item, "changes")]
    log.add("tool", "edit: " + ", ".join(changed))


def _remark(item: Event, log: Log) -> None:
    # Not an error of the attempt: it says, for example, that a model is not in its list.
    log.add("other", text_at(item, "message"))


def _error(event: Event, log: Log) -> None:
    log.add("error", text_at(event, "message"))


def _completed(event: Event, log: Log) -> None:
    log.ended = True
    log.spend(
        number_at(event, "usage", "input_tokens") + number_at(event, "usage", "output_tokens")
    )


def _failed(event: Event, log: Log) -> None:
    log.ended = True
    log.error = text_at(event, "error", "message") or "its turn failed"


_ITEMS = {
    "agent_message": _message,
    "command_execution": _command,
    "error": _remark,
    "file_change": _files,
    "mcp_tool_call": _mcp,
}
_HANDLERS = {
    "item.completed": _item,
    "error": _error,
    "turn.completed": _completed,
    "turn.failed": _failed,
}
