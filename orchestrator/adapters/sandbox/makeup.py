"""What a container is made of: the flags that keep a command in it, and their bounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

from orchestrator.adapters.sandbox import inside
from orchestrator.adapters.sandbox.daemon import Image, labelled
from orchestrator.adapters.sandbox.environment import bare_environment
from orchestrator.adapters.sandbox.lanes import shell
from orchestrator.adapters.sandbox.mounts import Shown, identity
from orchestrator.ports.sandbox import Command, ResourceLimits

TREE = "/w"
HOME = "/home/leafcut"
TEMPORARY = "/tmp"  # noqa: S108 - the container's own
HELPERS = 4
"""Processes in a container beside the command's: its init, what ends it when Leafcut dies, and
what forwards the gateway."""


@dataclass(frozen=True, slots=True)
class Makeup:
    """What is the same for all containers of a daemon.

    `user` is the user and the group that commands run as, `namespace` "host" where the daemon would
    give them others, `processors` how many the daemon has.
    """

    user: tuple[int, int]
    namespace: str | None
    processors: float

    def of(
        self,
        client: Any,
        image: Image,
        command: Command,
        mounts: Sequence[Shown],
        labels: Mapping[str, str],
    ) -> dict[str, Any]:
        """Return what a command's container is made of, in the words of the library."""
        words = inside.leased(command, shell(command))
        return {
            "image": image.digest,
            "name": f"leafcut-{token_hex(6)}",
            "entrypoint": words[:1],
            "command": words[1:],
            "environment": {**bare_environment(HOME, TEMPORARY), **command.env},
            "user": "{}:{}".format(*self.user),
            "working_dir": TREE,
            "labels": {
                **labels,
                **labelled(command.labels),
            },
            "stdin_open": True,
            "healthcheck": {"test": ["NONE"]},
            "host_config": self._bounds(client, image, command, mounts),
        }

    def _bounds(self, client: Any, image: Image, command: Command, mounts: Sequence[Shown]) -> Any:
        """Return what the container may do and use."""
        import docker.types as made_of

        limits = command.limits
        return client.create_host_config(
            cap_drop=["ALL"],
            security_opt=["no-new-privileges"],
            read_only=True,
            network_mode="bridge" if command.network else "none",
            userns_mode=self.namespace,
            init=True,
            restart_policy={"Name": "no"},
            log_config={"Type": "none"},
            pids_limit=limits.processes + HELPERS,
            mem_limit=limits.memory,
            memswap_limit=limits.memory,
            nano_cpus=int(min(limits.cpus, self.processors) * 1e9),
            ulimits=[
                made_of.Ulimit(name="core", soft=0, hard=0),
                made_of.Ulimit(name="fsize", soft=2 * limits.disk, hard=2 * limits.disk),
            ],
            tmpfs=self._in_memory(image, limits),
            mounts=[
                made_of.Mount(one.target, str(one.source), type="bind", read_only=not one.writable)
                for one in mounts
            ],
        )

    def _in_memory(self, image: Image, limits: ResourceLimits) -> dict[str, str]:
        """Return the folders of its own that a container may write to, with their bounds.

        Those that the image would have put on the disk, where nothing bounds them, are among them.
        """
        user, group = self.user
        size = f"size={limits.memory // 2},nosuid,nodev"
        return {
            **dict.fromkeys(image.volumes, f"{size},exec,mode=0755,uid={user},gid={group}"),
            TEMPORARY: f"{size},exec,mode=1777",
            HOME: f"{size},exec,mode=0700,uid={user},gid={group}",
        }


def makeup(client: Any) -> Makeup:
    """Return what a daemon's containers are made of."""
    about = client.info()
    options = about.get("SecurityOptions") or []
    return Makeup(
        # The root of a rootless daemon's containers is the user who runs it.
        user=(0, 0) if "name=rootless" in options else identity(),
        namespace="host" if "name=userns" in options else None,
        processors=float(about["NCPU"]),
    )


def accounts(folder: Path, user: int, group: int) -> tuple[Shown, ...]:
    """Give the command's user a name: some programs do not start without one."""
    lines = {
        "passwd": f"root:x:0:0::/root:/bin/sh\nleafcut:x:{user}:{group}::{HOME}:/bin/sh\n",
        "group": f"root:x:0:\nleafcut:x:{group}:\n",
    }
    for name, text in lines.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o644)
    return tuple(Shown(folder / name, f"/etc/{name}") for name in lines)
