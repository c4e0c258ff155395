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
                _compare(screen, f"{name}-{size[0]}x{size[1]}-{view.id}")
            await screen.press("1")
            screen.app.open_task(TASK)
            await screen.until(lambda: bool(screen.app.screen.query("FooterKey")) and _near(screen))
            _compare(screen, f"{name}-{size[0]}x{size[1]}-task")

    played(scene)


def _near(screen: Screen) -> bool:
    return screen.app.near is not None


def _compare(screen: Screen, name: str) -> None:
    """Hold the screen against its picture, or make that where the person asks for it."""
    drawn = _FONT.sub("", _UNIQUE.sub("terminal", screen.app.export_screenshot(simplify=True)))
    kept = SHELF / f"{name}.svg"
    if os.environ.get("SNAPSHOTS") == "write":
        SHELF.mkdir(exist_ok=True)
        kept.write_text(drawn, encoding="utf-8")
    assert _TEXT.findall(drawn) == _TEXT.findall(kept.read_text(encoding="utf-8")), name
    assert drawn == kept.read_text(encoding="utf-8"), f"{name}: the colours are others"
