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

from orchestrator.adapters.sandbox.environment import (
    base_environment,
    private_folder,
    program_folders,
)
from orchestrator.adapters.sandbox.lanes import Lanes, shell
from orchestrator.errors import MissingRequirementError
from orchestrator.ports.sandbox import Command, Completed

TREE = "/w"
HOME = "/home/leafcut"
TEMPORARY = "/tmp"  # noqa: S108 - the sandbox's own

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/opt")
_SETTINGS = (
    "/etc/alternatives", "/etc/fonts", "/etc/group", "/etc/hosts", "/etc/java-17-openjdk",
    "/etc/java-21-openjdk", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d",
    "/etc/localtime", "/etc/mime.types", "/etc/nsswitch.conf", "/etc/passwd", "/etc/protocols",
    "/etc/services", "/etc/ssl/certs",
)  # fmt: skip
_BESIDE_PROGRAMS = ("lib", "libexec", "versions", "version", "pyvenv.cfg", "toolchains")
"""What programs in a `bin` folder need from the folder above it."""


class BubblewrapSandbox:
    """Runs commands inside bubblewrap."""

    name = "bubblewrap"

    def __init__(self) -> None:
        """Find bubblewrap and see that it works.

        Raises:
            MissingRequirementError: it is not there, or the system does not let it work.
        """
        self._program = find()
        self._view = [*_namespaces(), *_system(), *_bound("--ro-bind", _tool_folders())]
        self._lanes = Lanes()

    def run(self, tree: Path, command: Command) -> Completed:
        """Run `command` with `tree` at a constant path.

        Raises:
            FileNotFoundError: the tree, or a folder to show, does not exist.
        """
        for path in (tree, *command.readable, *command.writable):
            path.stat()
        with private_folder() as private:
            return self._lanes.run(
                [
                    self._program,
                    *self._view,
                    *_network(command),
                    *("--bind", str(private / "tmp"), TEMPORARY),
                    *("--bind", str(private / "home"), HOME),
                    *_bound("--ro-bind", _below(TEMPORARY, _tool_folders())),
                    *_bound("--ro-bind", map(str, command.readable)),
                    *_bound("--bind", map(str, command.writable)),
                    *("--bind", str(tree), TREE),
                    *_masked_link(tree),
                    *("--remount-ro", "/", "--chdir", TREE),
                    *shell(command),
                ],
                "/",
                {**base_environment(HOME, TEMPORARY), **command.env},
                command.limits,
            )

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
        [program, *_namespaces(), *_system(), "--remount-ro", "/", "/bin/sh", "-c", "exit 0"],
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


def _system() -> list[str]:
    arguments = ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/run", "--dir", "/var/tmp"]  # noqa: S108
    for path in (*_SYSTEM, *_SETTINGS):
        if os.path.islink(path):
            arguments += ["--symlink", os.readlink(path), path]
        elif os.path.exists(path):
            arguments += ["--ro-bind", path, path]
    return arguments
