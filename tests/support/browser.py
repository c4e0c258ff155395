"""The machine's own Chromium, driven by Playwright, and axe-core, which npm brings."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support import npm

AXE = "axe-core@4.14.1"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
"""What the browser may be called: in Debian, in Ubuntu, and Google's own build."""


@dataclass(frozen=True, slots=True)
class Looking:
    """A page, the addresses that it asked for, and what went wrong on it."""

    page: Page
    asked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser; skip the test where there is none, but in continuous integration."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("chromium is not installed")
        pytest.skip("chromium is not installed")
    # Chromium's own sandbox wants a user that is not root.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


def axe() -> str:
    """Return the source of axe-core, which looks for faults that keep people out of a page."""
    modules = npm.programs((AXE,)).parent / "lib" / "node_modules"
    return (modules / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@contextmanager
def looking(size: tuple[int, int] = (1280, 800), **context: Any) -> Iterator[Looking]:
    """Open a page of a size in pixels; `context` is what Playwright takes for it."""
    with chromium() as browser:
        viewport = {"width": size[0], "height": size[1]}
        there = browser.new_context(viewport=viewport, **context)  # type: ignore[arg-type]
        seen = Looking(there.new_page())
        there.on("request", lambda request: seen.asked.append(request.url))
        seen.page.on("websocket", lambda socket: seen.asked.append(socket.url))
        seen.page.on("pageerror", lambda error: seen.faults.append(str(error)))
        seen.page.on("console", lambda said: _take_down(seen, said.type, said.text))
        yield seen


def _take_down(seen: Looking, kind: str, text: str) -> None:
    if kind in {"error", "warning"}:
        seen.faults.append(text)
