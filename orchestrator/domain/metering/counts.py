"""Usage as each format states it, in answers and in the events of a stream.

Every figure of a stream is the total so far (Anthropic's `message_delta`, Gemini's
`usageMetadata`) or comes once at the end (OpenAI), so the largest seen is the one that counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from orchestrator.domain.wires import Format


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The tokens of one call. `fresh` is input at the full price.

    `cache_write_long` are those written to a cache that lasts longer and costs more.
    """

    model: str = ""
    fresh: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    cache_write_long: int = 0

    @property
    def input(self) -> int:
        """All input: what a model's long-context price goes by."""
        return self.fresh + self.cache_read + self.cache_write + self.cache_write_long

    @property
    def tokens(self) -> int:
        """Input and output."""
        return self.input + self.output

    def largest(self, other: "Counts") -> "Counts":
        """Return the larger of each figure, and the model that was named last."""
        return Counts(
            model=other.model or self.model,
            fresh=max(self.fresh, other.fresh),
            output=max(self.output, other.output),
            cache_read=max(self.cache_read, other.cache_read),
            cache_write=max(self.cache_write, other.cache_write),
            cache_write_long=max(self.cache_write_long, other.cache_write_long),
        )


def read(form: Format, message: Mapping[str, Any]) -> Counts:
    """Return what an answer or an event says; nothing where it says nothing, or nonsense."""
    return _READERS[form](message)


def _anthropic(message: Mapping[str, Any]) -> Counts:
    inner = _mapping(message, "message") or message
    usage = _mapping(inner, "usage")
    written = _number(usage, "cache_creation_input_tokens")
    long = min(written, _number(_mapping(usage, "cache_creation"), "ephemeral_1h_input_tokens"))
    return Counts(
        model=_text(inner, "model"),
        fresh=_number(usage, "input_tokens"),
        output=_number(usage, "output_tokens"),
        cache_read=_number(usage, "cache_read_input_tokens"),
        cache_write=written - long,
        cache_write_long=long,
    )


def _responses(message: Mapping[str, Any]) -> Counts:
    inner = _mapping(message, "response") or message
    return _openai(inner, "input_tokens", "input_tokens_details", "output_tokens")


def _chat(message: Mapping[str, Any]) -> Counts:
    return _openai(message, "prompt_tokens", "prompt_tokens_details", "completion_tokens")


def _openai(message: Mapping[str, Any], total: str, details: str, output: str) -> Counts:
    """Read OpenAI's form, in which the total of the input holds what the details name."""
    usage = _mapping(message, "usage")
    parts = _mapping(usage, details)
    whole = _number(usage, total)
    cached = min(whole, _number(parts, "cached_tokens"))
    written = min(whole - cached, _number(parts, "cache_write_tokens"))
    return Counts(
        model=_text(message, "model"),
        fresh=whole - cached - written,
        output=_number(usage, output),
        cache_read=cached,
        cache_write=written,
    )


def _gemini(message: Mapping[str, Any]) -> Counts:
    usage = _mapping(message, "usageMetadata")
    whole = _number(usage, "promptTokenCount")
    cached = min(whole, _number(usage, "cachedContentTokenCount"))
    return Counts(
        model=_text(message, "modelVersion"),
        fresh=whole - cached + _number(usage, "toolUsePromptTokenCount"),
        output=_number(usage, "candidatesTokenCount") + _number(usage, "thoughtsTokenCount"),
        cache_read=cached,
    )


def _mapping(message: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = message.get(key)
    return value if isinstance(value, dict) else {}


def _number(message: Mapping[str, Any], key: str) -> int:
    value = message.get(key)
    whole = isinstance(value, int) and not isinstance(value, bool)
    return max(0, value) if whole and isinstance(value, int) else 0


def _text(message: Mapping[str, Any], key: str) -> str:
    value = message.get(key)
    return value if isinstance(value, str) else ""


_READERS: Mapping[Format, Callable[[Mapping[str, Any]], Counts]] = {
    "anthropic": _anthropic,
    "responses": _responses,
    "chat": _chat,
    "gemini": _gemini,
}
