"""The isolation boundary that an agent or a check runs in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

Ending: TypeAlias = Literal["exited", "timeout", "memory", "processes", "disk"]

MIB = 1024 * 1024

Hear: TypeAlias = Callable[[bytes], None]
"""Takes what a command prints while it runs, in pieces of any size; it is quick and never
raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceLimits:
    """What one command may use, with all of its descendants.

    `wall_s` is in seconds, `memory` and `output` in bytes (output: kept of each stream, the rest
    is drained), `processes` counts the processes alive at once. `cpus` is in processors' worth of
    time, `disk` in bytes that a command may add to the tree and its writable folders; only
    containers hold a command to these two.
    """

    wall_s: float = 900.0
    memory: int = 4096 * MIB
    processes: int = 512
    output: int = 8 * MIB
    cpus: float = 4.0
    disk: int = 4096 * MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayAddress:
    """Where the gateway listens: a Unix `socket` for whoever has no network, a loopback `url`."""

    socket: Path
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A shell command at the root of a tree.

    `cwd` is relative to the tree, `env` is added to the sandbox's own small environment.
    `readable` and `writable` are host paths outside the tree that the command also sees, at the
    same path. `network` is for a playbook's setup alone, `read_only` for commands
    that only look; `local` cannot enforce it.

    `image` names what it runs in by digest, "" the sandbox's own; only containers have images.
    `gateway` is the one thing outside that it can reach. `repository` is a private repository,
    among `writable`, that the tree's `.git` leads to; without one the tree has no `.git`. `labels`
    say what it belongs to, for whoever finds it after a death.
    """

    script: str
    cwd: str = "."
    env: Mapping[str, str] = field(default_factory=dict)
    limits: ResourceLimits = ResourceLimits()
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    network: bool = False
    read_only: bool = False
    image: str = ""
    gateway: GatewayAddress | None = None
    repository: Path | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """How a command ended. `exit_code` is None unless it ended by itself; signals are 128 + n."""

    ending: Ending
    exit_code: int | None
    stdout: bytes
    stderr: bytes
    truncated: bool
    duration_s: float


class Sandbox(Protocol):
    """Runs commands; when `run` returns, none of their processes is left."""

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        ...

    def run(self, tree: Path, command: Command, hear: Hear | None = None) -> Completed:
        """Run `command` with `tree` (a host path) as its tree; safe to call from many threads.

        `hear` is told the beginning of its standard output as it comes, at most `limits.output`
        bytes and about ten times a second, in the thread that called. What it has not been told
        when the command ends, it is not told at all: `Completed` has it.

        Raises:
            MissingRequirementError: the sandbox itself does not work here.
        """
        ...

    def tree_path(self, tree: Path) -> str:
        """Return the path at which a command sees `tree`."""
        ...

    def gateway_url(self, gateway: GatewayAddress) -> str:
        """Return the URL at which a command that was given `gateway` reaches it."""
        ...

    def close(self) -> None:
        """End everything that the sandbox still holds."""
        ...
