"""A lesson as a value: what it says, where it holds, who it is from."""

import hashlib
from dataclasses import dataclass
from typing import Literal, TypeAlias

LearningKind: TypeAlias = Literal["fix", "convention", "pitfall"]
"""`fix`: what mends a failure. `convention`: how things are done here. `pitfall`: what fails."""
Source: TypeAlias = Literal["verdict", "agent", "person"]
Reach: TypeAlias = Literal["run", "playbook"]
"""Who may be told: tasks of the run it is from, or those of every run of the playbook."""

LONGEST_TEXT = 400
"""How many characters a learning has at most."""

LAST = 253_370_764_800.0
"""The beginning of the year 9999, in seconds since the epoch: calendars end with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where a learning holds: files that match any of `paths` (globs; none: everywhere).

    An empty `language` or `playbook` is any.
    """

    paths: tuple[str, ...] = ()
    language: str = ""
    playbook: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Who a learning is from: a verdict on an attempt, the attempt's agent, or a person.

    `who` is the agent's or the person's name, `commit` the change set that passed.
    """

    source: Source
    run: str
    who: str = ""
    task: str = ""
    attempt: int = 0
    commit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    """A lesson. `signature` is the normalised failure that it is about (`clusters.signature`).

    An empty signature makes it a lesson about no failure in particular. `expires_at` is in seconds
    since the epoch, None for never.
    """

    kind: LearningKind
    text: str
    provenance: Provenance
    scope: Scope = Scope()
    signature: str = ""
    reach: Reach = "run"
    expires_at: float | None = None

    def has_expired(self, now: float) -> bool:
        """Say whether it holds no more; `now` is in seconds since the epoch."""
        return self.expires_at is not None and self.expires_at <= now

    @property
    def id(self) -> str:
        """What it is called: the same words about the same failure are the same learning."""
        said = "\0".join((self.kind, self.signature, self.text, *self.scope.paths))
        return f"l-{hashlib.sha256(said.encode('utf-8', 'surrogatepass')).hexdigest()[:10]}"
