"""Docker's daemon: found, asked for images, and cleared of what a dead Leafcut left there."""

import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from orchestrator.adapters import temporary
from orchestrator.errors import LeafcutError, MissingRequirementError, UsageError

SOCKET = "unix:///var/run/docker.sock"
PATIENCE_S = 60
"""How long the daemon may take to answer, in seconds; a busy one starts containers slowly."""
KNOCK_S = 3.0
AT_ONCE = 64
"""Connections that are kept open: each container that runs holds one."""


@dataclass(frozen=True, slots=True)
class Image:
    """An image as the daemon has it.

    `digest` names its content, `volumes` are the folders that it would have written to on disk.
    """

    digest: str
    labels: Mapping[str, str]
    volumes: tuple[str, ...]


def host() -> str:
    """Return where the daemon listens.

    Raises:
        MissingRequirementError: it is one of another machine.
    """
    named = os.environ.get("DOCKER_HOST") or SOCKET
    if not named.startswith("unix://"):
        raise MissingRequirementError(
            f"DOCKER_HOST is {named}: a daemon of another machine does not see the files of this "
            "one, which a container must be shown",
            hint="unset DOCKER_HOST for a daemon of this machine, or --sandbox bubblewrap",
        )
    return named


def connect() -> Any:
    """Return a client of the daemon; whoever asks for it closes it.

    Raises:
        MissingRequirementError: none answers, or it is one of another machine.
    """
    address = host()
    try:
        _knock(address.removeprefix("unix://"))
    except OSError as error:
        raise _silent(error.strerror or str(error)) from error
    import docker

    try:
        return docker.APIClient(
            base_url=address, version="auto", timeout=PATIENCE_S, max_pool_size=AT_ONCE
        )
    except docker.errors.DockerException as error:
        raise _silent(str(error)) from error


def _silent(why: str) -> MissingRequirementError:
    return MissingRequirementError(
        f"no Docker daemon answers: {why}",
        hint="systemctl start docker (leafcut doctor says more), or --sandbox bubblewrap",
    )


def _knock(path: str) -> None:
    """See whether anything listens: the library leaves its socket open where nothing does."""
    with socket.socket(socket.AF_UNIX) as door:
        door.settimeout(KNOCK_S)
        door.connect(path)


@contextmanager
def told() -> Iterator[None]:
    """Let what the daemon refuses be an error that a person can act on."""
    import docker
    import requests

    try:
        yield
    except docker.errors.ImageNotFound as error:
        raise MissingRequirementError(
            f"Docker has no such image any more: {error.explanation}",
            hint="build or pull it again, then leafcut resume",
        ) from error
    except docker.errors.APIError as error:
        raise LeafcutError(
            f"Docker does not run the container: {error.explanation or error}",
            hint="leafcut doctor; docker info",
        ) from error
    except requests.exceptions.RequestException as error:
        raise MissingRequirementError(
            f"Docker's daemon has gone: {error}", hint="start it, then leafcut resume"
        ) from error


def find_image(client: Any, name: str) -> Image | None:
    """Return the image that a name, a tag or a digest stands for, None when it is not here.

    Raises:
        UsageError: it cannot be an image's name.
        LeafcutError: the daemon does not say.
    """
    import docker

    with told():
        try:
            found = client.inspect_image(name)
        except docker.errors.NotFound:
            return None
        except docker.errors.APIError as error:
            if error.status_code != _BAD_REQUEST:
                raise
            raise UsageError(f"{name!r} cannot be an image's name", hint="NAME:TAG") from error
    settings = found.get("Config") or {}
    return Image(
        digest=found["Id"],
        labels=settings.get("Labels") or {},
        volumes=tuple(sorted(settings.get("Volumes") or {})),
    )


def require_image(client: Any, name: str, hint: str = "") -> Image:
    """Return an image.

    Raises:
        MissingRequirementError: it is not here.
    """
    if found := find_image(client, name):
        return found
    raise MissingRequirementError(
        f"Docker has no image {name}", hint=hint or f"docker pull {name}, then try again"
    )


def reap(client: Any, labels: Mapping[str, str]) -> int:
    """Remove the containers that bear all these labels, running or not; return how many.

    Raises:
        ValueError: no label is given, which would be everybody's containers.
    """
    import docker

    if not labels:
        message = "containers are reaped by label"
        raise ValueError(message)
    wanted = [f"{name}={value}" for name, value in labels.items()]
    found = client.containers(all=True, filters={"label": wanted})
    for container in found:
        try:
            client.remove_container(container["Id"], force=True, v=True)
        except docker.errors.NotFound:
            continue
        except docker.errors.APIError as error:
            if error.status_code != _CONFLICT:  # its removal is under way already
                raise
    return len(found)


_CONFLICT = 409
_BAD_REQUEST = 400


def labelled(names: Mapping[str, str]) -> dict[str, str]:
    """Return labels as containers bear them: with a name that says whose they are."""
    return {f"leafcut.{name.removeprefix('leafcut.')}": text for name, text in names.items()}


def owner() -> dict[str, str]:
    """Return the labels that say which process a container is of."""
    return {"leafcut.owner": _here(), "leafcut.process": str(os.getpid())}


def sweep(client: Any) -> None:
    """Remove what killed processes of this user on this machine left, unless it still runs.

    One that runs is ended by the death of its process, see `inside`, or belongs to a run, which
    removes it when it goes on.
    """
    filters = {"label": f"leafcut.owner={_here()}", "status": ["created", "exited"]}
    ended = client.containers(all=True, filters=filters)
    for process in {container["Labels"]["leafcut.process"] for container in ended}:
        if not temporary.lives(int(process)):
            reap(client, {"leafcut.owner": _here(), "leafcut.process": process})


def _here() -> str:
    return f"{os.geteuid()}@{socket.gethostname()}"
