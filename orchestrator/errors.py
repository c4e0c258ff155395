"""What can stop Leafcut, one class for each exit code; see docs/architecture.md.

Only the command line's boundary catches these. What is expected to fail (a task, a check) is a
value, not an exception.
"""

import errno
import os
from typing import ClassVar

_OUT_OF_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})


class LeafcutError(Exception):
    """A problem that a person can act on.

    `message` says what is wrong and where, `hint` what to do about it; either is plain text with
    no trailing newline.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(LeafcutError):
    """The command was called with something that it cannot take."""

    exit_code = 2


class AuthenticationError(LeafcutError):
    """Somebody does not know the key that they were shown, or there is none to show."""

    exit_code = 4


class InvalidInputError(LeafcutError):
    """A playbook, a plan or a repository that cannot be worked with."""

    exit_code = 5


class CheckpointError(LeafcutError):
    """A checkpoint that a person has not approved stands before what was asked for."""

    exit_code = 6


class MissingRequirementError(LeafcutError):
    """The environment lacks something; the hint says how to get it."""

    exit_code = 7


def is_out_of_space(error: Exception) -> bool:
    """Say whether a full disk is behind an error; git only says so in words."""
    told = isinstance(error, OSError) and error.errno in _OUT_OF_SPACE
    return told or os.strerror(errno.ENOSPC) in str(error)
