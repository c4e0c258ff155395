"""Runs git, with an environment in which a repository cannot make it run anything else.

Configuration of the system and the user is left out, hooks, file-system monitors, external diffs
and helpers are off. What a repository's own configuration could still turn on is overridden by
`GIT_CONFIG_*`, which wins over it.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from orchestrator.errors import MissingRequirementError

NEEDED = (2, 38)
"""The first version with `merge-tree --write-tree`."""

_SAFE_CONFIG = Path(__file__).with_name("safe.gitconfig")

_OVERRIDES = {
    "core.hooksPath": "/dev/null",
    "core.fsmonitor": "false",
    "core.attributesFile": "/dev/null",
    "core.sshCommand": "false",
    "credential.helper": "",
    "diff.external": "",
    "log.showSignature": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "safe.directory": "*",
}


class GitError(Exception):
    """A git call failed; `stderr` is what it said, `stdout` what it had answered by then."""

    def __init__(self, args: Sequence[str], code: int, stderr: str, stdout: bytes) -> None:
        super().__init__(f"git {' '.join(args)} exited {code}: {stderr.strip()}")
        self.code = code
        self.stderr = stderr.strip()
        self.stdout = stdout


def environment(protocol: str = "never") -> dict[str, str]:
    """Return the whole environment of a git call; `protocol` is the policy for local fetches."""
    config = {**_OVERRIDES, "protocol.allow": "never", "protocol.file.allow": protocol}
    numbered = {
        f"GIT_CONFIG_{kind}_{n}": text
        for n, pair in enumerate(config.items())
        for kind, text in zip(("KEY", "VALUE"), pair, strict=True)
    }
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": "/nonexistent",
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(_SAFE_CONFIG),
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_CONFIG_COUNT": str(len(config)),
        **numbered,
    }


def git(
    directory: Path,
    *arguments: str,
    stdin: bytes | None = None,
    protocol: str = "never",
    discover: bool = False,
) -> bytes:
    """Run git on the repository at `directory` (its git directory) and return its stdout.

    With `discover`, `directory` is any folder and git looks for the repository around it.

    Raises:
        GitError: git exited with anything but 0.
    """
    where = ["-C", str(directory)] if discover else [f"--git-dir={directory}"]
    call = [executable(), *where, *arguments]
    done = subprocess.run(  # noqa: S603 - a list, no shell, our own environment
        call,
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        check=False,
        env=environment(protocol),
        cwd="/",
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace")
        raise GitError(arguments, done.returncode, said, done.stdout)
    return done.stdout


@cache
def executable() -> str:
    """Return the path of git.

    Raises:
        MissingRequirementError: there is none, or it is too old.
    """
    found = shutil.which("git")
    if found is None:
        raise MissingRequirementError("git is not on the PATH", hint="install git 2.38 or later")
    version = version_of(found)
    if version < NEEDED:
        have = ".".join(map(str, version))
        raise MissingRequirementError(
            f"git {have} at {found} is too old", hint="install git 2.38 or later"
        )
    return found


def version_of(program: str) -> tuple[int, ...]:
    """Return the version that a git says it has, as numbers."""
    said = subprocess.run(  # noqa: S603 - the git on the PATH
        [program, "--version"], capture_output=True, text=True, check=False
    ).stdout
    match = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", said)
    return tuple(int(part) for part in match.groups() if part) if match else (0,)
