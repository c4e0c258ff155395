"""What the scripted model does for one task, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What each answer is said to have cost: input that was not cached, output, cached input."""

    input: int = 100
    output: int = 20
    cached: int = 0


@dataclass(frozen=True, slots=True)
class Shell:
    """Call the shell tool that the request offers.

    `{turn}` becomes the number of the turn, so that no two calls look alike; `{key}` the credential
    that came with the request.
    """

    command: str


@dataclass(frozen=True, slots=True)
class Tool:
    """Call the tool whose offered name is `name` or ends in it, such as `mcp__leafcut__verify`."""

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Say:
    """Answer with a text and end the turn; `{key}` as in `Shell`, `times` repeats the text."""

    text: str
    times: int = 1


Turn: TypeAlias = Shell | Tool | Say


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """The turns of one conversation: one tool call each, then `end`.

    A play is chosen when its conversation's prompt contains `when`. An `endless` one begins again
    after its last turn.
    """

    turns: tuple[Turn, ...] = ()
    end: Say = Say("Done.")
    when: str = ""
    endless: bool = False

    def turn(self, number: int) -> Turn:
        """Return what is done after `number` tool calls."""
        if self.endless:
            return self.turns[number % len(self.turns)]
        return self.turns[number] if number < len(self.turns) else self.end


Manner: TypeAlias = Literal["refuse", "garble", "cut", "stall"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What goes wrong in place of the answer after `at` tool calls, `times` times (None: always).

    `refuse` answers with `status` and perhaps `Retry-After`, in seconds; `garble` sends events that
    are no JSON, `cut` hangs up in the middle of an answer, `stall` says nothing for `delay_s` and
    then answers.
    """

    manner: Manner = "refuse"
    status: int = 500
    retry_after: str = ""
    at: int = 0
    times: int | None = None
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What is done in the conversations whose prompt contains `marker`.

    Of the plays the first that fits is followed, so what a conversation must say comes before what
    fits always. The first trouble that is due comes in place of an answer.
    """

    marker: str
    plays: tuple[Play, ...]
    troubles: tuple[Trouble, ...] = ()
    tokens: Tokens = Tokens()

    def play(self, prompt: str) -> Play:
        """Return the play for a conversation that began with `prompt`."""
        return next((play for play in self.plays if play.when in prompt), Play())

    def trouble(self, turn: int, met: Mapping[int, int]) -> int | None:
        """Return the place of the trouble that is due; `met` counts those met by place."""
        for place, one in enumerate(self.troubles):
            if one.at == turn and (one.times is None or met.get(place, 0) < one.times):
                return place
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the model says: a text, or one call of the tool `tool` with `arguments`.

    Or it searches for the tool `search`, where a client keeps its tools back until then.
    """

    text: str = ""
    search: str = ""
    tool: str = ""
    namespace: str = ""
    arguments: Mapping[str, object] = field(default_factory=dict)
    tokens: Tokens = Tokens()
    id: str = "1"


Answering: TypeAlias = Answer | Trouble
