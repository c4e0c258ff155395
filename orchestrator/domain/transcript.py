"""What an agent did in an attempt, step by step, whatever format it told it in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from orchestrator.domain.attempt import Usage
from orchestrator.domain.shortening import without_middle
from orchestrator.domain.visible import visible

StepKind: TypeAlias = Literal["message", "tool", "result", "error", "other"]

LONGEST_STEP = 20_000
"""How many characters of one step are kept."""
SHOWN_RESULT = 1_200
"""How many characters of a tool's result are shown."""

_MARKS = {"message": "", "tool": "→ ", "result": "  ", "error": "✗ ", "other": "· "}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that an agent said or did, or that a tool answered; `other` is no event at all."""

    kind: StepKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What was read from an agent's output.

    `usage` is the agent's own account of it, None where it gives none. `error` is why it ended as
    it should not, "" where it says that all went well: its word, which decides nothing.
    """

    steps: tuple[Step, ...] = ()
    usage: Usage | None = None
    error: str = ""

    @property
    def said_something(self) -> bool:
        """Whether the agent answered or acted at all."""
        return any(step.kind in {"message", "tool"} and step.text.strip() for step in self.steps)


def step(kind: StepKind, text: str) -> Step:
    """Return a step of bounded length."""
    # JSON can hold halves of characters, which no file takes.
    whole = text.encode("utf-8", "replace").decode()
    return Step(kind, without_middle(whole, LONGEST_STEP))


def readable(transcript: Transcript) -> str:
    """Return a transcript for people: one paragraph a step, safe to show on a terminal."""
    return "".join(f"{paragraph}\n" for paragraph in _paragraphs(transcript))


def _paragraphs(transcript: Transcript) -> Iterator[str]:
    for one in transcript.steps:
        limit = SHOWN_RESULT if one.kind == "result" else LONGEST_STEP
        lines = visible(without_middle(one.text.strip(), limit)).split("\n")
        mark = _MARKS[one.kind]
        if one.text.strip():
            yield mark + ("\n" + " " * len(mark)).join(lines)
    if transcript.error:
        yield f"✗ ended: {visible(transcript.error)}"
    if transcript.usage is not None:
        cost = f", ${transcript.usage.cost_usd:.4f}" if transcript.usage.cost_usd else ""
        yield f"by its own account {transcript.usage.tokens:,} tokens{cost}"
