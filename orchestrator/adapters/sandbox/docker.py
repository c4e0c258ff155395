"""The Docker sandbox: one container a command, which is shown as little as it needs.

No capabilities, no new privileges, no network (but for setup), a read-only root, a user without
rights, bounded processes, memory, processors, time, output and disk. What a command sees: the
image, the tree at one constant path, a home and a temporary folder in memory, and the folders that
it was given, at their own paths.
"""

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from threading import Lock

from orchestrator.adapters import temporary
from orchestrator.adapters.sandbox import inside
from orchestrator.adapters.sandbox.attached import Attached
from orchestrator.adapters.sandbox.daemon import (
    Image,
    connect,
    labelled,
    owner,
    reap,
    require_image,
    sweep,
    told,
)
from orchestrator.adapters.sandbox.lanes import Closed
from orchestrator.adapters.sandbox.links import is_link, link_text
from orchestrator.adapters.sandbox.makeup import TREE, accounts, makeup
from orchestrator.adapters.sandbox.mounts import Shown, hand_over, shown
from orchestrator.adapters.sandbox.watch import Watch
from orchestrator.ports.sandbox import (
    Command,
    Completed,
    Ending,
    GatewayAddress,
    ResourceLimits,
)

LOOK_S = 0.05
"""How often a container is looked at while it runs, in seconds."""
_FORWARDER = Path(__file__).with_name("forward.py")


class DockerSandbox:
    """Runs commands in containers of an image, or of a command's own."""

    name = "docker"

    def __init__(self, image: str, labels: Mapping[str, str] | None = None) -> None:
        """Find the daemon and the image.

        `labels` say what all of its containers belong to: a run. Containers that bear them already
        are of a process that died, for a run has only one, and are removed.

        Raises:
            MissingRequirementError: no daemon of this machine answers, or it has no such image.
        """
        self._client = connect()
        self._belongs = labelled(labels or {})
        self._labels = {**self._belongs, **owner()}
        self._images: dict[str, Image] = {}
        self._lock = Lock()
        self._running: set[str] = set()
        self._closed = False
        self._own = temporary.make_folder()
        try:
            self.image = self._image(image)
            with told():
                self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        sweep(self._client)
        if self._belongs:
            reap(self._client, self._belongs)
        self._makeup = makeup(self._client)
        self._user = self._makeup.user
        self._accounts = accounts(self._own, *self._user)

    def run(self, tree: Path, command: Command) -> Completed:
        """Run `command` in a container of its own, with `tree` at a constant path.

        Raises:
            Closed: the sandbox was closed meanwhile, or before.
            FileNotFoundError: the tree, or a folder to show, does not exist.
            MissingRequirementError: the daemon has no such image any more.
            LeafcutError: the daemon does not run the container.
        """
        image = self._image(command.image) if command.image else self.image
        mounts = shown(tree, TREE, command)
        for mount in (one for one in mounts if one.writable):
            hand_over(mount.source, *self._user)
        places = [mount.source for mount in mounts if mount.writable]
        with (
            told(),
            self._seen(tree, command) as more,
            self._made(image, command, [*mounts, *more]) as container,
        ):
            return self._followed(container, command, places)

    def tree_path(self, tree: Path) -> str:  # noqa: ARG002 - the same for every tree
        """Return the constant path."""
        return TREE

    def gateway_url(self, gateway: GatewayAddress) -> str:  # noqa: ARG002 - the same for all
        """Return the constant URL that leads to the gateway's socket."""
        return inside.URL

    def close(self) -> None:
        """End every container that runs."""
        with self._lock:
            self._closed = True
            running = list(self._running)
        for container in running:
            self._kill(container)
        self._hang_up()

    # -- one container --------------------------------------------------------------------------

    @contextmanager
    def _made(self, image: Image, command: Command, mounts: list[Shown]) -> Iterator[str]:
        """Make a container, and remove it with all that is in it."""
        if self._closed:
            raise Closed
        settings = self._makeup.of(self._client, image, command, mounts, self._labels)
        made = self._client.create_container(**settings)
        container = str(made["Id"])
        with self._lock:
            self._running.add(container)
        try:
            yield container
        finally:
            self._client.remove_container(container, force=True, v=True)
            with self._lock:
                self._running.discard(container)
            self._hang_up()

    @contextmanager
    def _seen(self, tree: Path, command: Command) -> Iterator[list[Shown]]:
        """Lend the files that a command sees beside its own: accounts, a link, the gateway."""
        mounts = list(self._accounts)
        if command.gateway:
            hand_over(command.gateway.socket, *self._user)
            mounts.append(Shown(command.gateway.socket, inside.GATEWAY))
            mounts.append(Shown(_FORWARDER, inside.FORWARDER))
        link = self._own / f"link-{token_hex(6)}"
        if command.repository or is_link(tree):
            link.write_text(link_text(command), encoding="utf-8")
            hand_over(link, *self._user)
            mounts.append(Shown(link, f"{TREE}/.git"))
        try:
            yield mounts
        finally:
            link.unlink(missing_ok=True)

    # -- its course -----------------------------------------------------------------------------

    def _followed(self, container: str, command: Command, places: list[Path]) -> Completed:
        """Start a container and follow it to its end."""
        attached = Attached(self._client, container, command.limits.output)
        try:
            began = time.monotonic()
            self._client.start(container)
            over = self._watched(container, command.limits, places, attached)
            state = self._client.inspect_container(container)["State"]
        finally:
            attached.close()
        if self._closed:
            raise Closed
        ending: Ending = over or ("memory" if state["OOMKilled"] else "exited")
        out, err = attached.streams
        return Completed(
            ending=ending,
            exit_code=state["ExitCode"] if ending == "exited" else None,
            stdout=out,
            stderr=err,
            truncated=attached.truncated,
            duration_s=time.monotonic() - began,
        )

    def _watched(
        self, container: str, limits: ResourceLimits, places: list[Path], attached: Attached
    ) -> Ending | None:
        """Drain a container's output until it ends, and end it when it is over its limits."""
        process = self._client.inspect_container(container)["State"]["Pid"]
        watch = Watch(process, places, limits)
        end = time.monotonic() + limits.wall_s
        over: Ending | None = None
        while attached.wait(LOOK_S):
            if over is None:
                over = "timeout" if time.monotonic() >= end else watch.over()
                if over:
                    self._kill(container)
        self._client.wait(container)
        return over or ("disk" if watch.wrote_too_much() else None)

    def _kill(self, container: str) -> None:
        """End a container with everything in it; it may have ended by itself just now."""
        import docker

        with suppress(docker.errors.APIError):
            self._client.kill(container)

    def _hang_up(self) -> None:
        """Let go of the daemon once the sandbox is closed and its last container has gone."""
        with self._lock:
            if self._closed and not self._running:
                self._client.close()
                shutil.rmtree(self._own, ignore_errors=True)

    def _image(self, name: str) -> Image:
        found = self._images.get(name)
        if found is None:
            with told():
                found = self._images[name] = require_image(self._client, name)
        return found
