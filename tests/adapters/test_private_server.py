"""Leafcut's own server: where it listens, who reaches it, and that it goes with Leafcut."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.adapters.bus.server import PrivateServer
from orchestrator.errors import MissingRequirementError
from orchestrator.ports.bus import BusLostError, Letter
from orchestrator.ports.sandbox import Command
from tests.support import requirements
from tests.support.redis_server import program
from tests.support.waiting import until


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a place whose path is longer than that of a socket may be."""
    deep = tmp_path / ("d" * 120)
    deep.mkdir()
    return deep / "bus"


@pytest.fixture
def server(folder: Path) -> Iterator[PrivateServer]:
    with PrivateServer(program(), folder) as started:
        yield started


def servers_in(folder: Path) -> list[int]:
    """Return the processes that stand in a folder, which the server does."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            there = os.readlink(process / "cwd")
        except OSError:
            continue
        if there.removesuffix(" (deleted)") == str(folder):
            found.append(int(process.name))
    return found


def test_it_serves_on_a_socket_of_this_user_alone_and_nowhere_else(
    server: PrivateServer, folder: Path
) -> None:
    bus = server.bus()
    bus.publish("c", [Letter("1", "{}")], keep=10)
    assert bus.read("c")[0].letter == Letter("1", "{}")
    bus.close()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "bus.sock").stat().st_mode & 0o077 == 0
    assert bus.client.config_get("port")["port"] == "0"
    assert [path.name for path in folder.iterdir()] == ["bus.sock"]
    bus.close()


def test_it_has_nothing_of_the_users_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOMEBODYS_KEY", "sk-of-somebody")
    with PrivateServer(program(), folder):
        there = servers_in(folder)
        assert there
        for process in there:
            assert b"SOMEBODYS_KEY" not in Path(f"/proc/{process}/environ").read_bytes()


def test_it_is_gone_at_the_end_with_its_folder(folder: Path) -> None:
    with PrivateServer(program(), folder) as server:
        bus = server.bus()
        assert bus.epoch()
        bus.close()
        assert servers_in(folder)
    assert not folder.exists()
    until(lambda: not servers_in(folder), "it is still there")


def test_it_begins_anew_when_it_dies(server: PrivateServer, folder: Path) -> None:
    bus = server.bus()
    before = bus.epoch()
    process = bus.client.info("server")["process_id"]
    os.kill(int(process), signal.SIGKILL)

    def is_back() -> bool:
        try:
            return bus.epoch() != before
        except BusLostError:
            return False

    until(is_back, "it did not come back")
    bus.close()
    assert folder.exists()


def test_it_does_not_outlive_a_leafcut_that_is_killed(folder: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path;"
        "from orchestrator.adapters.bus.server import PrivateServer;"
        "PrivateServer(sys.argv[1], Path(sys.argv[2])).__enter__();"
        "print('up', flush=True); time.sleep(600)"
    )
    words = [sys.executable, "-c", script, program(), str(folder)]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"up\n"
        assert servers_in(folder)
        owner.kill()
    until(lambda: not servers_in(folder), "the server outlives its owner")
    with PrivateServer(program(), folder) as server:  # over what the dead one left
        assert servers_in(folder)
        bus = server.bus()
        assert bus.epoch()
        bus.close()


def test_a_program_that_is_no_server_is_told(folder: Path) -> None:
    with pytest.raises(MissingRequirementError, match="does not start"):
        PrivateServer("/bin/true", folder).__enter__()
    assert not folder.exists()
    until(lambda: not servers_in(folder), "it is still there")


def test_an_agent_in_its_sandbox_does_not_reach_it(
    server: PrivateServer, folder: Path, tmp_path: Path
) -> None:
    sandbox = requirements.bubblewrap()
    tree = tmp_path / "tree"
    tree.mkdir()
    reached = (
        "import socket, sys; s = socket.socket(socket.AF_UNIX);"
        "s.connect(sys.argv[1]); s.sendall(b'PING\\r\\n'); print(s.recv(9))"
    )
    (tree / "reach.py").write_text(reached)
    link = tmp_path / "s"
    link.symlink_to(folder / "bus.sock")
    outside = subprocess.run(
        [sys.executable, str(tree / "reach.py"), str(server.socket)],
        check=False,
        capture_output=True,
        pass_fds=[int(server.socket.parent.name)],
    )
    assert outside.stdout == b"b'+PONG\\r\\n'\n", outside.stderr
    try:
        for place in (folder / "bus.sock", link, server.socket):
            inside = sandbox.run(tree, Command(script=f"python3 reach.py {place}"))
            assert inside.exit_code != 0
            assert b"PONG" not in inside.stdout
    finally:
        sandbox.close()
