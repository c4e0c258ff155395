"""A person at a terminal: a command that asks, and answers typed when it has asked."""

import os
import pty
import select
from collections.abc import Sequence
from dataclasses import dataclass

from tests.support.leafcut import Leafcut

PATIENCE_S = 60.0
INTERRUPT = "\x03"
"""What Ctrl-C sends."""


@dataclass(frozen=True, slots=True)
class Talk:
    """What a command showed on its terminal, and how it ended."""

    shown: str
    code: int


def talk(leafcut: Leafcut, arguments: Sequence[str], turns: Sequence[tuple[str, str]]) -> Talk:
    """Run a command on a terminal; each turn is what to wait for, and what is typed then."""
    child, terminal = pty.fork()
    if child == 0:
        command = leafcut.command(*arguments)
        os.chdir(leafcut.cwd)
        os.execvpe(command[0], command, leafcut.env)  # noqa: S606 - a list, in a child of ours
    shown = ""
    for awaited, typed in turns:
        seen = len(shown)
        while awaited not in shown[seen:]:
            part = _read(terminal)
            assert part, f"no {awaited!r} in {shown[seen:]!r}"
            shown += part
        os.write(terminal, typed.encode())
    while part := _read(terminal):
        shown += part
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return Talk(shown.replace("\r\n", "\n"), os.waitstatus_to_exitcode(status))


def _read(terminal: int) -> str:
    """Return what comes next; nothing at the end.

    Raises:
        TimeoutError: nothing came for too long.
    """
    if not select.select([terminal], [], [], PATIENCE_S)[0]:
        raise TimeoutError
    try:
        return os.read(terminal, 4096).decode("utf-8", "replace")
    except OSError:  # Linux says so when the other side has closed
        return ""
