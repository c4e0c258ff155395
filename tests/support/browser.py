"""The machine's own Chromium, driven by Playwright, and axe-core, which npm brings."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support import npm

AXE = "axe-core@4.14.1"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
"""What the browser may be called: in Debian, in Ubuntu, and Google's own build."""


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
