"""Secrets by name, taken to where no child process and no reader of /proc finds them."""

import ctypes
import os
from collections.abc import Iterable, Mapping, MutableMapping
from pathlib import Path

from orchestrator.domain.redaction import SHORTEST
from orchestrator.errors import UsageError

_BLOCK = (47, 48)
"""Where proc(5) has env_start and env_end in /proc/PID/stat, counted after the command's name."""


def take_secrets(
    names: Iterable[str],
    given: Iterable[str] = (),
    environment: MutableMapping[str, str] = os.environ,
) -> Mapping[str, str]:
    """Return the secrets that are there, and take all that are named out of the environment.

    `names` are those that somebody may need; one that is missing is left out. `given` are what
    people wrote: `NAME` (from the environment) or `NAME=@FILE`.

    Raises:
        UsageError: what was given is not there, or too short to be told from other text.
    """
    asked = [text.partition("=") for text in given]
    files = {name: _read(name, value) for name, sign, value in asked if sign}
    wanted = [name for name, sign, _ in asked if not sign]
    taken = {name: _take(name, environment) for name in {*names, *files, *wanted}}
    found = {name: value for name, value in {**taken, **files}.items() if value}
    for name in wanted:
        if name not in found:
            raise UsageError(f"there is no {name} in the environment", hint=f"{name}=@FILE")
    for name, value in found.items():
        if len(value) < SHORTEST:
            raise UsageError(
                f"secret {name} has fewer than {SHORTEST} characters",
                hint="give the whole of it: one so short cannot be kept out of other text",
            )
    return dict(sorted(found.items()))


def _read(name: str, value: str) -> str:
    path = Path(value[1:]).expanduser()
    if not value.startswith("@"):
        raise UsageError(
            f"{name}=… would show a secret to whoever lists processes", hint=f"{name}=@FILE"
        )
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"secret {name} cannot be read from {path}: {error}") from error
    if not secret:
        raise UsageError(f"{path} is empty, so it is no secret {name}")
    return secret


def _take(name: str, environment: MutableMapping[str, str]) -> str:
    if environment is os.environ:
        _wipe(name)
    return environment.pop(name, "").strip()


def _wipe(name: str) -> None:
    """Overwrite a variable in the block that the process began with: /proc/PID/environ shows it."""
    try:
        fields = Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:  # no such /proc, so nothing shows it
        return
    start, end = (int(fields[n]) for n in _BLOCK)
    block = b"\0" + ctypes.string_at(start, end - start)
    beginning = b"\0" + os.fsencode(name) + b"="
    found = block.find(beginning)
    if found >= 0:
        value = found + len(beginning)
        length = block.index(b"\0", value) - value
        ctypes.memset(start + value - 1, ord("x"), length)
