"""What every sandbox promises, tried on each of them."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from orchestrator.adapters.sandbox.lanes import Closed
from orchestrator.adapters.sandbox.local import LocalSandbox
from orchestrator.domain.changes import ChangeSet
from orchestrator.errors import LeafcutError
from orchestrator.ports.sandbox import MIB, Command, Completed, ResourceLimits, Sandbox
from tests.support import containers, requirements
from tests.support.bench import bench
from tests.support.serving import serving

DAEMON = """
import os
if not os.fork():
    os.setsid()
    if not os.fork():
        os.execvp("sleep", ["sleep", "4711.3"])
"""


MAKERS: Mapping[str, Callable[[], Sandbox]] = {
    "local": LocalSandbox,
    "bubblewrap": requirements.bubblewrap,
    "docker": requirements.docker,
}


@pytest.fixture(scope="module", params=MAKERS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """Each sandbox in turn."""
    made = MAKERS[request.param]()
    yield made
    made.close()


@pytest.fixture
def python(sandbox: Sandbox) -> str:
    """The Python that commands find: Leafcut's own, or the image's."""
    return "python3" if sandbox.name == "docker" else sys.executable


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree in a slot of its own."""
    root = tmp_path / "slot" / "tree"
    root.mkdir(parents=True)
    return root


def run(sandbox: Sandbox, tree: Path, script: str, **options: Any) -> Completed:
    """Run a script under limits that a test can wait for."""
    command: dict[str, Any] = {
        name: options.pop(name)
        for name in ("cwd", "env", "readable", "writable", "repository", "gateway")
        if name in options
    }
    limits = ResourceLimits(**{"wall_s": 20.0, **options})
    return sandbox.run(tree, Command(script=script, limits=limits, **command))


def alive(marker: str) -> list[int]:
    """Return the processes whose command line holds `marker`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if marker.encode() in line:
                found.append(int(entry.name))
    return found


def test_says_how_a_command_ended(sandbox: Sandbox, tree: Path) -> None:
    done = run(sandbox, tree, "echo out; echo err >&2; exit 3")
    assert (done.ending, done.exit_code) == ("exited", 3)
    assert (done.stdout, done.stderr, done.truncated) == (b"out\n", b"err\n", False)
    assert 0 < done.duration_s < 5


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_signals_are_128_plus_their_number(sandbox: Sandbox, tree: Path, number: int) -> None:
    assert run(sandbox, tree, f"kill -{int(number)} $$").exit_code == 128 + number


def test_runs_at_the_root_of_the_tree(sandbox: Sandbox, tree: Path) -> None:
    (tree / "a.txt").write_text("a")
    done = run(sandbox, tree, "pwd; cat a.txt; echo b > b.txt")
    assert done.stdout.decode() == f"{sandbox.tree_path(tree)}\na"
    assert (tree / "b.txt").read_text() == "b\n"


def test_runs_in_a_folder_of_the_tree(sandbox: Sandbox, tree: Path) -> None:
    (tree / "$(id) 'x'").mkdir()
    done = run(sandbox, tree, "pwd", cwd="$(id) 'x'")
    assert done.stdout.decode() == f"{sandbox.tree_path(tree)}/$(id) 'x'\n"


def test_a_folder_that_is_not_there_is_a_failure_of_the_command(
    sandbox: Sandbox, tree: Path
) -> None:
    done = run(sandbox, tree, "echo never", cwd="gone")
    assert (done.exit_code, done.stdout) == (126, b"")
    assert b"gone" in done.stderr


def test_a_script_of_the_longest_allowed_length(sandbox: Sandbox, tree: Path) -> None:
    done = run(sandbox, tree, f"echo ${{#x}} {'y' * 100_000} | wc -c")
    assert done.exit_code == 0
    assert int(done.stdout) > 100_000


def test_file_names_stay_names(sandbox: Sandbox, tree: Path, python: str) -> None:
    names = ["$(id).py", "a b.py", "-rf", "new\nline.py", "quote'\".py", "ünï.py"]
    for name in names:
        (tree / name).write_text("x")
    script = f"""{python} -c 'import os; print(sorted(os.listdir()))'; cat './$(id).py'"""
    assert run(sandbox, tree, script).stdout.decode() == f"{sorted(names)}\nx"


def test_standard_input_is_empty(sandbox: Sandbox, tree: Path) -> None:
    assert run(sandbox, tree, "cat; echo end").stdout == b"end\n"


def test_the_environment_holds_no_secret(
    sandbox: Sandbox, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_API_KEY", "secret")
    monkeypatch.setenv("LD_PRELOAD", "")
    said = run(sandbox, tree, "env; echo $GIVEN", env={"GIVEN": "yes"}).stdout.decode()
    assert "secret" not in said
    assert "LD_PRELOAD" not in said
    assert said.endswith("yes\n")


def test_home_and_temporary_folder_are_private_and_fresh(sandbox: Sandbox, tree: Path) -> None:
    first = run(sandbox, tree, 'touch "$HOME/left" "$TMPDIR/left"')
    second = run(sandbox, tree, 'touch ~/mine $TMPDIR/mine; ls -A ~ "$TMPDIR"; echo ~')
    assert first.exit_code == 0
    assert second.stdout.count(b"mine") == 2
    assert b"left" not in second.stdout
    assert str(Path.home()) != second.stdout.decode().split()[-1]


def test_a_relative_path_entry_finds_no_program_in_the_tree(
    sandbox: Sandbox, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f".:{os.environ['PATH']}")
    (tree / "true").write_text("#!/bin/sh\necho planted\n")
    (tree / "true").chmod(0o755)
    assert run(sandbox, tree, "env true").stdout == b""


def test_leafcuts_own_interpreter_runs_wherever_it_lies(sandbox: Sandbox, tree: Path) -> None:
    if sandbox.name == "docker":
        assert run(sandbox, tree, f"{sys.executable} -c 0").exit_code == 127
        return  # a container has its image's programs only
    done = run(sandbox, tree, f"{sys.executable} -c 'import pytest, sys; print(sys.prefix)'")
    assert done.stdout.decode().strip() == sys.prefix, done.stderr


def test_a_hanging_command_ends_by_its_timeout(sandbox: Sandbox, tree: Path) -> None:
    began = time.monotonic()
    done = run(sandbox, tree, "echo begun; trap '' TERM; sleep 4711.1", wall_s=0.3)
    assert (done.ending, done.exit_code, done.stdout) == ("timeout", None, b"begun\n")
    assert time.monotonic() - began < 3
    assert alive("4711.1") == []


def test_too_much_memory_ends_a_command(sandbox: Sandbox, tree: Path, python: str) -> None:
    script = f"{python} -c 'import time; x = bytearray(300 << 20); time.sleep(20)'"
    done = run(sandbox, tree, script, memory=100 * MIB)
    assert (done.ending, done.exit_code) == ("memory", None)
    assert done.duration_s < 10


def test_memory_that_processes_share_counts_once(sandbox: Sandbox, tree: Path, python: str) -> None:
    script = (
        "import os, time; x = bytearray(60 << 20)\n"
        "for _ in range(4):\n    os.fork() or (time.sleep(0.4), os._exit(0))\n"
        "for _ in range(4):\n    os.wait()\n"
    )
    (tree / "forks.py").write_text(script)
    done = run(sandbox, tree, f"{python} forks.py", memory=200 * MIB)
    assert (done.ending, done.exit_code) == ("exited", 0)


def test_a_fork_bomb_ends(sandbox: Sandbox, tree: Path) -> None:
    bomb = "f() { [ $1 -gt 0 ] && { f $(($1 - 1)) & f $(($1 - 1)) & }; sleep 4711.2; }; f 9"
    done = run(sandbox, tree, bomb, processes=50)
    assert (done.ending, done.exit_code) == ("processes", None)
    assert alive("4711.2") == []


def test_a_flood_of_output_is_drained_and_its_ends_are_kept(sandbox: Sandbox, tree: Path) -> None:
    done = run(sandbox, tree, "echo first; yes | head -c 20000000; echo last", output=1000)
    assert (done.exit_code, done.truncated) == (0, True)
    assert done.stdout.startswith(b"first\n")
    assert done.stdout.endswith(b"last\n")
    assert len(done.stdout) < 1100


def test_output_up_to_the_limit_is_whole(sandbox: Sandbox, tree: Path) -> None:
    done = run(sandbox, tree, "head -c 100000 /dev/zero", output=100_000)
    assert (len(done.stdout), done.truncated) == (100_000, False)


def test_output_is_told_while_the_command_runs(sandbox: Sandbox, tree: Path) -> None:
    heard: list[bytes] = []

    def hear(said: bytes) -> None:
        heard.append(said)
        (tree / "heard").touch()

    script = "echo first; echo err >&2; until test -e heard; do sleep 0.02; done; echo last"
    command = Command(script=script, limits=ResourceLimits(wall_s=20.0))
    done = sandbox.run(tree, command, hear)
    assert (done.ending, done.stdout, done.stderr) == ("exited", b"first\nlast\n", b"err\n")
    assert heard[0] == b"first\n"
    assert done.stdout.startswith(b"".join(heard))


def test_a_flood_is_told_up_to_the_limit_and_slows_nothing(sandbox: Sandbox, tree: Path) -> None:
    heard: list[bytes] = []

    def slow(said: bytes) -> None:
        heard.append(said)
        time.sleep(0.5)

    script = "echo first; yes | head -c 100000000; touch over; sleep 3"
    command = Command(script=script, limits=ResourceLimits(wall_s=20.0, output=100_000))
    done = sandbox.run(tree, command, slow)
    assert (done.exit_code, done.truncated) == (0, True)
    told = b"".join(heard)
    assert told.startswith(b"first\ny\n")
    assert len(told) <= 100_000
    assert done.duration_s < 10


def test_what_is_told_is_the_same_whatever_ran_before(sandbox: Sandbox, tree: Path) -> None:
    for number in range(3):
        heard: list[bytes] = []
        script = f"echo {number}; sleep 0.5"
        assert sandbox.run(tree, Command(script=script), heard.append).exit_code == 0
        assert heard == [b"%d\n" % number]
        assert sandbox.run(tree, Command(script="echo nobody hears")).exit_code == 0


@pytest.mark.parametrize(
    "script",
    [
        "sleep 4711.3 & sleep 4711.3 & exit 0",
        "(setsid sleep 4711.3 &) & exit 0",
        "setsid sh -c 'trap \"\" TERM HUP; (setsid sleep 4711.3 &); sleep 4711.3' & sleep 0.1",
        f"python3 -c '{DAEMON}'; exit 0",
    ],
    ids=["background", "own session", "nested", "daemon"],
)
def test_no_process_outlives_its_command(sandbox: Sandbox, tree: Path, script: str) -> None:
    assert run(sandbox, tree, f"{script}").exit_code == 0
    assert alive("4711.3") == []


def test_a_background_process_does_not_hold_up_the_end(sandbox: Sandbox, tree: Path) -> None:
    assert run(sandbox, tree, "sleep 4711.4 & echo done").duration_s < 3


def test_many_threads_at_once(sandbox: Sandbox, tree: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda n: run(sandbox, tree, f"echo {n}; exit {n}"), range(40)))
    assert [(each.exit_code, int(each.stdout)) for each in done] == [(n, n) for n in range(40)]


def test_folders_outside_the_tree_at_their_own_paths(
    sandbox: Sandbox, tree: Path, tmp_path: Path
) -> None:
    playbook, scratch = tmp_path / "playbook", tmp_path / "scratch"
    playbook.mkdir()
    scratch.mkdir()
    (playbook / "codemod.py").write_text("code")
    script = f"cat {playbook}/codemod.py; echo report > {scratch}/report"
    done = run(sandbox, tree, script, readable=(playbook,), writable=(scratch,))
    assert (done.stdout, done.exit_code) == (b"code", 0)
    assert (scratch / "report").read_text() == "report\n"


def test_what_lies_in_a_folder_of_the_agents_is_no_link(
    sandbox: Sandbox, tree: Path, tmp_path: Path
) -> None:
    """A daemon that runs as root would mount whatever the link leads to."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    run(sandbox, tree, f"ln -s / {scratch}/inner", writable=(scratch,))
    inner = scratch / "inner"
    if sandbox.name == "local":
        assert inner.is_symlink()
        return
    with pytest.raises(LeafcutError, match="leads elsewhere"):
        run(sandbox, tree, "true", writable=(scratch,), readable=(inner,))


def test_git_works_in_a_private_repository(sandbox: Sandbox, tmp_path: Path) -> None:
    with bench(tmp_path, sandbox, {"a.py": b"a = 1\n", "b.py": b"b = 1\n"}) as there:
        tree = there.worktree
        tree.reset(there.base)
        private = tree.private_repository(sandbox.tree_path(tree.root))
        link = (tree.root / ".git").read_text()
        script = (
            "git status --short && echo a = 2 > a.py && git diff --stat && git log --format=%s"
            " && git commit -qam mine && git log --format=%s"
        )
        done = run(
            sandbox,
            tree.root,
            script,
            readable=private.objects,
            writable=(tree.scratch,),
            repository=private.directory,
        )
        assert done.exit_code == 0, done.stderr
        said = done.stdout.decode().split("\n")
        assert (said[0].split("|")[0].strip(), said[2:]) == ("a.py", ["Base", "mine", "Base", ""])
        assert (tree.root / ".git").read_text() == link
        changed = tree.changes()
        assert isinstance(changed, ChangeSet)
        assert changed.paths == ("a.py",)
        for pack in private.objects[0].rglob("*.pack"):
            if sandbox.name != "local":
                spoil = f"chmod u+w {pack}; echo x >> {pack}"
                assert run(sandbox, tree.root, spoil, readable=private.objects).exit_code != 0


def test_the_gateway_is_reached_and_nothing_else(
    sandbox: Sandbox, tree: Path, tmp_path: Path, python: str
) -> None:
    with serving(Path(tempfile.mkdtemp(dir=tmp_path))) as gateway:
        url = sandbox.gateway_url(gateway)
        (tree / "ask.py").write_text(
            "import sys, threading, urllib.request\n"
            "def ask(n):\n"
            "    body = bytes([n]) * 300_000\n"
            f"    with urllib.request.urlopen('{url}/echo', data=body, timeout=20) as got:\n"
            "        assert got.read() == body * 2, n\n"
            "        good.append(n)\n"
            "good = []\n"
            "each = [threading.Thread(target=ask, args=(n,)) for n in range(20)]\n"
            "[one.start() for one in each]; [one.join() for one in each]\n"
            "print(len(good))\n"
        )
        done = run(sandbox, tree, f"{python} ask.py", gateway=gateway)
        assert (done.stdout, done.exit_code) == (b"20\n", 0), done.stderr
        quick = run(sandbox, tree, "wait; echo $?", gateway=gateway)
        assert (quick.stdout, quick.exit_code) == (b"0\n", 0)
        if sandbox.name != "local":
            assert run(sandbox, tree, f"{python} ask.py").stdout == b"0\n"


def test_a_kill_of_the_owner_leaves_no_process(sandbox: Sandbox, tree: Path) -> None:
    program = (
        "import sys; from pathlib import Path\n"
        "from orchestrator.ports.sandbox import Command\n"
        "from tests.contract.test_sandbox import MAKERS\n"
        "box = MAKERS[sys.argv[2]]()\n"
        "box.run(Path(sys.argv[1]), Command(script='(setsid sleep 4711.5 &); sleep 4711.5'))\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tree), sandbox.name]) as owner:
        wait_for(lambda: len(alive("4711.5")) >= 2)
        owner.kill()
    wait_for(lambda: not alive("4711.5"))
    if sandbox.name == "docker":
        containers.remove_those_of(owner.pid)  # if no other sandbox has swept it away already


def test_close_ends_what_runs(tree: Path, sandbox: Sandbox) -> None:
    own = MAKERS[sandbox.name]()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run, own, tree, "sleep 4711.6", wall_s=60.0)
        wait_for(lambda: alive("4711.6"))
        own.close()
        with pytest.raises(Closed):
            running.result(timeout=10)
    assert alive("4711.6") == []
    with pytest.raises(Closed):
        run(own, tree, "true")


def wait_for(condition: Any) -> None:
    """Wait until something holds, for ten seconds at most."""
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)
