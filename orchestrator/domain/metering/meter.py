"""Reads one answer while it passes by, whatever becomes of it half-way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orchestrator.domain.jsons import loads
from orchestrator.domain.metering.counts import Counts, read
from orchestrator.domain.metering.stream import EventStream
from orchestrator.domain.wires import Format

BYTES_A_TOKEN = 4
"""What stands in for a count that nobody made; English text and code come near it."""
LARGEST_ANSWER = 8 * 1024 * 1024
"""How much of an answer in one piece is kept to be read, in bytes."""
_ENVELOPE = 200
"""Bytes of an event that are not the model's, about; an event carries a token or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read off an answer.

    `estimated` tokens of the counts are made from sizes: the model did not say. `error` is an error
    that the model reported within its answer, `fault` why the answer is none.
    """

    counts: Counts
    estimated: int = 0
    error: Mapping[str, Any] | None = None
    fault: str = ""


class Meter:
    """Reads the answer to one call."""

    def __init__(self, form: Format, *, streamed: bool, request_size: int) -> None:
        self._form = form
        self._events = EventStream() if streamed else None
        self._request_size = request_size
        self._kept: list[bytes] = []
        self._size = 0
        self._output = 0
        self._counts = Counts()
        self._ended = False
        self._error: Mapping[str, Any] | None = None
        self._fault = ""

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the answer."""
        self._size += len(chunk)
        if self._events is None:
            if self._size <= LARGEST_ANSWER:
                self._kept.append(chunk)
            return
        if not self._fault:
            try:
                for data in self._events.feed(chunk):
                    self._event(data)
            except ValueError as error:
                self._fault = f"the stream is malformed: {error}"

    def finish(self, *, whole: bool) -> Reading:
        """Return what was read; `whole` says that the answer came to its end."""
        if self._events is None and whole:
            self._plain()
        elif whole and not (self._ended or self._fault or self._error):
            self._fault = "the stream ended before its answer did"
        counts = self._counts
        if self._size and not (self._ended and counts.tokens):
            counts = counts.largest(self._estimate())
        return Reading(
            counts=counts,
            estimated=counts.tokens - self._counts.tokens,
            error=self._error,
            fault=self._fault if whole else "",
        )

    def _event(self, data: bytes) -> None:
        if data == b"[DONE]":
            self._ended = True
            return
        message = loads(data)
        if isinstance(message, dict):
            said = self._note(message)
            self._output += 0 if said.tokens else max(1, (len(data) - _ENVELOPE) // BYTES_A_TOKEN)

    def _plain(self) -> None:
        if self._size > LARGEST_ANSWER:
            return
        try:
            answer = loads(b"".join(self._kept))
        except ValueError:
            self._fault = "the answer is no JSON"
            return
        for message in answer if isinstance(answer, list) else [answer]:
            if isinstance(message, dict):
                self._note(message)
        self._ended = True

    def _note(self, message: Mapping[str, Any]) -> Counts:
        said = read(self._form, message)
        self._counts = self._counts.largest(said)
        self._error = self._error or next(_errors(message), None)
        self._ended = self._ended or _ends(self._form, message)
        return said

    def _estimate(self) -> Counts:
        """Return counts by size, of what is not known."""
        output = self._output if self._events is not None else self._size // BYTES_A_TOKEN
        fresh = 0 if self._counts.input else self._request_size // BYTES_A_TOKEN
        return Counts(fresh=fresh, output=output)


def _errors(message: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for holder in (message, message.get("response")):
        error = holder.get("error") if isinstance(holder, dict) else None
        if isinstance(error, dict):
            yield error
    if message.get("type") == "error" and "message" in message:
        yield message


def _ends(form: Format, message: Mapping[str, Any]) -> bool:
    """Tell whether an event is the last one that carries anything to count."""
    kind = message.get("type")
    if form == "anthropic":
        return kind == "message_stop"
    if form == "responses":
        return kind in ("response.completed", "response.incomplete", "response.failed")
    if form == "gemini":
        candidates = message.get("candidates")
        first = candidates[0] if isinstance(candidates, list) and candidates else {}
        return bool(isinstance(first, dict) and first.get("finishReason")) or bool(
            isinstance(message.get("promptFeedback"), dict)
            and message["promptFeedback"].get("blockReason")
        )
    return False
