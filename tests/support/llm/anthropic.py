"""Anthropic Messages: https://docs.anthropic.com/en/api/messages."""

import json
from collections.abc import Iterator
from typing import Any

from tests.support.llm.conversation import Conversation, Offer, text_of
from tests.support.llm.script import Answer, Trouble
from tests.support.llm.wire import Body, Wire, frame, pieces

_ERRORS = {
    400: "invalid_request_error",
    401: "authentication_error",
    429: "rate_limit_error",
    529: "overloaded_error",
}


def _read(_: str, body: Body) -> Conversation:
    messages = [(one["role"], _blocks(one["content"])) for one in body["messages"]]
    said = [block for role, blocks in messages if role == "user" for block in blocks]
    calls = [b for role, blocks in messages for b in blocks if b["type"] == "tool_use"]
    return Conversation(
        prompt="\n".join(block["text"] for block in said if block["type"] == "text"),
        results=tuple(text_of(b.get("content")) for b in said if b["type"] == "tool_result"),
        calls=len(calls),
        offers=tuple(
            Offer(name=tool["name"], schema=tool.get("input_schema", {}))
            for tool in body.get("tools") or ()
        ),
        model=body["model"],
        stream=bool(body.get("stream")),
    )


def _blocks(content: Any) -> list[Any]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _content(answer: Answer) -> list[Body]:
    if answer.tool:
        call = {"id": f"toolu_{answer.id}", "name": answer.tool, "input": answer.arguments}
        return [{"type": "tool_use", **call}]
    return [{"type": "text", "text": answer.text}] if answer.text else []


def _usage(answer: Answer) -> dict[str, int]:
    return {
        "input_tokens": answer.tokens.input,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": answer.tokens.cached,
        "output_tokens": answer.tokens.output,
    }


def _whole(answer: Answer, model: str) -> Body:
    return {
        "id": f"msg_{answer.id}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": _content(answer),
        "stop_reason": "tool_use" if answer.tool else "end_turn",
        "stop_sequence": None,
        "usage": _usage(answer),
    }


def _frames(answer: Answer, model: str) -> Iterator[bytes]:
    opening = {**_whole(answer, model), "content": [], "stop_reason": None}
    yield _event(
        "message_start", message={**opening, "usage": {**_usage(answer), "output_tokens": 1}}
    )
    yield _event("ping")
    for block in _content(answer):
        yield from _block(block)
    ending = {"stop_reason": "tool_use" if answer.tool else "end_turn", "stop_sequence": None}
    yield _event("message_delta", delta=ending, usage={"output_tokens": answer.tokens.output})
    yield _event("message_stop")


def _block(block: Body) -> Iterator[bytes]:
    if block["type"] == "text":
        start: Body = {"type": "text", "text": ""}
        deltas = [{"type": "text_delta", "text": piece} for piece in pieces(block["text"])]
    else:
        start = {**block, "input": {}}
        written = pieces(json.dumps(block["input"]))
        deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in written]
    yield _event("content_block_start", index=0, content_block=start)
    for delta in deltas:
        yield _event("content_block_delta", index=0, delta=delta)
    yield _event("content_block_stop", index=0)


def _event(kind: str, **data: object) -> bytes:
    return frame({"type": kind, **data}, kind)


def _refusal(trouble: Trouble) -> Body:
    kind = _ERRORS.get(trouble.status, "api_error")
    return {"type": "error", "error": {"type": kind, "message": kind.replace("_", " ")}}


WIRE = Wire(path=r"/v1/messages$", read=_read, whole=_whole, frames=_frames, refusal=_refusal)
