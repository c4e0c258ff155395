"""What the operating system or the journal refuses, told as what a person can act on."""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from orchestrator.errors import (
    InvalidInputError,
    LeafcutError,
    MissingRequirementError,
    is_out_of_space,
)

P = ParamSpec("P")
T = TypeVar("T")


def explaining(call: Callable[P, T], root: Path) -> Callable[P, T]:
    """Have a call that works on the run in `root` raise its faults as a `LeafcutError`.

    A full disk, a file that may not be read and a locked journal are no bugs; on a thread of its
    own they would end the dashboard, or be heard by nobody.
    """

    def explained(*given: P.args, **named: P.kwargs) -> T:
        try:
            return call(*given, **named)
        except (OSError, sqlite3.Error) as error:
            raise _explained(error, root) from error

    return explained


def _explained(error: OSError | sqlite3.Error, root: Path) -> LeafcutError:
    if isinstance(error, sqlite3.Error):
        hint = "does another program use it, and is it yours?"
        return InvalidInputError(f"the run's journal: {error}", hint=hint)
    if is_out_of_space(error):
        return MissingRequirementError(f"no room left: {error}", hint="free some space, then again")
    if _lies_in(root, error.filename):
        return InvalidInputError(f"the run's folder: {error}", hint="is all of it yours?")
    hint = "is it there, and may you use it?" if error.filename is not None else ""
    return InvalidInputError(str(error), hint=hint)


def _lies_in(root: Path, name: object) -> bool:
    """Say whether what an error is about is a file in the folder; it may be about none."""
    if not isinstance(name, str | bytes | os.PathLike):
        return False
    return Path(os.fsdecode(name)).absolute().is_relative_to(root.absolute())
