"""Runs git, with an environment in which a repository cannot make it run anything else.

Configuration of the system and the user is left out, hooks, file-system monitors and helpers are
off. What a repository's own configuration could still turn on is overridden by `GIT_CONFIG_*`,
which wins over it; which transports may be used is fixed by `GIT_ALLOW_PROTOCOL`, which no
configuration overrules. Calls are in a process group of their own, so that a Ctrl-C in the
terminal ends Leafcut in its own order and no git call half-way.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from orchestrator.errors import LeafcutError, MissingRequirementError

NEEDED = (2, 38)
"""The first version with `merge-tree --write-tree`."""

_SAFE_CONFIG = Path(__file__).with_name("safe.gitconfig")

_OVERRIDES = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.untrackedCache": "false",
    "core.attributesFile": "/dev/null",
    "core.alternateRefsCommand": "true",
    "core.sshCommand": "false",
    "credential.helper": "",
    "log.showSignature": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "fetch.writeCommitGraph": "false",
    "fetch.prune": "false",
    "protocol.version": "2",
    "submodule.recurse": "false",
    "safe.directory": "*",
}


_WAY_OUT = (
    *("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH"),
)
"""What a machine says of its way to the network, for calls that use it."""


class GitError(LeafcutError):
    """A git call failed; `stderr` is what it said, `stdout` what it had answered by then."""

    def __init__(self, args: Sequence[str], code: int, stderr: str, stdout: bytes) -> None:
        super().__init__(f"git {' '.join(args[:2])} exited {code}: {stderr.strip()}")
        self.code = code
        self.stderr = stderr.strip()
        self.stdout = stdout


def environment(
    *, transport: str = "none", settings: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the whole environment of a git call; `transport` is the one that it may use.

    `settings` are further ones of git's configuration, for this call alone.
    """
    overrides = {**_OVERRIDES, **(settings or {})}
    numbered = {
        f"GIT_CONFIG_{kind}_{n}": text
        for n, pair in enumerate(overrides.items())
        for kind, text in zip(("KEY", "VALUE"), pair, strict=True)
    }
    way = _WAY_OUT if transport not in {"none", "file"} else ()
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": "/nonexistent",
        "LC_ALL": "C",
        "GIT_ALLOW_PROTOCOL": transport,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(_SAFE_CONFIG),
        "GIT_DEFAULT_HASH": "sha1",
        "GIT_DEFAULT_REF_FORMAT": "files",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_COUNT": str(len(overrides)),
        **numbered,
        **{name: os.environ[name] for name in way if name in os.environ},
    }


def git(
    directory: Path,
    *arguments: str,
    stdin: bytes | None = None,
    transport: str = "none",
    settings: Mapping[str, str] | None = None,
    discover: bool = False,
) -> bytes:
    """Run git on the repository at `directory` (its git directory) and return its stdout.

    With `discover`, `directory` is any folder and git looks for the repository around it. What
    `settings` hold stands in the environment of this one process.

    Raises:
        GitError: git exited with anything but 0.
        MissingRequirementError: there is no git, it is too old, or the disk is full.
    """
    where = ["-C", str(directory)] if discover else [f"--git-dir={directory}"]
    done = subprocess.run(  # noqa: S603 - a list, no shell, our own environment
        [executable(), *where, *arguments],
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        check=False,
        env=environment(transport=transport, settings=settings),
        cwd="/",
        process_group=0,
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace")
        if "No space left on device" in said:
            raise MissingRequirementError(
                f"the disk that holds {directory} is full", hint="make room, then go on"
            )
        raise GitError(arguments, done.returncode, said, done.stdout)
    return done.stdout


def serve(directory: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    """Start a git that answers on its pipes until its stdin is closed."""
    return subprocess.Popen(  # noqa: S603 - a list, no shell, our own environment
        [executable(), f"--git-dir={directory}", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
        cwd="/",
        process_group=0,
    )


def users_setting(folder: Path, key: str) -> str:
    """Return a value of the user's own configuration, empty when unset; reading runs nothing."""
    located = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX"}
    done = subprocess.run(  # noqa: S603 - a list, no shell
        [executable(), "-C", str(folder), "config", "--get", key],
        capture_output=True,
        check=False,
        env={name: text for name, text in os.environ.items() if name not in located},
        process_group=0,
    )
    return done.stdout.decode("utf-8", "surrogateescape").strip()


@cache
def executable() -> str:
    """Return the path of git.

    Raises:
        MissingRequirementError: there is none, or it is too old.
    """
    return checked(shutil.which("git"))


def checked(found: str | None) -> str:
    """Return the program when it is a git that will do.

    Raises:
        MissingRequirementError: it is not there, or too old.
    """
    needed = ".".join(map(str, NEEDED))
    hint = f"install git {needed} or later"
    if found is None:
        raise MissingRequirementError("git is not on the PATH", hint=hint)
    version = version_of(found)
    if version < NEEDED:
        have = ".".join(map(str, version))
        raise MissingRequirementError(f"git {have} at {found} is too old", hint=hint)
    return found


def version_of(program: str) -> tuple[int, ...]:
    """Return the version that a git says it has, as numbers."""
    said = subprocess.run(  # noqa: S603 - the git on the PATH
        [program, "--version"], capture_output=True, text=True, check=False
    ).stdout
    match = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", said)
    return tuple(int(part) for part in match.groups() if part) if match else (0,)
