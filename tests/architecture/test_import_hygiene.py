"""What `leafcut --help` waits for: the command line loads nothing heavy before it is needed."""

import re
import subprocess
import sys

HEAVY = {
    *("acp", "aiohttp", "docker", "git", "jinja2", "libcst", "mcp", "networkx", "pydantic"),
    *("ast_grep_py", "rapidfuzz", "redis", "rich", "textual", "uvicorn"),
}
SLOW = {"asyncio", "concurrent", "sqlite3", "tomllib"}
"""Parts of the standard library that take their time."""


OWN = {"orchestrator.domain.attempt", "orchestrator.domain.events", "orchestrator.domain.plan"}
"""What most of the program's own rooms stand on."""


def imported_by(module: str) -> set[str]:
    """Return the modules that importing `module` in a fresh process loads, and their packages."""
    said = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", f"import {module}"],
        check=True,
        capture_output=True,
        text=True,
    ).stderr
    names = set(re.findall(r"^import time:.*\|\s+([\w.]+)", said, re.MULTILINE))
    return names | {name.partition(".")[0] for name in names}


def test_the_command_line_starts_light() -> None:
    loaded = imported_by("orchestrator.cli.app")
    assert {"orchestrator", "typer"} <= loaded
    assert not loaded & (HEAVY | SLOW | OWN)


def test_the_core_needs_nothing_installed() -> None:
    loaded = imported_by("orchestrator.application.engine")
    assert not loaded & {*HEAVY, "sqlite3", "subprocess", "socket", "typer"}


def test_the_dashboard_has_a_frame_before_it_knows_what_a_run_is_made_of() -> None:
    loaded = imported_by("orchestrator.wiring.watching, orchestrator.tui.app")
    assert {"textual", "orchestrator.tui.header"} <= loaded
    assert not loaded & OWN
