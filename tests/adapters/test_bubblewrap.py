"""What bubblewrap hides; the local sandbox cannot."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.adapters.sandbox import bubblewrap as adapter
from orchestrator.adapters.sandbox.choose import choose
from orchestrator.errors import MissingRequirementError
from orchestrator.ports.sandbox import Command, Sandbox
from tests.support import requirements


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A bubblewrap sandbox."""
    made = requirements.bubblewrap()
    yield made
    made.close()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A worktree whose link leads to the canonical repository, beside another worktree."""
    for name in ("tree", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "secret").write_text("secret")
        (tmp_path / name / ".git").write_text("gitdir: /canonical/worktrees/1\n")
    return tmp_path / "tree"


def said(sandbox: Sandbox, tree: Path, script: str) -> tuple[int | None, str]:
    """Return a script's exit code and output."""
    done = sandbox.run(tree, Command(script=script))
    return done.exit_code, done.stdout.decode()


def test_the_tree_has_a_constant_path(sandbox: Sandbox, tree: Path) -> None:
    assert said(sandbox, tree, "pwd; cat secret") == (0, "/w\nsecret")


def test_the_link_to_the_repository_is_masked(sandbox: Sandbox, tree: Path) -> None:
    assert said(sandbox, tree, "cat .git") == (0, "")
    assert said(sandbox, tree, "rm .git || mv .git x || echo x > .git")[0] != 0
    assert (tree / ".git").read_text().startswith("gitdir: ")


def test_other_worktrees_are_not_there(sandbox: Sandbox, tree: Path) -> None:
    assert said(sandbox, tree, f"cat {tree.parent}/other/secret")[0] != 0
    assert said(sandbox, tree, f"ls {tree}")[0] != 0


def test_home_is_not_there(sandbox: Sandbox, tree: Path) -> None:
    home = Path.home()
    there = {path.name for path in home.iterdir()}
    shown = set(said(sandbox, tree, f"ls -A {home}")[1].split())
    assert shown < there or not there
    for secret in (".ssh", ".gitconfig", ".netrc", ".bashrc", ".aws"):
        assert secret not in shown
    assert said(sandbox, tree, "cat /etc/shadow")[0] != 0


def test_nothing_outside_can_be_written(sandbox: Sandbox, tree: Path) -> None:
    program = Path(os.__file__)
    for target in ("/x", "/etc/x", "/usr/x", "/run/x", f"{program}", f"{program.parent}/x"):
        assert said(sandbox, tree, f"echo x >> {target}")[0] != 0, target
    assert said(sandbox, tree, "touch x ~/x /tmp/x $TMPDIR/x")[0] == 0


def test_there_is_no_network(sandbox: Sandbox, tree: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        script = f"python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", {port}), 2)'"
        assert said(sandbox, tree, script)[0] != 0
    assert said(sandbox, tree, "grep -c : /proc/net/dev") == (0, "1\n")


def test_tests_may_serve_and_ask_themselves(sandbox: Sandbox, tree: Path) -> None:
    script = (
        'python3 -c \'import socket; server = socket.create_server(("localhost", 0));'
        " socket.create_connection(server.getsockname(), 2)'"
    )
    assert said(sandbox, tree, script) == (0, "")


def test_a_setup_may_have_the_network(sandbox: Sandbox, tree: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        script = f"python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", {port}), 2)'"
        assert sandbox.run(tree, Command(script=script, network=True)).exit_code == 0


def test_sockets_of_the_host_are_out_of_reach(sandbox: Sandbox, tree: Path, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as by_path, socket.socket(socket.AF_UNIX) as abstract:
        by_path.bind(str(tmp_path / "s"))
        by_path.listen()
        abstract.bind(f"\0leafcut-{os.getpid()}")
        abstract.listen()
        for name in (str(tmp_path / "s"), f"\\0leafcut-{os.getpid()}"):
            script = (
                f"python3 -c 'import socket; socket.socket(socket.AF_UNIX).connect(\"{name}\")'"
            )
            assert said(sandbox, tree, script)[0] != 0
    assert said(sandbox, tree, "ls -A /run") == (0, "")


def test_processes_of_the_host_are_not_seen(sandbox: Sandbox, tree: Path) -> None:
    assert said(sandbox, tree, f"kill -0 {os.getpid()}")[0] != 0
    assert len(said(sandbox, tree, "ls -d /proc/[0-9]*")[1].split()) <= 3


def test_no_capability_is_left(sandbox: Sandbox, tree: Path) -> None:
    assert said(sandbox, tree, "grep CapEff /proc/self/status")[1].split()[1] == "0" * 16


def test_a_path_that_names_the_home_folder_does_not_show_it(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requirements.bubblewrap().close()
    home = tmp_path / "home"
    (home / "bin").mkdir(parents=True)
    (home / "secret").write_text("secret")
    (home / "bin" / "tool").write_text("#!/bin/sh\necho tool\n")
    (home / "bin" / "tool").chmod(0o755)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PATH", f"{home}:{home}/bin:{os.environ['PATH']}")
    own = adapter.BubblewrapSandbox()
    assert said(own, tree, f"tool; cat {home}/secret") == (1, "tool\n")
    own.close()


def test_what_to_show_must_exist(sandbox: Sandbox, tree: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        sandbox.run(tree, Command(script="true", readable=(tree / "nowhere",)))


def test_a_missing_bubblewrap_is_said_or_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(MissingRequirementError, match="not installed"):
        choose("bubblewrap")
    chosen = choose("auto")
    assert chosen.name == "local"
    chosen.close()


def test_a_bubblewrap_that_may_not_work_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(MissingRequirementError, match="uid map") as caught:
        choose("bubblewrap")
    assert "--sandbox local" in caught.value.hint
