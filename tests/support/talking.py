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
AGAIN_S = 5.0
"""How long a person looks at a Ctrl-C that does nothing before the next, seconds."""


@dataclass(frozen=True, slots=True)
class Talk:
    """What a command showed on its terminal, and how it ended."""

    shown: str
    code: int


def talk(leafcut: Leafcut, arguments: Sequence[str], turns: Sequence[tuple[str, str]]) -> Talk:
    """Run a command on a terminal; each turn is what to wait for, and what is typed then.

    A Ctrl-C that nothing follows is pressed again: Python's `input()` misses a signal that comes
    between its last look for signals and its wait for a line (33 of 480 on a busy machine).

    Raises:
        TimeoutError: nothing came for too long.
    """
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
    interrupted = bool(turns) and turns[-1][1] == INTERRUPT
    while part := _read(terminal, pressing=INTERRUPT if interrupted else ""):
        shown += part
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return Talk(shown.replace("\r\n", "\n"), os.waitstatus_to_exitcode(status))


def _read(terminal: int, pressing: str = "") -> str:
    """Return what comes next; nothing at the end. While nothing comes, `pressing` is typed.

    Raises:
        TimeoutError: nothing came for too long.
    """
    silent_s = 0.0
    while not select.select([terminal], [], [], AGAIN_S)[0]:
        silent_s += AGAIN_S
        if silent_s >= PATIENCE_S:
            raise TimeoutError
        os.write(terminal, pressing.encode())
    try:
        return os.read(terminal, 4096).decode("utf-8", "replace")
    except OSError:  # Linux says so when the other side has closed
        return ""
