"""The dashboard driven without a terminal: keys in, the lines of the screen out."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from textual.message import Message
from textual.pilot import Pilot

from orchestrator.application.watching.watched import Watched
from orchestrator.tui.app import Dashboard
from orchestrator.tui.view import TaskOpened

PATIENCE_S = 60.0
PAINTED_S = 0.1
"""How long what has changed may take to be on the screen, in seconds."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A dashboard with somebody before it; `opened` are the tasks that were looked at from near."""

    app: Dashboard
    pilot: Pilot[None]
    opened: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """What is on the screen, line by line."""
        width, height = self.app.size
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip)[:width] for strip in strips][:height]

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(line.rstrip() for line in self.lines)

    async def press(self, *keys: str) -> str:
        """Press keys, each once what came of the last is there; return what is on the screen."""
        for key in keys:
            await self.pilot.press(key)
        await self.pilot.pause(PAINTED_S)
        return self.text

    async def until(self, seen: Callable[[], bool]) -> str:
        """Wait till something is so; return what is on the screen then."""
        for _ in range(int(PATIENCE_S / 0.02)):
            if seen():
                await self.pilot.pause(PAINTED_S)
                return self.text
            await asyncio.sleep(0.02)
        raise AssertionError(self.text)


@asynccontextmanager
async def before(
    watched: Watched,
    size: tuple[int, int] = (120, 36),
    *,
    read_only: bool = False,
    own: bool = False,
) -> AsyncIterator[Screen]:
    """Sit down before a dashboard and wait till it has read all there is."""
    app = Dashboard(watched, read_only=read_only, own=own)
    opened: list[str] = []

    def hear(message: Message) -> None:
        if isinstance(message, TaskOpened) and opened[-1:] != [message.task]:
            opened.append(message.task)  # each widget that it passes hears it

    async with app.run_test(size=size, message_hook=hear) as pilot:
        screen = Screen(app, pilot, opened)
        await screen.until(lambda: _has_read(app))
        yield screen


def _has_read(app: Dashboard) -> bool:
    return app.look is not None and app.look.sequence > 0 and app.settled


def played(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Play a scene to its end."""
    asyncio.run(scene())
