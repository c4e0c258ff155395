"""Playbooks that the target repository brings: code of others, run only when a person says so.

They come from the base commit, never shadow another playbook, and may not relax what protects the
person who runs them.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestrator.adapters.library.playbooks import FILE, LoadedPlaybook
from orchestrator.adapters.library.source import Document, Fault, InvalidFileError, Location, read
from orchestrator.domain.durations import seconds
from orchestrator.domain.hosts import private_addresses
from orchestrator.domain.playbook import Guards, Limits, Playbook
from orchestrator.domain.staging import stages_of
from orchestrator.errors import InvalidInputError, UsageError

PLACE = Path(".leafcut", "playbooks")
"""Where in a target repository its playbooks lie."""
SOURCE = "target"

AGENTS = ("codemod",)


def playbooks_in(tree: Path) -> Path:
    """Return the folder of the playbooks in a checkout of the target.

    Raises:
        InvalidInputError: a link leads out of the checkout.
    """
    folder = tree / PLACE
    if folder.resolve() != tree.resolve() / PLACE:
        raise InvalidInputError(f"{PLACE} in the target repository is a symbolic link")
    return folder


def refuse_overreach(loaded: LoadedPlaybook) -> None:
    """See that a playbook of the target relaxes no guard, raises no limit and names no agent.

    Raises:
        InvalidFileError: it does, with every place.
    """
    faults = list(_overreach(read(loaded.folder / FILE), loaded.playbook))
    if faults:
        raise InvalidFileError(faults)


def _overreach(document: Document, playbook: Playbook) -> Iterator[Fault]:
    limits = playbook.limits
    longest = seconds(Limits().attempt_timeout)
    too_much: dict[Location, bool] = {
        ("agents",): playbook.agents != AGENTS,
        ("environment",): playbook.environment is not None,
        ("setup", "hosts"): bool(private_addresses(playbook.setup.host_rules)),
        **_relaxed(("guards",), playbook.guards),
        ("limits", "concurrency"): limits.concurrency > Limits().concurrency,
        ("limits", "attempts"): limits.attempts > Limits().attempts,
        ("limits", "attempt_timeout"): seconds(limits.attempt_timeout) > longest,
    }
    for name, stage in stages_of(playbook):
        too_much |= _relaxed((name, "guards"), stage.guards)
        too_much[name, "agents"] = stage.agents not in {(), AGENTS}
    for place, wrong in too_much.items():
        if wrong:
            key = ".".join(map(str, place))
            said = f"{key} cannot be relaxed by the target repository's own playbook"
            yield document.fault(place, f"{said} — copy the playbook to a folder of yours")


def _relaxed(place: Location, guards: Guards) -> dict[Location, bool]:
    """Return of each guard whether it is weaker than it is by default."""
    strict = Guards()
    return {
        (*place, "residue"): guards.residue != strict.residue,
        (*place, "max_changed_lines"): not 0 < guards.max_changed_lines <= strict.max_changed_lines,
        (*place, "allow_new_files"): bool(guards.allow_new_files),
        (*place, "allow_deleted"): bool(guards.allow_deleted),
        (*place, "allow_moves"): bool(guards.allow_moves),
        (*place, "laziness"): guards.laziness != "on",
        (*place, "allow_laziness"): bool(guards.allow_laziness),
        (*place, "test_integrity"): guards.test_integrity != "on",
        (*place, "test_renames"): bool(guards.test_renames),
        (*place, "secrets"): guards.secrets != "on",
    }


class TrustStore:
    """Which playbooks of which targets a person has trusted, by digest; a JSON file."""

    def __init__(self, file: Path) -> None:
        """Keep the decisions in `file`, which need not be there yet."""
        self._file = file

    def require(self, loaded: LoadedPlaybook, target: Path, *, given: bool) -> None:
        """Let a playbook pass that was trusted before, or remember that it is trusted now.

        Raises:
            UsageError: nobody has trusted this content.
        """
        entry = (str(target), loaded.playbook.name, loaded.digest)
        if not self.allows(entry, given=given):
            raise UsageError(
                f"playbook {loaded.playbook.name} is the target repository's own code, which would "
                f"run here (SHA-256 {loaded.digest})",
                hint=f"read {target / PLACE / loaded.playbook.name}, then add --trust-target",
            )

    def allows(self, entry: tuple[str, str, str], *, given: bool) -> bool:
        """Say whether a target's content is trusted, now or earlier; remember that it is now.

        `entry` is the target, what of it, and the digest.
        """
        trusted = self._read()
        if list(entry) in trusted:
            return True
        if given:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            staged = self._file.with_suffix(".new")
            staged.write_text(json.dumps([*trusted, entry], indent=1), encoding="utf-8")
            staged.replace(self._file)
        return given

    def _read(self) -> list[Any]:
        """Return the decisions; an unreadable file counts as none: that is the safe side."""
        try:
            entries = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return []
        return entries if isinstance(entries, list) else []
