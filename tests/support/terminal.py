"""A real terminal for whole programs: tmux, driven by its own command line."""

import os
import shlex
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from orchestrator.errors import MissingRequirementError
from tests.support.requirements import needed
from tests.support.waiting import until

PATIENCE_S = 60.0
LEFT = "the program has left with"


@dataclass(frozen=True, slots=True)
class Terminal:
    """One window with one program; what it left with stands below what it last showed."""

    server: str

    def press(self, *keys: str) -> None:
        """Press keys, as tmux names them."""
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type text as it stands."""
        self._tmux("send-keys", "-l", text)

    @property
    def text(self) -> str:
        """What is on the screen, and above it."""
        return self._tmux("capture-pane", "-p", "-S", "-200")

    @property
    def flags(self) -> Mapping[str, str]:
        """What the program has done to the terminal."""
        names = ("alternate_on", "mouse_any_flag", "cursor_flag", "pane_pid")
        said = self._tmux("display-message", "-p", " ".join(f"#{{{name}}}" for name in names))
        return dict(zip(names, said.split(), strict=True))

    def see(self, *words: str) -> str:
        """Wait till all of it is on the screen, and return what is there then."""
        shown = ""

        def is_seen() -> bool:
            nonlocal shown
            shown = self.text
            return all(word in shown for word in words)

        try:
            until(is_seen, f"{words}", within_s=PATIENCE_S)
        except AssertionError:
            message = f"{words} not in\n{shown}"
            raise AssertionError(message) from None
        return shown

    def left(self) -> int:
        """Wait till the program has left, and return its exit code."""
        return int(self.see(LEFT).rpartition(LEFT)[2].split()[0])

    def _tmux(self, *words: str) -> str:
        command = ["tmux", "-L", self.server, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@contextmanager
def terminal(
    command: Sequence[str],
    env: Mapping[str, str],
    cwd: Path,
    size: tuple[int, int] = (120, 36),
) -> Iterator[Terminal]:
    """Start a program in a terminal of its own, which is closed at the end."""
    needed(_tmux)
    server = f"leafcut-test-{uuid4().hex[:8]}"
    shown = f"{shlex.join(command)}; echo {LEFT} $?; exec sleep 600"
    window = ["new-session", "-d", "-x", str(size[0]), "-y", str(size[1]), "-c", str(cwd), shown]
    # A terminal is a terminal, whoever runs the tests.
    plain = {name: value for name, value in env.items() if name not in {"CI", "TMUX"}}
    subprocess.run(
        ["tmux", "-L", server, "-f", os.devnull, *window],
        check=True,
        env={**plain, "TERM": "xterm"},
    )
    try:
        yield Terminal(server)
    finally:
        subprocess.run(["tmux", "-L", server, "kill-server"], check=False, capture_output=True)


def _tmux() -> None:
    try:
        subprocess.run(["tmux", "-V"], check=True, capture_output=True)
    except FileNotFoundError:
        raise MissingRequirementError("there is no tmux", hint="install tmux") from None
