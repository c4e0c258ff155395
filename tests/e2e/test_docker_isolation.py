"""What a hostile command in a container reaches, does and leaves: nothing."""

import os
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.sandbox.docker import DockerSandbox
from orchestrator.application.accept import Acceptance
from orchestrator.domain.changes import ChangeSet
from orchestrator.domain.playbook import Check
from orchestrator.ports.sandbox import MIB, Command, Completed, Ending, ResourceLimits, Sandbox
from tests.support import requirements
from tests.support.bench import Bench, bench

Says = Callable[[], tuple[str, int | None, bytes]]

KEY = "sk-canary-4f1c"
CONNECT = "python3 -c 'import socket; socket.create_connection((\"{}\", {}), 3)'"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[DockerSandbox]:
    """Containers of the tests' own image."""
    made = requirements.docker()
    yield made
    made.close()


@pytest.fixture
def there(tmp_path: Path, sandbox: DockerSandbox) -> Iterator[Bench]:
    """A worktree of a canonical repository."""
    with bench(tmp_path, sandbox, {"a.py": b"a = 1\n"}) as made:
        made.worktree.reset(made.base)
        yield made


def run(there: Bench, script: str, **limits: float) -> Completed:
    """Run a script in a container that has the worktree."""
    bounds = ResourceLimits(**{"wall_s": 20.0, **limits})  # type: ignore[arg-type]
    command = Command(script=script, limits=bounds, writable=(there.worktree.scratch,))
    return there.sandbox.run(there.worktree.root, command)


def refused(there: Bench, script: str) -> bool:
    """Say whether a script fails."""
    return run(there, script).exit_code not in {0, None}


def test_there_is_no_way_out(there: Bench) -> None:
    assert refused(there, "getent hosts example.com")
    assert refused(there, "python3 -c 'import socket; socket.getaddrinfo(\"example.org\", 443)'")
    for address, port in (("169.254.169.254", 80), ("1.1.1.1", 53), ("172.17.0.1", 22)):
        assert refused(there, CONNECT.format(address, port))
    said = run(there, "tail -n +2 /proc/net/route; grep -c : /proc/net/dev; ls /sys/class/net")
    assert said.stdout == b"1\nlo\n"


def test_there_is_no_daemon_and_no_way_to_become_more(there: Bench) -> None:
    for path in ("/var/run/docker.sock", "/run/docker.sock", "/run/containerd"):
        assert refused(there, f"test -e {path}")
    said = run(there, "grep -E '^(Cap(Eff|Prm|Bnd)|NoNewPrivs|Seccomp):' /proc/self/status; id -u")
    assert said.stdout.decode().split() == [
        "CapPrm:", "0" * 16, "CapEff:", "0" * 16, "CapBnd:", "0" * 16, "NoNewPrivs:", "1",
        "Seccomp:", "2", str(os.getuid() or 65532),
    ]  # fmt: skip
    for attempt in ("mount -t tmpfs x /mnt", "chroot /tmp true", "unshare -Ur true", "su -c true"):
        assert refused(there, attempt)


def test_there_is_no_key(there: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    said = run(there, "env; cat /proc/*/environ /proc/*/cmdline 2>/dev/null; set")
    assert b"ANTHROPIC" not in said.stdout
    assert KEY.encode() not in said.stdout


def test_nothing_but_the_tree_and_its_own_folders_can_be_written(there: Bench) -> None:
    scratch = there.worktree.scratch
    for place in ("/", "/etc", "/usr", "/run", "/var", "/root", "/sys", "/proc", "/opt"):
        assert refused(there, f"touch {place}/x"), place
    assert refused(there, "echo x >> /etc/passwd")
    assert refused(there, "echo 1 > /proc/sys/kernel/core_pattern")
    assert refused(there, "rm .git || mv .git x || echo x > .git || ln -sf /x .git")
    assert refused(there, f"ls {there.repository.directory} || ls {there.folder}/target")
    assert run(there, f"touch x ~/x /tmp/x {shlex.quote(str(scratch))}/x").exit_code == 0
    full = run(there, "head -c 1G /dev/zero > /tmp/x", memory=64 * MIB)
    assert b"No space left" in full.stderr
    found = run(there, "find / -xdev -writable -type d 2>/dev/null | grep -vE '^/proc'")
    assert set(found.stdout.decode().split()) == {"/tmp", "/home/leafcut", "/w"}  # noqa: S108


TRAPS = r"""
canary() { printf '#!/bin/sh\ntouch %s\n' "$CANARY" > "$1"; chmod +x "$1"; }
canary trap.sh
for place in sub vendor/sub .hidden; do
  mkdir -p $place && cd $place && git init -q . && cd /w
  canary $place/.git/hooks/post-checkout; canary $place/.git/hooks/pre-commit
  git -C $place config core.fsmonitor "/w/trap.sh"
  git -C $place config core.hooksPath "/w/hooks"
  git -C $place config filter.x.clean "/w/trap.sh"
  git -C $place config filter.x.smudge "/w/trap.sh"
  git -C $place config diff.external "/w/trap.sh"
  git -C $place config core.worktree /
  echo /w/sub/.git > $place/.git/commondir
done
mkdir -p hooks
for hook in post-checkout reference-transaction pre-commit; do canary hooks/$hook; done
printf '* filter=x diff=x\n' > .gitattributes
printf '[core]\n\tfsmonitor = /w/trap.sh\n[include]\n\tpath = /w/evil\n' > .gitconfig
echo "gitdir: /w/sub/.git" > commondir
echo a = 2 > a.py
"""


def test_the_traps_that_it_sets_for_the_host_never_fire(there: Bench, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    done = run(there, f"CANARY={canary}\n{TRAPS}".replace("/w/trap", f"{there.worktree.root}/trap"))
    assert done.exit_code == 0, done.stderr
    worktree, repository = there.worktree, there.repository
    changes = worktree.changes()
    assert isinstance(changes, ChangeSet)
    assert {"a.py", ".gitattributes"} <= set(changes.paths)
    assert not [path for path in changes.paths if ".git/" in path]
    commit = repository.commit(there.base, changes, "Hostile\n")
    _everything_that_the_host_does(there, commit)
    assert not canary.exists()
    assert (worktree.root / ".git").read_text().startswith("gitdir: ")


def _everything_that_the_host_does(there: Bench, commit: str) -> None:
    repository: CanonicalRepository = there.repository
    repository.move("refs/leafcut/attempt/t/1", commit, None)
    repository.combine(there.base, commit, "Again\n")
    repository.line_counts(there.base, commit)
    repository.patch(there.base, commit)
    there.worktree.reset(commit)
    there.worktree.private_repository("/w")
    acceptance: Acceptance = there.acceptance(Check(name="c", run="git status; true"))
    acceptance.take_baseline(there.worktree, there.base, ["a.py"])
    acceptance.judge(there.worktree, commit, ["a.py"], "attempt")
    there.worktree.reset(there.base)


UNLINKED = """\
import os, time
f = open("x", "wb"); os.unlink("x")
for _ in range(100): f.write(bytes(1 << 20))
f.flush(); time.sleep(60)
"""
FLOODS: dict[str, tuple[str, dict[str, float], Ending]] = {
    "fork bomb": ("b() { b | b & }; b; sleep 60", {"processes": 60}, "processes"),
    "memory hog": ("python3 -c 'x = bytearray(1 << 30)'; sleep 60", {"memory": 64 * MIB}, "memory"),
    "disk filler": ("yes > big", {"disk": 64 * MIB}, "disk"),
    "disk of no name": (f"python3 -c '{UNLINKED}'", {"disk": 64 * MIB}, "disk"),
    "flood of files": (
        "python3 -c 'for n in range(10**7): open(str(n), \"w\").close()'",
        {"disk": 16 * MIB},
        "disk",
    ),
    "hanger": ("trap '' TERM INT HUP; while :; do sleep 1; done", {"wall_s": 1.5}, "timeout"),
}


@pytest.mark.parametrize("name", FLOODS)
def test_what_is_over_its_limits_ends_and_leaves_its_sibling_alone(
    there: Bench, tmp_path: Path, name: str
) -> None:
    script, limits, ending = FLOODS[name]
    own = tmp_path / "sibling"
    own.mkdir()
    with sibling(there.sandbox, own) as says:
        began = time.monotonic()
        assert run(there, script, **limits).ending == ending
        assert time.monotonic() - began < 15
    assert says() == ("exited", 0, b"well\n")
    there.worktree.reset(there.base)
    assert {path.name for path in there.worktree.root.iterdir()} == {".git", "a.py"}


def test_a_flood_of_output_and_a_daemon_end_with_the_command(there: Bench) -> None:
    flood = run(there, "yes | head -c 300000000; (setsid sleep 4713 &) ; exit 4", output=4096)
    assert (flood.ending, flood.exit_code, flood.truncated) == ("exited", 4, True)
    assert len(flood.stdout) < 5000
    quiet = run(there, "exec >&- 2>&-; sleep 60", wall_s=1.0)
    assert quiet.ending == "timeout"
    said = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert "sleep 4713" not in said


@contextmanager
def sibling(sandbox: Sandbox, tree: Path) -> Iterator[Says]:
    """Have another container at work meanwhile, which ends when it is told to."""
    script = "touch there; until test -e go; do sleep 0.05; done; echo well"
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(
            sandbox.run, tree, Command(script=script, limits=ResourceLimits(wall_s=60.0))
        )
        until = time.monotonic() + 20
        while not (tree / "there").exists():
            assert time.monotonic() < until
            time.sleep(0.02)

        def says() -> tuple[str, int | None, bytes]:
            done = running.result(timeout=20)
            return done.ending, done.exit_code, done.stdout

        yield says
        (tree / "go").touch()
