"""A run's folder as one file, so that another machine can go on with it."""

import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from orchestrator.adapters.runs import RunFolder
from orchestrator.errors import InvalidInputError

LEFT_OUT = frozenset({"worktrees", "caches", "bus", "slices", "history"})
"""Folders of a run that are made anew."""
_MOST_BYTES = 8 * 1024**3
_MOST_FILES = 500_000


def keep(folder: RunFolder, file: Path) -> None:
    """Write what going on with a run takes into `file`.

    Raises:
        InvalidInputError: it holds a link or a device, which would not come through.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    staged = file.with_name(f".{file.name}.new")
    with tarfile.open(staged, "w:gz", compresslevel=1) as archive:
        for path in _files(folder.root):
            name = PurePosixPath(folder.name, path.relative_to(folder.root)).as_posix()
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                raise InvalidInputError(f"{path} is no plain file, so the run cannot be kept")
            archive.add(path, name, recursive=False)
    staged.replace(file)


def _files(root: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(root):
        here = Path(folder)
        if here == root:
            names[:] = [name for name in names if name not in LEFT_OUT]
        names.sort()
        yield here
        yield from (here / name for name in sorted(files))


def restore(file: Path, runs: Path, target: Path) -> str:
    """Put a run that was kept into the folder of all runs; return its name.

    Its target lies at `target` here. One that is there already stays as it is.

    Raises:
        InvalidInputError: the file is no run that Leafcut kept.
    """
    staged = runs / ".restored.new"
    shutil.rmtree(staged, ignore_errors=True)
    try:
        with tarfile.open(file, "r:gz") as archive:
            members = list(_checked(file, archive))
            run = PurePosixPath(members[0].name).parts[0] if members else ""
            if not run or (runs / run).exists():
                return run
            for member in members:
                _extract(archive, member, staged)
    except (OSError, tarfile.TarError, EOFError, zlib.error) as error:
        raise InvalidInputError(f"{file} is no run that was kept: {error}") from error
    _move(staged / run / "run.json", target)
    (staged / run).rename(runs / run)
    staged.rmdir()
    return run


def _move(settings: Path, target: Path) -> None:
    """Say in a run's settings where its target lies on this machine."""
    document = json.loads(settings.read_text(encoding="utf-8"))
    settings.write_text(json.dumps({**document, "target": str(target)}, indent=2), encoding="utf-8")


def _checked(file: Path, archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    room, count, first = _MOST_BYTES, _MOST_FILES, ""
    for member in archive:
        path = PurePosixPath(member.name)
        first = first or path.parts[0]
        room, count = room - member.size, count - 1
        plain = member.isreg() or member.isdir()
        inside = path.parts[0] == first and not path.is_absolute() and ".." not in path.parts
        if not plain or not inside or first.startswith(".") or room < 0 or count < 0:
            raise InvalidInputError(f"{file} is no run that was kept: {member.name[:200]!r}")
        yield member


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, into: Path) -> None:
    path = into / member.name
    if member.isdir():
        path.mkdir(parents=True, exist_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    content = archive.extractfile(member)
    with path.open("wb") as out:
        while content and (chunk := content.read(1 << 20)):
            out.write(chunk)
    path.chmod(0o755 if member.mode & 0o100 else 0o644)
    os.utime(path, (member.mtime, member.mtime))
