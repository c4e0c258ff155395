"""Every view of four runs at three sizes, as it was when somebody last looked at it.

The pictures lie in `tests/tui/snapshots`: open them in a browser. `SNAPSHOTS=write` takes them
anew; look at what has changed before it is committed.
"""

import os
import re
import time
from pathlib import Path

import pytest

from tests.support.dashboard import Screen, before, played
from tests.support.scenes import SCENES, TASK

SHELF = Path(__file__).parent / "snapshots"
STILL_S = 0.3
"""How long nothing may change on a screen before it is taken to be painted, in seconds."""
STILL_TRIES = 20
SIZES = ((80, 24), (120, 36), (200, 60))
_UNIQUE = re.compile(r"terminal-\d+")
_FONT = re.compile(r"@font-face \{.*?\}", re.DOTALL)
_TEXT = re.compile(r"<text[^>]*>([^<]*)</text>")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
@pytest.mark.parametrize("name", SCENES)
def test_views_look_as_they_did(
    tmp_path: Path, name: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.delenv("NO_COLOR", raising=False)
    story = SCENES[name]()

    async def scene() -> None:
        async with before(story.watched(tmp_path).watched, size) as screen:
            for number, view in enumerate(screen.app.views, start=1):
                await screen.press(str(number))
                await _compare(screen, f"{name}-{size[0]}x{size[1]}-{view.id}")
            await screen.press("1")
            screen.app.open_task(TASK)
            await screen.until(lambda: bool(screen.app.screen.query("FooterKey")) and _near(screen))
            await _compare(screen, f"{name}-{size[0]}x{size[1]}-task")

    played(scene)


def _near(screen: Screen) -> bool:
    return screen.app.near is not None


async def _compare(screen: Screen, name: str) -> None:
    """Hold the screen against its picture, or make that where the person asks for it."""
    kept = SHELF / f"{name}.svg"
    if os.environ.get("SNAPSHOTS") == "write":
        SHELF.mkdir(exist_ok=True)
        kept.write_text(await _still(screen), encoding="utf-8")
    expected = kept.read_text(encoding="utf-8")
    drawn = _drawn(screen)
    if drawn != expected:  # it may not be painted yet where much else goes on
        drawn = await _still(screen)
    assert _TEXT.findall(drawn) == _TEXT.findall(expected), name
    assert drawn == expected, f"{name}: the colours are others"


async def _still(screen: Screen) -> str:
    """Return what is drawn once nothing changes any more."""
    last = ""
    for _ in range(STILL_TRIES):
        if last == (last := _drawn(screen)):
            return last
        await screen.pilot.pause(STILL_S)
    raise AssertionError("the screen never stands still")


def _drawn(screen: Screen) -> str:
    picture = screen.app.export_screenshot(simplify=True)
    return _FONT.sub("", _UNIQUE.sub("terminal", picture))
