"""The dashboard in a browser: for whoever has the address, and nobody else."""

import http.client
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.browser import looking
from tests.support.leafcut import Leafcut, make_playbook, make_repository

PAINTED_MS = 20_000
READ_MS = 3_000
SETTLED_MS = 1_500
SHOTS = os.environ.get("SCREENSHOTS")
"""The folder that keeps what was seen."""
VIEWS = {
    "tasks": ("1",),
    "graph": ("2",),
    "landing": ("4",),
    "learnings": ("5",),
    "slices": ("6",),
    "problems": ("3",),
    "task": ("Enter", "Enter"),
}


PLAYBOOK = """\
version: 1
name: new-names
title: Call things by their new names
find: {regex: ['\\bold_\\w+']}
select: {include: ["src/**"]}
graph: {language: python}
partition: {by: file, max_files: 1}
codemod: {run: "sed -i s/old_/new_/g ${{ task.files }}"}
checks:
  - name: words
    run: "python3 tools/words.py ${{ task.files }}"
    report: lines
    on: attempt
limits: {attempts: 2, concurrency: 3}
"""


WORDS = """\
import sys
found = [
    f"{path}:{number}: error: nobody knows new_parse  [unknown-name]"
    for path in sys.argv[1:]
    for number, line in enumerate(open(path), start=1)
    if "new_parse" in line
]
print(*found, sep="\\n")
sys.exit(bool(found))
"""


def package() -> dict[str, str]:
    """Return a package of which each part imports the core; three of its files cannot be done."""
    files = {
        "tools/words.py": WORDS,
        "src/shop/__init__.py": "",
        "src/shop/core.py": "old_core = 1\n",
    }
    for part in ("cart", "mail", "stock", "tax"):
        files[f"src/shop/{part}/__init__.py"] = ""
        for name in ("api", "model", "store", "views"):
            word = "old_parse" if (part, name) in WRONG else f"old_{name}"
            files[f"src/shop/{part}/{name}.py"] = f"from shop import core\n\n{word} = core\n"
    return files


WRONG = {("mail", "store"), ("tax", "api"), ("tax", "views")}


@pytest.fixture(scope="module")
def leafcut(tmp_path_factory: pytest.TempPathFactory) -> Leafcut:
    """A run that has ended, with tasks that failed."""
    folder = tmp_path_factory.mktemp("web")
    target = make_repository(folder / "shop", package())
    there = Leafcut(folder / "state")
    playbook = make_playbook(folder, PLAYBOOK, "new-names")
    there("run", str(playbook), "--repo", str(target), "--sandbox", "local", "--yes", code=3)
    return there


@contextmanager
def serving(leafcut: Leafcut, *options: str) -> Iterator[str]:
    """Serve the newest run's dashboard; gives the address."""
    run = next((leafcut.home / "runs").iterdir()).name
    process = subprocess.Popen(
        leafcut.command("watch", run, "--web", *options),
        env={**leafcut.env, "NO_COLOR": ""},  # a picture is to show what people see
        cwd=leafcut.cwd,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stderr is not None
        said = ""
        while (line := process.stderr.readline()) and "http://" not in line:
            said += line
        found = re.search(r"http://\S+", line)
        assert found, said
        yield found[0]
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
        if process.stderr is not None:
            process.stderr.close()


def answer(url: str, path: str, **headers: str) -> int:
    """Ask for a path; returns the status."""
    there = urlsplit(url)
    place = (there.hostname or "", there.port or 0)
    with closing(http.client.HTTPConnection(*place, timeout=10)) as connection:
        connection.request("GET", path, headers=headers)
        with closing(connection.getresponse()) as response:
            return response.status


def test_a_browser_shows_the_run_and_asks_nobody_else(leafcut: Leafcut, tmp_path: Path) -> None:
    shots = Path(SHOTS or tmp_path)
    with serving(leafcut) as url, looking() as seen:
        seen.page.goto(url)
        seen.page.wait_for_selector("body.-first-byte", timeout=PAINTED_MS)
        seen.page.wait_for_timeout(READ_MS)
        seen.page.mouse.click(600, 500)
        for name, keys in VIEWS.items():
            for key in keys:
                seen.page.keyboard.press(key)
                seen.page.wait_for_timeout(SETTLED_MS)
            seen.page.screenshot(path=shots / f"dashboard-{name}.png")
        assert len({(shots / f"dashboard-{name}.png").read_bytes() for name in VIEWS}) == len(VIEWS)
        assert seen.faults == []
        assert len(seen.asked) > 3
        assert {urlsplit(asked).netloc for asked in seen.asked} == {urlsplit(url).netloc}
        assert urlsplit(url).hostname == "127.0.0.1"


def test_without_the_address_there_is_nothing(leafcut: Leafcut) -> None:
    with serving(leafcut) as url:
        here, netloc = urlsplit(url).path, urlsplit(url).netloc
        upgrade = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        }
        assert answer(url, here) == 200
        assert answer(url, "/") == 404
        assert answer(url, "/ws", **upgrade) == 404
        assert answer(url, f"{here}ws", **upgrade) == 101
        assert answer(url, f"{here}ws", **upgrade, Origin="http://elsewhere.example") == 403
        assert answer(url, here, Host="elsewhere.example") == 404
        assert answer(url, f"{here}ws", **upgrade, Origin=f"http://{netloc}") == 101


def test_a_port_that_is_taken_is_told_before_anything_is_served(leafcut: Leafcut) -> None:
    with serving(leafcut) as url:
        port = str(urlsplit(url).port)
        run = next((leafcut.home / "runs").iterdir()).name
        said = leafcut("watch", run, "--web", "--port", port, code=2).stderr
        assert f"port {port} of 127.0.0.1 cannot be used" in said
