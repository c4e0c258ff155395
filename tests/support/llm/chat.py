"""OpenAI Chat Completions: https://platform.openai.com/docs/api-reference/chat."""

import json
from collections.abc import Iterator
from typing import Any

from tests.support.llm.conversation import Conversation, Offer, text_of
from tests.support.llm.openai import refusal
from tests.support.llm.script import Answer
from tests.support.llm.wire import Body, Wire, frame, pieces


def _read(_: str, body: Body) -> Conversation:
    messages = body["messages"]
    calls = [call for one in messages for call in one.get("tool_calls") or ()]
    schema = body.get("response_format", {}).get("json_schema", {}).get("schema", {})
    return Conversation(
        prompt="\n".join(text_of(one["content"]) for one in messages if one["role"] == "user"),
        results=tuple(text_of(one["content"]) for one in messages if one["role"] == "tool"),
        calls=len(calls),
        offers=tuple(
            Offer(name=tool["function"]["name"], schema=tool["function"].get("parameters", {}))
            for tool in body.get("tools") or ()
        ),
        model=body["model"],
        stream=bool(body.get("stream")),
        shape=schema,
    )


def _usage(answer: Answer) -> Body:
    given = answer.tokens.input + answer.tokens.cached
    return {
        "prompt_tokens": given,
        "completion_tokens": answer.tokens.output,
        "total_tokens": given + answer.tokens.output,
        "prompt_tokens_details": {"cached_tokens": answer.tokens.cached},
    }


def _call(answer: Answer, arguments: str) -> dict[str, Any]:
    function = {"name": answer.tool, "arguments": arguments}
    return {"id": f"call_{answer.id}", "type": "function", "function": function}


def _whole(answer: Answer, model: str) -> Body:
    message: dict[str, Any] = {"role": "assistant", "content": answer.text or None}
    if answer.tool:
        message["tool_calls"] = [_call(answer, json.dumps(answer.arguments))]
    choice = {"index": 0, "message": message, "finish_reason": _reason(answer)}
    kept = {"id": f"chatcmpl-{answer.id}", "object": "chat.completion", "created": 1}
    return {**kept, "model": model, "choices": [choice], "usage": _usage(answer)}


def _reason(answer: Answer) -> str:
    return "tool_calls" if answer.tool else "stop"


def _frames(answer: Answer, model: str) -> Iterator[bytes]:
    kept = {"id": f"chatcmpl-{answer.id}", "object": "chat.completion.chunk", "created": 1}

    def chunk(delta: Body, reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return frame({**kept, "model": model, "choices": [choice]})

    yield chunk({"role": "assistant", "content": ""})
    if answer.tool:
        yield chunk({"tool_calls": [{"index": 0, **_call(answer, "")}]})
        for piece in pieces(json.dumps(answer.arguments)):
            yield chunk({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]})
    for piece in pieces(answer.text):
        yield chunk({"content": piece})
    yield chunk({}, _reason(answer))
    yield frame({**kept, "model": model, "choices": [], "usage": _usage(answer)})
    yield frame("[DONE]")


WIRE = Wire(path=r"/chat/completions$", read=_read, whole=_whole, frames=_frames, refusal=refusal)
