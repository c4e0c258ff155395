"""The two ends of the benchmark `gateway`, each a process of its own with nothing but asyncio.

`python -m benchmarks.gateway_peers model` answers every request as a stream that takes 200 ms and
prints its port. `… load PORT TOKEN,TOKEN…` plays an attempt for each token, all at once, each with
one call after another, and prints how long each call took, in seconds, as JSON.
"""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator

CALLS = 20
MODEL_S = 0.2
_EVENTS = 8
_PROMPT = "x" * 20_000


def _event(data: dict[str, object]) -> bytes:
    text = b"event: %s\ndata: %s\n\n" % (str(data["type"]).encode(), json.dumps(data).encode())
    return b"%x\r\n%s\r\n" % (len(text), text)


_START = {"model": "claude-sonnet-4-5", "usage": {"input_tokens": 5000, "output_tokens": 1}}
_DELTA = {"type": "text_delta", "text": "a few words of an answer "}
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
_FIRST = _HEAD + _event({"type": "message_start", "message": _START})
_NEXT = _event({"type": "content_block_delta", "index": 0, "delta": _DELTA})
_LAST = (
    _event({"type": "message_delta", "delta": {}, "usage": {"output_tokens": 50}})
    + _event({"type": "message_stop"})
    + b"0\r\n\r\n"
)


async def _answers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))
            began = time.perf_counter()
            writer.write(_FIRST)
            for n in range(1, _EVENTS + 1):
                due = began + MODEL_S * n / _EVENTS
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                writer.write(_NEXT if n < _EVENTS else _LAST)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _model() -> None:
    server = await asyncio.start_server(_answers, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def _attempt(port: int, request: bytes, delay_s: float) -> AsyncIterator[float]:
    await asyncio.sleep(delay_s)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(CALLS):
        began = time.perf_counter()
        writer.write(request)
        await reader.readuntil(b"\r\n\r\n")
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
        yield time.perf_counter() - began
    writer.close()


def _request(token: str) -> bytes:
    body = json.dumps({"model": "claude-sonnet-4-5", "stream": True, "messages": [_PROMPT]})
    return (
        f"POST /llm/anthropic/v1/messages HTTP/1.1\r\nHost: x\r\nx-api-key: {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


async def _load(port: int, tokens: list[str]) -> None:
    async def took(number: int, token: str) -> list[float]:
        delay_s = MODEL_S * number / len(tokens)
        return [one async for one in _attempt(port, _request(token), delay_s)]

    every = await asyncio.gather(*(took(number, token) for number, token in enumerate(tokens)))
    print(json.dumps([one for each in every for one in each]))


if __name__ == "__main__":
    role, *words = sys.argv[1:]
    asyncio.run(_model() if role == "model" else _load(int(words[0]), words[1].split(",")))
