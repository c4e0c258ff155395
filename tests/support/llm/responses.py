"""OpenAI Responses: https://platform.openai.com/docs/api-reference/responses."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.support.llm.conversation import Conversation, Offer, text_of
from tests.support.llm.openai import refusal
from tests.support.llm.script import Answer
from tests.support.llm.wire import Body, Wire, frame, pieces


def _read(_: str, body: Body) -> Conversation:
    given = body["input"]
    items = [{"role": "user", "content": given}] if isinstance(given, str) else given
    made = [one for one in items if one.get("type") == "function_call"]
    results = [one for one in items if one.get("type") == "function_call_output"]
    found = [one for one in items if one.get("type") == "tool_search_output"]
    tools = [*(body.get("tools") or ()), *(tool for one in found for tool in one["tools"])]
    return Conversation(
        prompt="\n".join(text_of(one["content"]) for one in items if one.get("role") == "user"),
        results=tuple(text_of(one["output"]) for one in results),
        calls=len(made),
        offers=tuple(offer for tool in tools for offer in _offers(tool)),
        searched=_searched(items) if any(tool["type"] == "tool_search" for tool in tools) else None,
        model=body["model"],
        stream=bool(body.get("stream")),
        shape=body.get("text", {}).get("format", {}).get("schema", {}),
    )


def _searched(items: Iterable[Body]) -> frozenset[str]:
    calls = (one for one in items if one.get("type") == "tool_search_call")
    return frozenset(one["arguments"]["query"] for one in calls)


def _offers(tool: Mapping[str, Any], namespace: str = "") -> Iterator[Offer]:
    if tool["type"] == "namespace":
        for inner in tool["tools"]:
            yield from _offers(inner, tool["name"])
    elif tool["type"] == "function":
        yield Offer(name=tool["name"], schema=tool.get("parameters", {}), namespace=namespace)


def _item(answer: Answer) -> dict[str, Any] | None:
    if answer.tool:
        namespace = {"namespace": answer.namespace} if answer.namespace else {}
        return {
            "type": "function_call",
            "id": f"fc_{answer.id}",
            "call_id": f"call_{answer.id}",
            "name": answer.tool,
            **namespace,
            "arguments": json.dumps(answer.arguments),
            "status": "completed",
        }
    if answer.search:
        asked = {"query": answer.search, "limit": 8}
        kept = {"call_id": f"call_{answer.id}", "execution": "client", "status": "completed"}
        return {"type": "tool_search_call", "id": f"ts_{answer.id}", **kept, "arguments": asked}
    if not answer.text:
        return None
    part = {"type": "output_text", "text": answer.text, "annotations": []}
    message = {"id": f"msg_{answer.id}", "role": "assistant", "status": "completed"}
    return {"type": "message", **message, "content": [part]}


def _whole(answer: Answer, model: str) -> Body:
    item = _item(answer)
    given = answer.tokens.input + answer.tokens.cached
    return {
        "id": f"resp_{answer.id}",
        "object": "response",
        "created_at": 1,
        "status": "completed",
        "model": model,
        "error": None,
        "output": [item] if item else [],
        "usage": {
            "input_tokens": given,
            "input_tokens_details": {"cached_tokens": answer.tokens.cached},
            "output_tokens": answer.tokens.output,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": given + answer.tokens.output,
        },
    }


def _frames(answer: Answer, model: str) -> Iterator[bytes]:
    whole = _whole(answer, model)
    opening = {**whole, "status": "in_progress", "output": [], "usage": None}
    numbered: list[Body] = [{"type": "response.created", "response": opening}]
    item = _item(answer)
    if item:
        numbered += _item_events(item)
    numbered.append({"type": "response.completed", "response": whole})
    for number, event in enumerate(numbered):
        yield frame({**event, "sequence_number": number}, event["type"])


def _item_events(item: dict[str, Any]) -> Iterator[Body]:
    place = {"output_index": 0, "item_id": item["id"]}
    opening: Body = {**item, "status": "in_progress"}
    inner: Iterator[Body] = iter(())
    if item["type"] == "message":
        opening, inner = {**opening, "content": []}, _text_events(item, place)
    elif item["type"] == "function_call":
        opening, inner = {**opening, "arguments": ""}, _call_events(item, place)
    yield {"type": "response.output_item.added", "output_index": 0, "item": opening}
    yield from inner
    yield {"type": "response.output_item.done", "output_index": 0, "item": item}


def _call_events(item: Body, place: Body) -> Iterator[Body]:
    for piece in pieces(item["arguments"]):
        yield {"type": "response.function_call_arguments.delta", **place, "delta": piece}
    written = {"arguments": item["arguments"]}
    yield {"type": "response.function_call_arguments.done", **place, **written}


def _text_events(item: Body, place: Body) -> Iterator[Body]:
    part = item["content"][0]
    where = {**place, "content_index": 0}
    yield {"type": "response.content_part.added", **where, "part": {**part, "text": ""}}
    for piece in pieces(part["text"]):
        yield {"type": "response.output_text.delta", **where, "delta": piece}
    yield {"type": "response.output_text.done", **where, "text": part["text"]}
    yield {"type": "response.content_part.done", **where, "part": part}


WIRE = Wire(path=r"/responses$", read=_read, whole=_whole, frames=_frames, refusal=refusal)
