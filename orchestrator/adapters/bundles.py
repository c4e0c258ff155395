"""Bundles on disk: written all or nothing, and read as data that anyone may have written."""

import hashlib
import json
import os
import re
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import mkdtemp

from pydantic import TypeAdapter, ValidationError

from orchestrator.domain import bundle
from orchestrator.domain.bundle import LARGEST_BUNDLE, LARGEST_MANIFEST, MANIFEST, Kept, Manifest
from orchestrator.errors import InvalidInputError, UsageError

_MANIFESTS = TypeAdapter(Manifest)
_CHUNK = 1 << 20
_PLAIN = re.compile(r"[A-Za-z0-9._-]+")


@contextmanager
def writing(folder: Path) -> Iterator[Path]:
    """Give a folder to fill; at exit it becomes `folder`, in place of an older bundle.

    Raises:
        UsageError: something else stands there, or it cannot be written.
    """
    final = folder.absolute()
    if final.is_symlink() or (final.exists() and not (final / MANIFEST).is_file()):
        raise UsageError(f"{folder} is there and no bundle", hint="give the name of a new folder")
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        staged = Path(mkdtemp(prefix=f".{final.name}-", dir=final.parent))
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from error
    try:
        yield staged
        staged.chmod(0o755)
        if final.exists():
            shutil.rmtree(final)
        staged.rename(final)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def kept_in(folder: Path) -> dict[str, Kept]:
    """Return the size and digest of each file of a folder that is being filled."""
    contents = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    return {
        name: Kept(sha256=hashlib.sha256(content).hexdigest(), size=len(content))
        for name, content in contents.items()
    }


def seal(folder: Path, manifest: Manifest) -> str:
    """Write the manifest, which comes last; return its digest."""
    text = (json.dumps(asdict(manifest), indent=1) + "\n").encode()
    (folder / MANIFEST).write_bytes(text)
    return hashlib.sha256(text).hexdigest()


def take(folder: Path, into: Path) -> tuple[Manifest, str]:
    """Copy a bundle into a folder of ours and return its manifest, with the manifest's digest.

    What is looked at later is the copy: nobody can change it between a look and its use.

    Raises:
        InvalidInputError: it is no bundle, or not what its manifest says.
    """
    names = _listed(folder)
    text = _copied(folder, MANIFEST, into, LARGEST_MANIFEST)
    manifest = _decoded(text)
    _refuse(folder, bundle.faults(manifest))
    found: dict[str, Kept] = {}
    room = LARGEST_BUNDLE
    for name in names:
        if name != MANIFEST:
            content = _copied(folder, name, into, room)
            room -= len(content)
            found[name] = Kept(sha256=hashlib.sha256(content).hexdigest(), size=len(content))
    _refuse(folder, bundle.file_faults(manifest, found))
    return manifest, hashlib.sha256(text).hexdigest()


def _listed(folder: Path) -> list[str]:
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise InvalidInputError(
            f"{folder} is no bundle: {error.strerror}", hint="leafcut prs bundle DIR makes one"
        ) from error
    if MANIFEST not in names:
        raise InvalidInputError(
            f"{folder} is no bundle: it has no {MANIFEST}",
            hint="leafcut prs bundle DIR makes one",
        )
    odd = [name for name in names if not _PLAIN.fullmatch(name)]
    if odd or len(names) > bundle.MOST_FILES + 1:
        what = f"a file {odd[0]!r}" if odd else f"{len(names)} files"
        raise refused(folder, f"it has {what}")
    return names


def _copied(folder: Path, name: str, into: Path, most: int) -> bytes:
    """Copy a regular file, following no link, and return what it holds."""
    try:
        descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise refused(folder, f"{name} cannot be read: {error.strerror}") from error
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise refused(folder, f"{name} is no file")
        content = file.read(most + 1)
    if len(content) > most:
        raise refused(folder, f"{name} is larger than what a bundle may hold")
    (into / name).write_bytes(content)
    return content


def _decoded(text: bytes) -> Manifest:
    try:
        return _MANIFESTS.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise InvalidInputError(
            f"{MANIFEST} is no bundle's of this version: {first['msg']} at {where or 'its top'}",
            hint="make and publish it with the same version of Leafcut",
        ) from error


def _refuse(folder: Path, found: Iterator[str]) -> None:
    for fault in found:
        raise refused(folder, fault)


def refused(folder: Path, fault: str) -> InvalidInputError:
    """Return the error of a bundle that is not to be published, and where it is wrong."""
    return InvalidInputError(
        f"bundle {folder} is refused: {fault}; nothing was published",
        hint="make it again where the run is: leafcut prs bundle DIR",
    )


def report_of(document: Mapping[str, object]) -> bytes:
    """Return a run's status as a file of a bundle."""
    return (json.dumps(document, indent=1) + "\n").encode()
