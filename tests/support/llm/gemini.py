"""Gemini's generateContent: https://ai.google.dev/api/generate-content."""

import re
from collections.abc import Iterator
from typing import Any

from tests.support.llm.conversation import Conversation, Offer, text_of
from tests.support.llm.script import Answer, Trouble
from tests.support.llm.wire import Body, Wire, frame, pieces

_PATH = r"/models/([^/:]+):(streamGenerateContent|generateContent)"
_STATES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
}


def _read(path: str, body: Body) -> Conversation:
    asked = re.search(_PATH, path)
    parts = [(turn.get("role"), part) for turn in body["contents"] for part in turn["parts"]]
    settings = body.get("generationConfig", {})
    declared = [
        one for tool in body.get("tools") or () for one in tool.get("functionDeclarations", ())
    ]
    return Conversation(
        prompt="\n".join(part["text"] for role, part in parts if role == "user" and "text" in part),
        results=tuple(
            text_of(part["functionResponse"]["response"])
            for _, part in parts
            if "functionResponse" in part
        ),
        calls=sum("functionCall" in part for _, part in parts),
        offers=tuple(Offer(name=one["name"], schema=_schema(one)) for one in declared),
        model=asked.group(1) if asked else "",
        stream=bool(asked and asked.group(2).startswith("stream")),
        shape=settings.get("responseJsonSchema") or settings.get("responseSchema") or {},
    )


def _schema(declared: Body) -> Body:
    return declared.get("parametersJsonSchema") or declared.get("parameters") or {}


def _usage(answer: Answer) -> Body:
    given = answer.tokens.input + answer.tokens.cached
    return {
        "promptTokenCount": given,
        "candidatesTokenCount": answer.tokens.output,
        "cachedContentTokenCount": answer.tokens.cached,
        "totalTokenCount": given + answer.tokens.output,
    }


def _piece(answer: Answer, model: str, parts: list[Any], **rest: object) -> dict[str, Any]:
    candidate = {"content": {"role": "model", "parts": parts}, "index": 0, **rest}
    return {"candidates": [candidate], "modelVersion": model, "responseId": f"r{answer.id}"}


def _whole(answer: Answer, model: str) -> Body:
    parts: list[Any] = [{"text": answer.text}] if answer.text else []
    if answer.tool:
        parts = [{"functionCall": {"name": answer.tool, "args": answer.arguments}}]
    return {**_piece(answer, model, parts, finishReason="STOP"), "usageMetadata": _usage(answer)}


def _frames(answer: Answer, model: str) -> Iterator[bytes]:
    if answer.tool or not answer.text:
        yield frame(_whole(answer, model))
        return
    *first, last = pieces(answer.text)
    for piece in first:
        yield frame(_piece(answer, model, [{"text": piece}]))
    ending = _piece(answer, model, [{"text": last}], finishReason="STOP")
    yield frame({**ending, "usageMetadata": _usage(answer)})


def _refusal(trouble: Trouble) -> Body:
    state = _STATES.get(trouble.status, "INTERNAL")
    kind = "type.googleapis.com/google.rpc.RetryInfo"
    wait = [{"@type": kind, "retryDelay": f"{trouble.retry_after}s"}] if trouble.retry_after else []
    message = state.replace("_", " ").lower()
    error = {"code": trouble.status, "message": message, "status": state, "details": wait}
    return {"error": error}


WIRE = Wire(path=_PATH + r"$", read=_read, whole=_whole, frames=_frames, refusal=_refusal)
