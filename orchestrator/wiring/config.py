"""Who has said what of the keys in `domain/config.py`.

Nothing heavy is imported before there is something to read: each command asks at its start.
"""

import hashlib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrator.domain.config import DEFAULTS, FILE, KEYS, PLACE, Config, Layer, settled
from orchestrator.wiring.folders import places

if TYPE_CHECKING:
    from orchestrator.adapters.git.target import Target
    from orchestrator.domain.playbook import Playbook


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What all have said but a playbook, the strongest first, and what a person is told of it.

    `target` is the target's file, None outside of a repository; it counts as of a commit.
    """

    layers: tuple[Layer, ...]
    notes: tuple[str, ...] = ()
    target: Path | None = None


def users_file() -> Path:
    """Return where the user's own settings lie, whether or not they do."""
    return places().config / FILE


def users_own(flags: Config | None = None) -> Config:
    """Return what holds for a command that is about no target repository.

    Raises:
        InvalidFileError: the user's file has faults.
        UsageError: a variable has a value that is none.
    """
    flag = Layer(origin="flag", config=flags or Config())
    return settled((flag, *_environments(), *_users(), _DEFAULT)).config


def said_for(repository: Path, base: str, flags: Config, *, trust: bool = False) -> Said:
    """Return what holds for a run on a repository at a revision.

    The target's file is that of the commit, which is what the run works on; a file that is only in
    the working tree says nothing yet. Its checks are commands, so code of somebody else's: they
    count only when a person trusts them, now or earlier.

    Raises:
        InvalidFileError: a file has faults, or the target's says what it may not.
        UsageError: a variable has a value that is none.
    """
    target = _target(repository)
    brought, notes = _brought(target, base, trust=trust) if target else (Config(), ())
    flag, own = Layer(origin="flag", config=flags), Layer(origin="target", config=brought)
    return Said(
        layers=(flag, *_environments(), own, *_users(), _DEFAULT),
        notes=notes,
        target=target.root / PLACE if target else None,
    )


def playbooks_own(playbook: "Playbook") -> Layer:
    """Return what a playbook says of keys that the target can only lower."""
    sample = playbook.sample.tasks if playbook.sample else None
    limits = playbook.limits
    said = Config(jobs=limits.concurrency, budget_usd=limits.budget_usd, sample=sample)
    return Layer(origin="playbook", config=said)


_DEFAULT = Layer(origin="default", config=DEFAULTS)


def _environments() -> tuple[Layer, ...]:
    if not any(os.environ.get(key.variable) for key in KEYS.values()):
        return ()
    from orchestrator.adapters.config import environments_config

    return (Layer(origin="environment", config=environments_config(os.environ)),)


def _users() -> tuple[Layer, ...]:
    file = users_file()
    if not file.is_file():
        return ()
    from orchestrator.adapters.config import users_config

    return (Layer(origin="user", config=users_config(file)),)


def _target(repository: Path) -> "Target | None":
    from orchestrator.adapters.git.target import Target
    from orchestrator.errors import LeafcutError

    try:
        return Target.open(repository)
    except LeafcutError:  # whoever needs a repository says so
        return None


def _brought(target: "Target", base: str, *, trust: bool) -> tuple[Config, tuple[str, ...]]:
    from orchestrator.adapters.config import targets_config

    text = target.read(base, PLACE.as_posix())
    if text is None:
        return Config(), ()
    brought = targets_config(target.root / PLACE, text)
    if not brought.checks or _trusted(target.root, brought.checks, given=trust):
        return brought, ()
    told = f"⚠ checks in the target's {PLACE} are left out: they are its own code"
    return replace(brought, checks=None), (f"{told} (--trust-target)",)


def _trusted(target: Path, checks: tuple[str, ...], *, given: bool) -> bool:
    from orchestrator.adapters.library.trust import TrustStore

    digest = hashlib.sha256("\0".join(checks).encode()).hexdigest()
    store = TrustStore(places().state.parent / "trusted.json")
    return store.allows((str(target), PLACE.as_posix(), digest), given=given)
