"""The bubblewrap sandbox: own namespaces, no network, a read-only view of the machine's tools.

What a command sees: the tree at one constant path, its own home and temporary folder, the folders
that it was given, and read-only the system's programs and the folders that the PATH and Leafcut's
own interpreter come from. Home folders, /run (and every socket of the host in it) and other
worktrees are not there.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from orchestrator.adapters.sandbox.environment import base_environment
from orchestrator.adapters.sandbox.lanes import Lanes
from orchestrator.errors import MissingRequirementError
from orchestrator.ports.sandbox import Command, Completed

TREE = "/w"
HOME = "/home/leafcut"

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/opt")
_SETTINGS = (
    "/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/passwd",
    "/etc/group", "/etc/nsswitch.conf", "/etc/localtime", "/etc/ssl/certs", "/etc/mime.types",
    "/etc/java-17-openjdk",
)  # fmt: skip


class BubblewrapSandbox:
    """Runs commands inside bubblewrap."""

    name = "bubblewrap"

    def __init__(self) -> None:
        """Find bubblewrap and see that it works.

        Raises:
            MissingRequirementError: it is not there, or the system does not let it work.
        """
        self._program = find()
        self._tools = _tool_folders()
        self._lanes = Lanes()

    def run(self, tree: Path, command: Command) -> Completed:
        """Run `command` with `tree` at a constant path."""
        home = tree.parent / "home"
        environment = {**base_environment(home), "HOME": HOME, "TMPDIR": "/tmp", **command.env}  # noqa: S108 - the sandbox's own
        argv = [
            self._program,
            *_namespaces(),
            *(["--share-net", "--ro-bind", "/etc/resolv.conf", "/etc/resolv.conf"] if command.network else []),
            *_view(self._tools),
            *_pairs("--ro-bind", command.readable),
            *_pairs("--bind", command.writable),
            *("--bind", str(home), HOME),
            *("--bind", str(tree), TREE),
            *_masked_link(tree),
            *("--chdir", os.path.normpath(f"{TREE}/{command.cwd}")),
            *("/bin/sh", "-c", command.script),
        ]
        return self._lanes.run(argv, "/", environment, command.limits)

    def tree_path(self, tree: Path) -> str:  # noqa: ARG002 - the same for every tree
        """Return the constant path."""
        return TREE

    def close(self) -> None:
        """End every command that runs."""
        self._lanes.close()


def find() -> str:
    """Return the path of a bubblewrap that works here.

    Raises:
        MissingRequirementError: there is none.
    """
    program = shutil.which("bwrap")
    if program is None:
        raise MissingRequirementError(
            "bubblewrap is not installed", hint="apt-get install bubblewrap, or --sandbox local"
        )
    done = subprocess.run(  # noqa: S603 - a list, no shell
        [program, *_namespaces(), "--ro-bind", "/", "/", "true"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise MissingRequirementError(
            f"bubblewrap does not work here: {done.stderr.strip()}",
            hint="the system may forbid user namespaces; --sandbox local bounds but does not isolate",
        )
    return program


def _namespaces() -> list[str]:
    return ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]


def _view(tools: list[str]) -> list[str]:
    arguments = ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/run"]  # noqa: S108
    for path in (*_SYSTEM, *_SETTINGS):
        if os.path.islink(path):
            arguments += ["--symlink", os.readlink(path), path]
        elif os.path.exists(path):
            arguments += ["--ro-bind", path, path]
    for path in tools:
        arguments += ["--ro-bind", path, path]
    return arguments


def _tool_folders() -> list[str]:
    """Return what programs outside the system's folders are made of, parents before children.

    Of a folder on the PATH only what belongs to its programs is shown, never all that lies beside
    it: `~/.local/bin` must not bring the keys in `~/.local/share`.
    """
    shown = {sys.prefix, sys.base_prefix, str(Path(__file__).parents[2])}
    for entry in os.environ.get("PATH", "").split(os.pathsep):
        folder = Path(entry)
        if folder.is_absolute() and folder.is_dir():
            beside = [folder.parent / name for name in _BESIDE_PROGRAMS]
            shown |= {str(path) for path in (folder, *beside) if path.exists()}
    shown |= {os.path.realpath(path) for path in shown}
    return sorted(path for path in shown if not path.startswith(_SYSTEM))


_BESIDE_PROGRAMS = ("lib", "libexec", "versions", "version", "pyvenv.cfg", "toolchains")
"""What programs in a `bin` folder need from the folder above it."""


def _pairs(flag: str, paths: tuple[Path, ...]) -> list[str]:
    return [word for path in paths for word in (flag, str(path), str(path))]


def _masked_link(tree: Path) -> list[str]:
    """Hide where the worktree's link to the canonical repository leads."""
    return ["--ro-bind", "/dev/null", f"{TREE}/.git"] if (tree / ".git").is_file() else []
