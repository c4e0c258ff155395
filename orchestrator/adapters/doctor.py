"""Probes of this machine: each looks at one thing and says how to mend it."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

from orchestrator.adapters.git.command import NEEDED, version_of
from orchestrator.adapters.git.target import Target
from orchestrator.adapters.images import agents_images
from orchestrator.adapters.library.agents import agent_names, load_agent
from orchestrator.adapters.sandbox import bubblewrap, daemon
from orchestrator.application.doctor import Finding, Level, Probe
from orchestrator.errors import LeafcutError, MissingRequirementError

OLDEST_PYTHON = (3, 11)
PATIENCE_S = 10.0
"""How long a program may take to say its version, in seconds."""
GIB = 1024**3
SCARCE = 5 * GIB
TOO_SCARCE = GIB // 2


def probes(state: Path, shelves: Sequence[Path]) -> tuple[Probe, ...]:
    """Return all probes; `state` is where Leafcut keeps its runs, `shelves` are those of agents."""
    return (
        python,
        git,
        partial(author, Path.cwd()),
        ruff,
        sandbox,
        docker,
        partial(agents, shelves),
        bus,
        partial(disk, state),
    )


def python() -> Finding:
    """Look at the Python that runs Leafcut."""
    version = ".".join(map(str, sys.version_info[:3]))
    old = sys.version_info < OLDEST_PYTHON
    return Finding(
        name="Python",
        level="fail" if old else "ok",
        says=f"{version} at {sys.executable}",
        mend="install Python 3.11 or later" if old else "",
    )


def git() -> Finding:
    """Look for a git that can merge without a checkout."""
    found = shutil.which("git")
    if found is None:
        return Finding(name="git", level="fail", says="not on the PATH", mend="apt-get install git")
    version = version_of(found)
    old = version < NEEDED
    return Finding(
        name="git",
        level="fail" if old else "ok",
        says=f"{'.'.join(map(str, version))} at {found}",
        mend=f"apt-get install git, {'.'.join(map(str, NEEDED))} or later" if old else "",
    )


def author(folder: Path) -> Finding:
    """Look for the name that commits will bear."""
    try:
        who = Target(folder, folder, bare=True).author()
    except MissingRequirementError as error:
        return Finding(name="git author", level="fail", says=error.message, mend=error.hint)
    return Finding(name="git author", level="ok", says=who)


def ruff() -> Finding:
    """Look for the program that reads imports."""
    from ruff import find_ruff_bin

    try:
        path = find_ruff_bin()
    except FileNotFoundError as error:
        return Finding(
            name="ruff",
            level="fail",
            says=f"no program: {error}",
            mend="pip install --force-reinstall ruff",
        )
    return Finding(name="ruff", level="ok", says=f"{importlib.metadata.version('ruff')} at {path}")


def sandbox() -> Finding:
    """Start bubblewrap."""
    try:
        path = bubblewrap.find()
    except MissingRequirementError as error:
        return Finding(name="bubblewrap", level="warn", says=error.message, mend=error.hint)
    return Finding(name="bubblewrap", level="ok", says=f"{_version(path)} at {path}, and it starts")


def docker() -> Finding:
    """Ask for Docker's daemon, which must be one of this machine."""
    try:
        client = daemon.connect()
    except MissingRequirementError as error:
        return Finding(name="Docker", level="warn", says=error.message, mend=_mend_docker())
    with closing(client):
        said = client.version()["Version"]
    return Finding(name="Docker", level="ok", says=f"{said} answers")


def _mend_docker() -> str:
    host = os.environ.get("DOCKER_HOST", "")
    if host and not host.startswith("unix://"):
        return "unset DOCKER_HOST"
    return "systemctl start docker" if shutil.which("docker") else "apt-get install docker.io"


def bus() -> Finding:
    """Look for the server that Leafcut would start to carry learnings."""
    from orchestrator.adapters.bus.server import find

    found = find()
    if found is None:
        return Finding(
            name="Redis",
            level="later",
            says="no server here: learnings travel within Leafcut's own process, which will do",
            mend="apt-get install redis-server",
        )
    return Finding(name="Redis", level="ok", says=f"{_version(found)} at {found}")


def agents(shelves: Sequence[Path]) -> Finding:
    """Look for agents with a language model, in images and on the PATH; codemods need none."""
    try:
        known = [load_agent(name, shelves) for name in sorted(agent_names(shelves))]
    except LeafcutError as error:
        return Finding(name="agents", level="fail", says=error.message, mend="mend that file")
    thinking = {one.folder.name: one.spec for one in known if one.spec.thinks}
    built = _versions_in_images()
    programs = {
        name: path
        for name, spec in thinking.items()
        if name not in built and (path := shutil.which(spec.command[0]))
    }
    if not programs and not built.keys() & thinking.keys():
        some = "claude-code" if "claude-code" in thinking else "NAME"
        return Finding(
            name="agents",
            level="warn",
            says=f"no image and no program of {', '.join(thinking)}; codemods need none",
            mend=f"leafcut agents build {some}",
        )
    said = {name: f"{name} {version} on the PATH" for name, version in _each(programs, _version)}
    said |= {name: f"{name} {built[name]}".rstrip() for name in thinking if name in built}
    return Finding(name="agents", level="ok", says=", ".join(said[name] for name in sorted(said)))


def _versions_in_images() -> Mapping[str, str]:
    """Return the version of each agent that has an image here; none where no daemon answers."""
    try:
        client = daemon.connect()
    except MissingRequirementError:
        return {}
    with closing(client):
        newest = {name: found[0].labels for name, found in agents_images(client).items()}
    return {name: labels.get("leafcut.agent.version", "") for name, labels in newest.items()}


def disk(state: Path) -> Finding:
    """Look at the room for runs."""
    there = next(folder for folder in (state, *state.absolute().parents) if folder.exists())
    free = shutil.disk_usage(there).free
    level: Level = "fail" if free < TOO_SCARCE else "warn" if free < SCARCE else "ok"
    return Finding(
        name="disk",
        level=level,
        says=f"{free / GIB:.1f} GiB free for {state}",
        mend="" if level == "ok" else "leafcut clean, or move the runs with LEAFCUT_HOME",
    )


def _each(paths: Mapping[str, str], look: Callable[[str], str]) -> list[tuple[str, str]]:
    """Look at several programs at the same time: some take a second to start."""
    with ThreadPoolExecutor(len(paths) or 1) as pool:
        return list(zip(paths, pool.map(look, paths.values()), strict=True))


def _version(program: str) -> str:
    """Return the version that a program says it has, or why there is none."""
    try:
        done = subprocess.run(  # noqa: S603 - a program on the user's own PATH
            [program, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=PATIENCE_S,
            env={**os.environ, "NO_COLOR": "1"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return "(does not start)"
    return _number(done.stdout + done.stderr)


def _number(said: bytes) -> str:
    match = re.search(r"\d+(\.\d+)+", said.decode("utf-8", "replace"))
    return match.group() if match else "(says no version)"


def _first_line(error: Exception) -> str:
    lines: Sequence[str] = str(error).splitlines() or [type(error).__name__]
    return lines[0].removeprefix("Error while fetching server API version: ")[:120]
