"""What a container is made of: what its command may do, may use and finds in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any, Self

from orchestrator.adapters.sandbox.daemon import Image
from orchestrator.adapters.sandbox.environment import bare_environment
from orchestrator.adapters.sandbox.inside import HOME, TEMPORARY, TREE, leased
from orchestrator.adapters.sandbox.lanes import shell
from orchestrator.adapters.sandbox.mounts import Shown, identity
from orchestrator.ports.sandbox import Command, ResourceLimits

HELPERS = 4
"""Processes in a container beside the command's: its init, what ends it when Leafcut dies, and
what forwards the gateway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The daemon's machine: how many processors it has, and as whom commands run there."""

    processors: float
    user: int
    group: int
    user_namespace: str

    @classmethod
    def of(cls, about: Mapping[str, Any]) -> Self:
        """Read it off what the daemon says of itself."""
        options = about.get("SecurityOptions") or []
        # The root of a rootless daemon's containers is the user who runs it.
        user, group = (0, 0) if "name=rootless" in options else identity()
        return cls(
            processors=float(about["NCPU"]),
            user=user,
            group=group,
            user_namespace="host" if "name=userns" in options else "",
        )


def settings(
    machine: Machine,
    image: Image,
    command: Command,
    labels: Mapping[str, str],
    host_config: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what a command's container is made of, in the words of the library."""
    words = leased(command, shell(command))
    return {
        "image": image.digest,
        "name": f"leafcut-{token_hex(6)}",
        "entrypoint": words[:1],
        "command": words[1:],
        "environment": {**bare_environment(HOME, TEMPORARY), **command.env},
        "user": f"{machine.user}:{machine.group}",
        "working_dir": TREE,
        "labels": dict(labels),
        "stdin_open": True,
        "healthcheck": {"test": ["NONE"]},
        "host_config": host_config,
    }


def bounds(
    machine: Machine, image: Image, command: Command, mounts: Sequence[Shown]
) -> dict[str, Any]:
    """Return what a command's container may do and use, in the words of the library."""
    import docker.types as made_of

    limits = command.limits
    return {
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges"],
        "read_only": True,
        "network_mode": "bridge" if command.network else "none",
        "userns_mode": machine.user_namespace or None,
        "init": True,
        "restart_policy": {"Name": "no"},
        "log_config": {"Type": "none"},
        "pids_limit": limits.processes + HELPERS,
        "mem_limit": limits.memory,
        "memswap_limit": limits.memory,
        "nano_cpus": int(min(limits.cpus, machine.processors) * 1e9),
        "ulimits": [
            made_of.Ulimit(name="core", soft=0, hard=0),
            made_of.Ulimit(name="fsize", soft=2 * limits.disk, hard=2 * limits.disk),
        ],
        "tmpfs": _in_memory(machine, image, limits),
        "mounts": [
            made_of.Mount(one.target, str(one.source), type="bind", read_only=not one.writable)
            for one in mounts
        ],
    }


def _in_memory(machine: Machine, image: Image, limits: ResourceLimits) -> dict[str, str]:
    """Return the folders of its own that a container may write to, with their bounds.

    Those that the image would have put on the disk, where nothing bounds them, are among them.
    """
    size = f"size={limits.memory // 2},nosuid,nodev"
    own = f"uid={machine.user},gid={machine.group}"
    return {
        **dict.fromkeys(image.volumes, f"{size},exec,mode=0755,{own}"),
        TEMPORARY: f"{size},exec,mode=1777",
        HOME: f"{size},exec,mode=0700,{own}",
    }


def accounts(folder: Path, machine: Machine) -> tuple[Shown, ...]:
    """Give the command's user a name, in files in `folder`: some programs need one to start."""
    user, group = machine.user, machine.group
    lines = {
        "passwd": f"root:x:0:0::/root:/bin/sh\nleafcut:x:{user}:{group}::{HOME}:/bin/sh\n",
        "group": f"root:x:0:\nleafcut:x:{group}:\n",
    }
    for name, text in lines.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o644)
    return tuple(Shown(folder / name, f"/etc/{name}") for name in lines)
