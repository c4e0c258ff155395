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
from tests.support.leafcut import Leafcut, make_playbook, make_repository, wide

PAINTED_MS = 20_000


@pytest.fixture(scope="module")
def leafcut(tmp_path_factory: pytest.TempPathFactory) -> Leafcut:
    """A run of six tasks, one of which fails."""
    folder = tmp_path_factory.mktemp("web")
    files = {**wide(5), "m05.py": "value = (OLD\n"}
    target = make_repository(folder / "target", files)
    there = Leafcut(folder / "state")
    playbook = make_playbook(folder)
    there("run", str(playbook), "--repo", str(target), "--sandbox", "local", "--yes", code=None)
    return there


@contextmanager
def serving(leafcut: Leafcut, *options: str) -> Iterator[str]:
    """Serve the newest run's dashboard; gives the address."""
    run = next((leafcut.home / "runs").iterdir()).name
    process = subprocess.Popen(
        leafcut.command("watch", run, "--web", *options),
        env=leafcut.env,
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
    with serving(leafcut) as url, looking() as seen:
        seen.page.goto(url)
        seen.page.wait_for_selector("body.-first-byte", timeout=PAINTED_MS)
        seen.page.wait_for_timeout(2_000)
        seen.page.keyboard.press("G")
        shots = Path(os.environ.get("LEAFCUT_SHOTS") or tmp_path)
        seen.page.screenshot(path=shots / "dashboard-web.png")
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
