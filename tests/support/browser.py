"""Debian's Chromium, driven by Playwright; all that it asks for is taken down."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright


@dataclass(frozen=True, slots=True)
class Looking:
    """A page, the addresses that it asked for, and what went wrong on it."""

    page: Page
    asked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def chromium() -> str:
    """Return where Chromium is; without it a test is skipped, but not in CI."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("there is no chromium here")
        pytest.skip("there is no chromium here")
    return found


@contextmanager
def looking(size: tuple[int, int] = (1280, 800), **context: Any) -> Iterator[Looking]:
    """Open a page of a size in pixels; `context` is what Playwright takes for it."""
    width, height = size
    viewport: Mapping[str, int] = {"width": width, "height": height}
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        try:
            there = browser.new_context(viewport=viewport, **context)  # type: ignore[arg-type]
            seen = Looking(there.new_page())
            there.on("request", lambda request: seen.asked.append(request.url))
            seen.page.on("websocket", lambda socket: seen.asked.append(socket.url))
            seen.page.on("pageerror", lambda error: seen.faults.append(str(error)))
            seen.page.on("console", lambda said: _take_down(seen, said.type, said.text))
            yield seen
        finally:
            browser.close()


def _take_down(seen: Looking, kind: str, text: str) -> None:
    if kind in {"error", "warning"}:
        seen.faults.append(text)
