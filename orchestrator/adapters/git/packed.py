"""Git's own bundle files: branches with their objects in one file, made here and read as data.

The header is parsed in this process and the pack is given to `git index-pack --strict`, which is
fsck for each object: `git fetch` from a bundle looks at objects in git 2.46 and later only. See
gitformat-bundle(5).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from orchestrator.adapters.git.borrowed import borrow
from orchestrator.adapters.git.command import GitError, git
from orchestrator.errors import InvalidInputError

_SIGNATURE = b"# v2 git bundle\n"
_LONGEST_HEADER = 4 * 1024 * 1024
_LINE = re.compile(rb"(-?)([0-9a-f]{40}) ?([^\0\n]*)")


@dataclass(frozen=True, slots=True)
class Packed:
    """What a bundle file says: its refs, the commits that it builds on, and its pack."""

    refs: Mapping[str, str]
    needs: frozenset[str]
    pack: bytes


def pack(canonical: Path, base: str, refs: Mapping[str, str], file: Path) -> None:
    """Write refs and all that they have beyond `base` into a bundle file.

    Raises:
        GitError: git cannot.
    """
    with TemporaryDirectory(prefix="leafcut-bundle-") as made:
        folder = Path(made).resolve() / "repository.git"
        borrow(canonical, base, folder)
        lines = "".join(f"create {ref} {commit}\n" for ref, commit in refs.items())
        git(folder, "update-ref", "--stdin", stdin=lines.encode())
        names = "".join(f"{line}\n" for line in (f"^{base}", *refs))
        git(folder, "bundle", "create", "--quiet", str(file), "--stdin", stdin=names.encode())


def read(content: bytes) -> Packed:
    """Return what a bundle file holds.

    Raises:
        InvalidInputError: it is none, or names a ref twice.
    """
    end = content.find(b"\n\n", 0, _LONGEST_HEADER)
    if not content.startswith(_SIGNATURE) or end < 0:
        raise InvalidInputError("it is no bundle file of git's, version 2")
    refs: dict[str, str] = {}
    needs: set[str] = set()
    for line in content[len(_SIGNATURE) : end].split(b"\n"):
        found = _LINE.fullmatch(line)
        name = found.group(3).decode("utf-8", "replace") if found else ""
        if found is None or (not found.group(1) and (not name or name in refs)):
            raise InvalidInputError(f"its header has the line {line[:200]!r}")
        if found.group(1):
            needs.add(found.group(2).decode())
        else:
            refs[name] = found.group(2).decode()
    return Packed(refs, frozenset(needs), content[end + 2 :])


def unpack(repository: Path, packed: Packed, most: int) -> None:
    """Bring a pack's objects, of `most` bytes at most, into a repository that no ref moves in.

    Raises:
        InvalidInputError: an object is broken, missing, or one that git warns of.
    """
    try:
        git(
            repository, "index-pack", "--stdin", "--fix-thin", "--strict",
            f"--max-input-size={most}", stdin=packed.pack,
        )  # fmt: skip
    except GitError as error:
        said = (error.stderr.splitlines() or ["git says no more"])[0]
        raise InvalidInputError(f"git does not take its objects: {said}") from error


def largest(repository: Path, tips: Mapping[str, str], base: str) -> tuple[int, int]:
    """Return the size of the largest object beyond `base`, and of all together, in bytes."""
    names = "".join(f"{tip}\n" for tip in sorted(set(tips.values()))) + f"^{base}\n"
    listed = git(
        repository, "rev-list", "--objects", "--no-object-names", "--stdin", stdin=names.encode()
    )
    said = git(repository, "cat-file", "--batch-check=%(objectsize)", stdin=listed)
    sizes = [int(line) for line in said.split()]
    return max(sizes, default=0), sum(sizes)
