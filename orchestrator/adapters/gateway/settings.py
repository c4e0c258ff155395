"""What a gateway is made of, as values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from orchestrator.domain.attempt import Usage
from orchestrator.domain.budget import Budget
from orchestrator.domain.limiter import Rate
from orchestrator.domain.wires import Wire
from orchestrator.errors import UsageError

MIB = 1024 * 1024
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
"""What no header of HTTP may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """Where a wire's language models are, and the key for them.

    `url` is what the wire's paths are appended to; OpenAI's has its `/v1`.

    Raises:
        UsageError: the key would travel in the clear, or cannot be one.
    """

    url: str
    key: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse to send a key where everybody can read it."""
        there = urlsplit(self.url)
        loopback = there.hostname in {"localhost", "127.0.0.1", "::1"}
        if not there.hostname or there.scheme not in ({"http", "https"} if loopback else {"https"}):
            raise UsageError(f"{self.url} is no address for a key", hint="https://…")
        if _CONTROL.search(self.key):
            raise UsageError(
                f"the key for {there.hostname} holds a line break or another control character",
                hint="give the key alone, on one line",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSpec:
    """Whose line it is and what it may cost.

    `budget` is the attempt's, `task_budget` the task's, of which `task_spent` is gone.
    """

    run: str
    task: str
    attempt: int
    agent: str
    wire: Wire
    budget: Budget = Budget()
    task_budget: Budget = Budget()
    task_spent: Usage = Usage()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one call may take: bytes, seconds, calls.

    `silence_s` is how long an upstream may say nothing, `patience_s` how long a call waits for a
    rate limit to pass before it is answered with it. `calls` counts those of one line at once.
    """

    request: int = 32 * MIB
    response: int = 64 * MIB
    connect_s: float = 15.0
    silence_s: float = 600.0
    patience_s: float = 60.0
    calls: int = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """One gateway, for one run. `budget` is the run's, of which `spent` is gone.

    `rate` holds for each wire, over all attempts. `secrets` are taken out of everything that comes
    back, by name; the upstreams' keys always are.
    """

    upstreams: Mapping[Wire, Upstream]
    budget: Budget = Budget()
    spent: Usage = Usage()
    rate: Rate = Rate()
    bounds: Bounds = Bounds()
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


_PLACES: tuple[tuple[Wire, str, str, str], ...] = (
    ("anthropic", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "https://api.anthropic.com"),
    ("openai", "OPENAI_API_KEY", "OPENAI_BASE_URL", "https://api.openai.com/v1"),
    (
        "gemini",
        "GEMINI_API_KEY",
        "GOOGLE_GEMINI_BASE_URL",
        "https://generativelanguage.googleapis.com",
    ),
)
"""The names that the makers' own tools read."""
KEYS = {wire: name for wire, name, *_ in _PLACES}


def upstreams_of(
    secrets: Mapping[str, str], environment: Mapping[str, str]
) -> Mapping[Wire, Upstream]:
    """Return the upstreams that there are keys for; the environment may name other addresses."""
    return {
        wire: Upstream(url=environment.get(address) or usual, key=secrets[name])
        for wire, name, address, usual in _PLACES
        if secrets.get(name)
    }
