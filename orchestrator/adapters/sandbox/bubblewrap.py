"""The bubblewrap sandbox: own namespaces, no network, a read-only view of the machine's tools.

What a command sees: the tree at one constant path, a home and a temporary folder of its own, the
folders that it was given, and read-only the system's programs and the folders that the PATH and
Leafcut's own interpreter come from. Home folders, /run (and every socket of the host in it) and
other worktrees are not there.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from orchestrator.adapters import temporary
from orchestrator.adapters.sandbox import inside
from orchestrator.adapters.sandbox.environment import (
    PrivateFolders,
    base_environment,
    program_folders,
)
from orchestrator.adapters.sandbox.inside import FORWARDER_HERE, HOME, TEMPORARY, TREE
from orchestrator.adapters.sandbox.lanes import Lanes, shell
from orchestrator.adapters.sandbox.links import is_link, link_text
from orchestrator.adapters.sandbox.mounts import Shown, shown
from orchestrator.adapters.sandbox.programs import installed
from orchestrator.errors import MissingRequirementError
from orchestrator.ports.sandbox import Command, Completed, GatewayAddress, Hear

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/opt")
_ETC = Path("/etc")
_SETTINGS = (
    "alternatives", "fonts", "group", "hosts", "java-*", "ld.so.cache", "ld.so.conf",
    "ld.so.conf.d", "localtime", "mime.types", "nsswitch.conf", "passwd", "protocols", "services",
    "ssl/certs",
)  # fmt: skip
"""What programs need of /etc, as globs; there is much else that is nobody's business."""


class BubblewrapSandbox:
    """Runs commands inside bubblewrap."""

    name = "bubblewrap"

    def __init__(self) -> None:
        """Find bubblewrap and see that it works.

        Raises:
            MissingRequirementError: it is not there, or the system does not let it work.
        """
        self._program = find()
        self._settings = _copied_settings()
        self._system = [*_namespaces(), *_system(), "--ro-bind", self._settings, "/etc"]
        self._tools = [*_bound("--ro-bind", _tool_folders())]
        self._lanes = Lanes()
        self._private = PrivateFolders()

    def run(self, tree: Path, command: Command, hear: Hear | None = None) -> Completed:
        """Run `command` with `tree` at a constant path.

        Raises:
            FileNotFoundError: the tree, or a folder to show, does not exist.
        """
        mounts = shown(tree, TREE, command)
        with self._private.lend() as private:
            view = [
                *self._system,
                *_network(command),
                *("--bind", str(private / "tmp"), TEMPORARY),
                *("--bind", str(private / "home"), HOME),
                *self._tools,
                *_mounted(mounts),
                *_masked_link(tree, command, private),
                *_gateway(command),
                *("--remount-ro", "/", "--chdir", TREE),
            ]
            environment = {**base_environment(HOME, TEMPORARY), **command.env}
            words = [self._program, *view, *_words(command)]
            return self._lanes.run(words, "/", environment, command.limits, hear)

    def tree_path(self, tree: Path) -> str:  # noqa: ARG002 - the same for every tree
        """Return the constant path."""
        return TREE

    def gateway_url(self, gateway: GatewayAddress) -> str:  # noqa: ARG002 - the same for all
        """Return the constant URL that leads to the gateway's socket."""
        return inside.URL

    def close(self) -> None:
        """End every command that runs."""
        self._lanes.close()
        self._private.close()
        shutil.rmtree(self._settings, ignore_errors=True)


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
        [program, *_namespaces(), *_system(), "--remount-ro", "/", "/bin/sh", "-c", "exit 0"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise MissingRequirementError(
            f"bubblewrap does not work here: {done.stderr.strip()}",
            hint="the system may forbid user namespaces; --sandbox local does without isolation",
        )
    return program


def _namespaces() -> list[str]:
    return ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]


def _system() -> list[str]:
    arguments = [
        *("--proc", "/proc"),
        *("--dev", "/dev"),
        *("--dir", "/run"),
        *("--symlink", TEMPORARY, "/var/tmp"),  # noqa: S108 - the sandbox's own
    ]
    for path in _SYSTEM:
        if os.path.islink(path):
            arguments += ["--symlink", os.readlink(path), path]
        elif os.path.exists(path):
            arguments += ["--ro-bind", path, path]
    return arguments


def _copied_settings() -> str:
    """Copy what programs need of /etc into a folder: one mount is faster than a dozen."""
    folder = temporary.make_folder()
    for found in (path for glob in _SETTINGS for path in _ETC.glob(glob)):
        copy = folder / found.relative_to(_ETC)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if found.is_dir():
            shutil.copytree(found, copy, symlinks=True, ignore=_unreadable)
        else:
            shutil.copy2(found, copy)
    (folder / "resolv.conf").touch()
    return str(folder)


def _unreadable(folder: str, names: list[str]) -> list[str]:
    return [n for n in names if not os.access(f"{folder}/{n}", os.R_OK, follow_symlinks=False)]


def _network(command: Command) -> Iterator[str]:
    if command.network:
        yield from ("--share-net", "--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf")


def _tool_folders() -> list[str]:
    """Return what programs outside the system's folders are made of.

    Of a folder on the PATH only what belongs to its programs is shown, never all that lies beside
    it: `~/.local/bin` must not bring the keys in `~/.local/share`.
    """
    shown = {sys.prefix, sys.base_prefix, str(Path(__file__).parents[2])}
    for entry in program_folders():
        shown |= set(installed(Path(entry)))
    shown |= {os.path.realpath(path) for path in shown}
    return _outermost(path for path in shown if not _is_system(path) and not _holds_home(path))


def _outermost(paths: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for path in sorted(paths):
        if not any(Path(path).is_relative_to(above) for above in kept):
            kept.append(path)
    return kept


def _is_system(path: str) -> bool:
    return any(Path(path).is_relative_to(folder) for folder in _SYSTEM)


def _holds_home(path: str) -> bool:
    """Say whether the user's home is there: a PATH may name anything."""
    return Path.home().is_relative_to(path)


def _bound(flag: str, paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        yield from (flag, path, path)


def _mounted(mounts: Iterable[Shown]) -> Iterator[str]:
    """Return the mounts, outer ones first: what is mounted over another is the one that is seen."""
    for one in sorted(mounts, key=lambda mount: Path(mount.target).parts):
        yield from ("--bind" if one.writable else "--ro-bind", str(one.source), one.target)


def _masked_link(tree: Path, command: Command, private: Path) -> list[str]:
    """Hide where the worktree's link to the canonical repository leads."""
    if not (command.repository or is_link(tree)):
        return []
    link = private / "link"
    link.write_text(link_text(command), encoding="utf-8")
    return ["--ro-bind", str(link), f"{TREE}/.git"]


def _gateway(command: Command) -> list[str]:
    if command.gateway is None:
        return []
    return ["--ro-bind", str(command.gateway.socket), inside.GATEWAY]


def _words(command: Command) -> list[str]:
    words = shell(command)
    if command.gateway is None:
        return words
    return inside.forwarded(sys.executable, str(FORWARDER_HERE), words)
