"""What people set again and again: one table of keys, and whose word counts."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import PurePosixPath
from typing import Any, Literal, TypeAlias

from orchestrator.domain.learnings.learning import Reach
from orchestrator.domain.playbook import Checkpoint, Sharing, Verify
from orchestrator.domain.settings import SandboxChoice
from orchestrator.domain.strict import Strict

Colour: TypeAlias = Literal["auto", "always", "never"]
Origin: TypeAlias = Literal["flag", "environment", "target", "user", "playbook", "default"]
"""Who said it, the strongest first."""
Rule: TypeAlias = Literal["no", "less", "more"] | tuple[str, ...]
"""What the target repository may say: nothing, a smaller number, more of a list, or such values.

Its file is somebody else's. It may make a run stricter; it may not relax a guard, raise a limit, or
name an image, an agent or a secret.
"""

FILE = "config.toml"
"""What the user's file is called."""
PLACE = PurePosixPath(".leafcut", FILE)
"""Where in a target repository its own lies."""
ENVIRONMENT = "LEAFCUT_"
"""What each key's variable begins with."""
_KEY = "key"
_COUNTS = ("jobs", "max_tasks", "sample")

NEVER: Mapping[str, str] = {
    "secret": "keys do not lie in settings; use --secret NAME=@FILE",
    "secrets": "keys do not lie in settings; use --secret NAME=@FILE",
    "unsafe_local": "it is asked for each time; use --unsafe-local",
    "trust_target": "it is asked for each time; use --trust-target",
    "yes": "it is asked for each time; use --yes",
}
"""What is no key on purpose, and what there is instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key: its variable, what it means, what the target repository may say of it.

    `separator` is what stands between the items of a list in a variable.
    """

    name: str
    variable: str
    help: str
    target: Rule
    separator: str

    @property
    def who(self) -> str:
        """Say who may set it in a file."""
        if isinstance(self.target, tuple):
            return f"user; target: {' or '.join(self.target)} only"
        words = {"no": "user", "less": "user; target: can only lower it", "more": "user; target"}
        return words[self.target]


def _key(text: str, *, target: Rule = "no", variable: str = "", separator: str = ",") -> Any:
    """Declare a key; None is what nobody has said."""
    about = {"help": text, "target": target, "variable": variable, "separator": separator}
    return field(default=None, metadata={_KEY: about})


@dataclass(frozen=True, slots=True, kw_only=True)
class Config(Strict):
    """What one of those who may set keys has said; None is what they left open."""

    jobs: int | None = _key("Attempts at once.", target="less")
    sandbox: SandboxChoice | None = _key("Where commands run.")
    image: str | None = _key("The image that holds the target's tools.")
    agents: tuple[str, ...] | None = _key("Agents to use instead of the playbook's.")
    model: str | None = _key("The language model that agents ask, instead of their own.")
    redis: str | None = _key("The Redis server that learnings travel over, without its password.")
    learnings: Sharing | None = _key(
        "What attempts share.",
        target=("none",),
        # LEAFCUT_LEARNINGS is the file that an agent is given.
        variable="LEAFCUT_LEARNINGS_STRATEGY",
    )
    learnings_scope: Reach | None = _key("Who may learn from a run: itself, or its playbook's.")
    checks: tuple[str, ...] | None = _key(
        "More checks at landing, NAME[:REPORT]=COMMAND; the target's need --trust-target.",
        target="more",
        separator="\n",
    )
    verify: Verify | None = _key(
        "Check each landed commit, or a batch's last one only.", target=("commit",)
    )
    exclude: tuple[str, ...] | None = _key("No files that match these globs.", target="more")
    max_tasks: int | None = _key("Start no more tasks than this.", target="less")
    budget_usd: float | None = _key("Spend no more than this, in US dollars.", target="less")
    sample: int | None = _key("Run this many tasks first, then wait.", target="less")
    checkpoints: tuple[Checkpoint, ...] | None = _key("Wait for a person there.", target="more")
    color: Colour | None = _key("When lines are coloured.")
    quiet: bool | None = _key("Say only what went wrong, and how a run ended.")

    def __post_init__(self) -> None:
        """Refuse numbers under which nothing could run."""
        for name in _COUNTS:
            if (count := getattr(self, name)) is not None and count < 1:
                message = f"{name} is {count} — it must be at least 1"
                raise ValueError(message)
        usd = self.budget_usd
        if usd is not None and not (math.isfinite(usd) and usd >= 0):
            message = f"budget_usd is {usd} — it must be a number that is not negative"
            raise ValueError(message)


def _described(name: str, about: Mapping[str, Any]) -> Key:
    variable = about["variable"] or f"{ENVIRONMENT}{name.upper()}"
    return Key(
        name=name,
        variable=variable,
        help=about["help"],
        target=about["target"],
        separator=about["separator"],
    )


KEYS: Mapping[str, Key] = {
    one.name: _described(one.name, one.metadata[_KEY]) for one in fields(Config)
}
"""All keys by name."""

DEFAULTS = Config(sandbox="auto", color="auto", quiet=False)
"""What holds where nobody has said anything and no playbook does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """What one of those who may set keys has said."""

    origin: Origin
    config: Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What holds, and who said so, by key; nobody has said what has no origin."""

    config: Config
    origins: Mapping[str, tuple[Origin, ...]]

    def without(self, origin: Origin) -> Config:
        """Return what holds, None for keys that only `origin` has spoken of."""
        own = {name: None for name, whose in self.origins.items() if whose == (origin,)}
        return replace(self.config, **own)


def settled(layers: Sequence[Layer]) -> Settled:
    """Return what holds when these speak, the strongest first."""
    values: dict[str, Any] = {}
    origins: dict[str, tuple[Origin, ...]] = {}
    for key in KEYS.values():
        said = [
            (one.origin, value)
            for one in layers
            if (value := getattr(one.config, key.name)) is not None
        ]
        if said:
            origins[key.name], values[key.name] = _settle(key, said)
    return Settled(config=Config(**values), origins=origins)


def _settle(key: Key, said: Sequence[tuple[Origin, Any]]) -> tuple[tuple[Origin, ...], Any]:
    if key.target == "more":
        items: dict[str, str] = {}
        for one in (item for _, value in said for item in value):
            items.setdefault(_name(key, one), one)
        return tuple(origin for origin, _ in said), tuple(items.values())
    origin, value = said[0]
    if origin == "target" and key.target == "less":
        origin, value = min(said, key=lambda one: one[1])
    return (origin,), value


def _name(key: Key, item: str) -> str:
    """Return what two items have in common when the stronger one takes the other's place."""
    return item.partition("=")[0].partition(":")[0] if key.name == "checks" else item


def overreach(config: Config) -> dict[str, str]:
    """Return what a target repository says that it may not, and why, by key."""
    wrong = {}
    for key in KEYS.values():
        value = getattr(config, key.name)
        if value is None:
            continue
        if key.target == "no":
            wrong[key.name] = f"{key.name} is not for the target repository to set"
        elif isinstance(key.target, tuple) and value not in key.target:
            allowed = " or ".join(key.target)
            wrong[key.name] = f"the target repository can only set {key.name} to {allowed}"
    return wrong
