"""Named pipes: how an agent's standard input and output leave its sandbox.

They lie in a folder that the sandbox shows at the same path. All of our ends are opened before the
agent starts and by descriptor afterwards, so nothing that it puts in their place is ever opened.
"""

import os
import shlex
from pathlib import Path
from typing import Self

_OURS = os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW


class Pipes:
    """A context manager; `to_agent` and `from_agent` are descriptors of our ends."""

    def __init__(self, folder: Path) -> None:
        """Make the pipes in `folder`, which must not be there yet."""
        folder.mkdir(mode=0o700)
        self._paths = {name: str(folder / name) for name in ("in", "out", "end")}
        for path in self._paths.values():
            os.mkfifo(path, 0o600)
        self.from_agent = os.open(self._paths["out"], os.O_RDONLY | _OURS)
        # Without a reader a pipe cannot be written to; this one keeps it open until the agent's is.
        self._reader = os.open(self._paths["in"], os.O_RDONLY | _OURS)
        self.to_agent = os.open(self._paths["in"], os.O_WRONLY | _OURS)
        self._end = os.open(self._paths["end"], os.O_RDWR | _OURS)

    def script(self, invocation: str) -> str:
        """Return a script that runs the agent on the pipes until it ends or `finish` is called.

        Whatever the agent leaves running dies with the script: that is what sandboxes promise.
        """
        given, said, end = (shlex.quote(self._paths[name]) for name in ("in", "out", "end"))
        return (
            f"{{ {invocation} <{given} >{said}; echo $? >{end}; }} & "
            f'read -r code <{end}; exit "$code"'
        )

    def finish(self) -> None:
        """End the script: the agent has done its work, or its time is over."""
        os.write(self._end, b"0\n")

    def __enter__(self) -> Self:
        """Lend the pipes."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close our ends."""
        for descriptor in (self.from_agent, self.to_agent, self._reader, self._end):
            os.close(descriptor)
