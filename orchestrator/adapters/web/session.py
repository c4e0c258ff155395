"""One browser that looks: the process that draws for it, and how both end together."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from textual_serve.app_service import AppService

DRIVER = "orchestrator.tui.browser:Browser"
PATIENCE_S = 3.0
"""How long a process may take to end after it was asked to, in seconds."""
LARGEST = 1_000
"""How many cells a screen has at most each way, whatever a browser says."""


class Session(AppService):
    """Draws for one browser; neither the process nor the connection outlives the other."""

    def __init__(self, words: Sequence[str], **more: Any) -> None:
        """Run the command of these words."""
        super().__init__("", **more)
        self._words = words

    async def start(self, width: int, height: int) -> None:
        """Begin with a screen of this size."""
        await super().start(_cells(width), _cells(height))

    async def set_terminal_size(self, width: int, height: int) -> None:
        """Say how large the screen is now."""
        await super().set_terminal_size(_cells(width), _cells(height))

    async def run(self) -> None:
        """Hand on what the process draws, and let the browser go when it ends, however it does."""
        await super().run()
        await self.remote_close()

    async def stop(self) -> None:
        """End the process: ask it first, for it may be amid a command of the person's."""
        if self._process is None or self._task is None:
            return
        task, self._task = self._task, None
        await self._download_manager.cancel_app_downloads(app_service_id=self.app_service_id)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self.send_meta({"type": "quit"})
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        return {**super()._build_environment(width, height), "TEXTUAL_DRIVER": DRIVER}

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        self._process = await asyncio.create_subprocess_exec(
            *self._words,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=self._build_environment(width, height),
        )
        self._stdin = self._process.stdin
        return self._process


def _cells(count: int) -> int:
    """Return a number of cells that a screen can have.

    Raises:
        TypeError: it is no number.
    """
    return max(1, min(count, LARGEST))
