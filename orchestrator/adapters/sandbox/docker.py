"""The Docker sandbox: one container a command, which is shown as little as it needs.

No capabilities, no new privileges, no network (but for setup), a read-only root, a user without
rights, bounded processes, memory, processors, time, output and disk. What a command sees: the
image, the tree at one constant path, a home and a temporary folder in memory, and the folders that
it was given, at their own paths.
"""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from threading import Lock

from orchestrator.adapters import temporary
from orchestrator.adapters.sandbox.container import Machine, accounts, bounds, settings
from orchestrator.adapters.sandbox.course import follow, kill
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
from orchestrator.adapters.sandbox.inside import (
    FORWARDER,
    FORWARDER_HERE,
    GATEWAY,
    TREE,
    URL,
)
from orchestrator.adapters.sandbox.lanes import Closed
from orchestrator.adapters.sandbox.links import is_link, link_text
from orchestrator.adapters.sandbox.mounts import Shown, hand_over, shown
from orchestrator.ports.sandbox import Command, Completed, GatewayAddress, Hear


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
        self._machine = Machine.of(self._client.info())
        self._accounts = accounts(self._own, self._machine)

    def run(self, tree: Path, command: Command, hear: Hear | None = None) -> Completed:
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
            self._hand_over(mount.source)
        places = [mount.source for mount in mounts if mount.writable]
        with (
            told(),
            self._seen(tree, command) as more,
            self._made(image, command, [*mounts, *more]) as container,
        ):
            completed = follow(self._client, container, command.limits, places, hear)
            if self._closed:
                raise Closed
            return completed

    def tree_path(self, tree: Path) -> str:  # noqa: ARG002 - the same for every tree
        """Return the constant path."""
        return TREE

    def gateway_url(self, gateway: GatewayAddress) -> str:  # noqa: ARG002 - the same for all
        """Return the constant URL that leads to the gateway's socket."""
        return URL

    def close(self) -> None:
        """End every container that runs."""
        with self._lock:
            self._closed = True
            running = list(self._running)
        for container in running:
            kill(self._client, container)
        self._hang_up()

    @contextmanager
    def _made(self, image: Image, command: Command, mounts: list[Shown]) -> Iterator[str]:
        """Make a container, and remove it with all that is in it."""
        if self._closed:
            raise Closed
        may = self._client.create_host_config(**bounds(self._machine, image, command, mounts))
        labels = {**self._labels, **labelled(command.labels)}
        made = self._client.create_container(**settings(self._machine, image, command, labels, may))
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
            self._hand_over(command.gateway.socket)
            mounts.append(Shown(command.gateway.socket, GATEWAY))
            mounts.append(Shown(FORWARDER_HERE, FORWARDER))
        link = self._own / f"link-{token_hex(6)}"
        if command.repository or is_link(tree):
            link.write_text(link_text(command), encoding="utf-8")
            self._hand_over(link)
            mounts.append(Shown(link, f"{TREE}/.git"))
        try:
            yield mounts
        finally:
            link.unlink(missing_ok=True)

    def _hand_over(self, path: Path) -> None:
        hand_over(path, self._machine.user, self._machine.group)

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
