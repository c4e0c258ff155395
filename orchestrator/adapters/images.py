"""Images of environments and agents: named, looked for, built.

A built image bears labels that say what it was made of, so that one which no longer fits is told
from one that does.
"""

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orchestrator import __version__
from orchestrator.adapters.sandbox.daemon import (
    Image,
    find_image,
    require_image,
    told,
)
from orchestrator.errors import InvalidInputError, LeafcutError, MissingRequirementError

SHORT = 12
"""Characters of a digest in a tag."""
_NOT_SENT = {".git", "__pycache__", "fixture"}
_NOT_PART = "README.md"
"""What is written for people: its edits make no image stale."""
_BUNDLE = "ca-bundle.crt"
_TRUSTED = "/etc/ssl/certs/ca-certificates.crt"
_TRUSTING = f"""\
ARG BASE
FROM ${{BASE}}
USER root
COPY {_BUNDLE} /usr/local/share/ca-certificates/leafcut.crt
RUN mkdir -p /etc/ssl/certs && cat /usr/local/share/ca-certificates/leafcut.crt >> {_TRUSTED}
ENV SSL_CERT_FILE={_TRUSTED} NODE_EXTRA_CA_CERTS={_TRUSTED} PIP_CERT={_TRUSTED} \\
    REQUESTS_CA_BUNDLE={_TRUSTED} CURL_CA_BUNDLE={_TRUSTED}
"""
"""What goes between a base and an image that is built behind a proxy with a certificate of its own;
each ecosystem reads another variable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How an image is built.

    `context` is a folder, `dockerfile` a file in it, `base` the digest of what it stands on (empty
    when the Dockerfile says that itself), `command` what a person types to have it built.
    """

    tag: str
    context: Path
    dockerfile: str
    command: str
    base: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """SHA-256 over the names, modes and contents of the context's files, less its README."""
        total = hashlib.sha256(self.dockerfile.encode())
        for name, path in _files(self.context):
            if name == _NOT_PART:
                continue
            executable = b"x" if path.stat().st_mode & 0o100 else b"-"
            for part in (name.encode("utf-8", "surrogateescape"), executable, path.read_bytes()):
                total.update(len(part).to_bytes(8, "big") + part)
        return total.hexdigest()


def agent_recipe(name: str, folder: Path, dockerfile: str, base: Image, asked: str) -> Recipe:
    """Return how an agent's image is built on a base, which a person `asked` for by that name."""
    return Recipe(
        tag=f"leafcut-agent-{folder.name}:{base.digest.removeprefix('sha256:')[:SHORT]}",
        context=folder,
        dockerfile=dockerfile,
        command=f"leafcut agents build {name} --from {asked}",
        base=base.digest,
        labels={"leafcut.agent": folder.name},
    )


def environment_recipe(name: str, playbook: str, folder: Path, dockerfile: str) -> Recipe:
    """Return how a playbook's environment is built; `name` is what a person calls the playbook."""
    file = folder / dockerfile
    if not file.is_file():
        raise InvalidInputError(f"there is no {file}", hint="environment.dockerfile names it")
    return Recipe(
        tag=f"leafcut-environment-{playbook}:latest",
        context=file.parent,
        dockerfile=file.name,
        command=f"leafcut playbook build {name}",
        labels={"leafcut.environment": playbook},
    )


def built(client: Any, recipe: Recipe) -> Image:
    """Return the image that was built by a recipe.

    Raises:
        MissingRequirementError: there is none, or what it was made of has changed since.
    """
    found = require_image(client, recipe.tag, recipe.command)
    if found.labels.get("leafcut.source") != recipe.source:
        raise MissingRequirementError(
            f"{recipe.context} has changed since the image {recipe.tag} was built",
            hint=recipe.command,
        )
    if recipe.base and found.labels.get("leafcut.base") != recipe.base:
        raise MissingRequirementError(
            f"the image {recipe.tag} stands on another base", hint=recipe.command
        )
    return found


def build(client: Any, recipe: Recipe, bundle: Path | None = None) -> Iterator[str]:
    """Build an image and yield what is said meanwhile, line by line.

    `bundle` is a file of certificates that the network between here and the registries needs.

    Raises:
        LeafcutError: a step of the Dockerfile failed.
    """
    base = recipe.base
    if bundle is not None and base:
        base = f"{recipe.tag.partition(':')[0]}-base:{base.removeprefix('sha256:')[:SHORT]}"
        files = {"Dockerfile": _TRUSTING.encode(), _BUNDLE: bundle.read_bytes()}
        yield from _built(client, _packed(files), "Dockerfile", base, recipe.base, {})
    labels = {
        **recipe.labels,
        "leafcut.version": __version__,
        "leafcut.source": recipe.source,
        "leafcut.base": recipe.base,
    }
    yield from _built(client, _context(recipe), recipe.dockerfile, recipe.tag, base, labels)


def _built(
    client: Any,
    context: io.BytesIO,
    dockerfile: str,
    tag: str,
    base: str,
    labels: Mapping[str, str],
) -> Iterator[str]:
    with told():
        said = client.build(
            fileobj=context,
            custom_context=True,
            dockerfile=dockerfile,
            tag=tag,
            buildargs={"BASE": base} if base else {},
            labels=dict(labels),
            rm=True,
            forcerm=True,
            decode=True,
            use_config_proxy=True,
        )
        for piece in said:
            if "error" in piece:
                raise LeafcutError(
                    f"the image {tag} cannot be built: {piece['error'].strip()}",
                    hint="what the step printed stands above; --ca-bundle FILE helps where a proxy "
                    "has a certificate of its own",
                )
            yield from str(piece.get("stream", "")).splitlines()


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - _NOT_SENT)
        for name in sorted(names):
            path = Path(parent, name)
            if path.is_file() and not path.is_symlink():
                yield str(path.relative_to(folder)), path


def _context(recipe: Recipe) -> io.BytesIO:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, path in _files(recipe.context):
            archive.add(path, name, recursive=False)
    packed.seek(0)
    return packed


def _packed(files: Mapping[str, bytes]) -> io.BytesIO:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    packed.seek(0)
    return packed


def agents_images(client: Any) -> dict[str, list[Image]]:
    """Return the images of agents that are here, by agent, the newest first."""
    found: dict[str, list[Image]] = {}
    every = client.images(filters={"label": "leafcut.agent", "dangling": False})
    for one in sorted(every, key=lambda image: -image["Created"]):
        if image := find_image(client, one["Id"]):
            found.setdefault(image.labels["leafcut.agent"], []).append(image)
    return found
