"""A bundle: what a job that opens pull requests is given of a run, as data.

It is made where agents and codemods worked, and read where a key may write. Nothing in it is
trusted for being there: its digests say that it is whole, not who made it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from orchestrator.domain.markdown import calls
from orchestrator.domain.receipt import notes_ref
from orchestrator.domain.strict import Strict

MANIFEST = "slices.json"
PACKED = "slices.bundle"
"""The file that git makes: branches and receipts with their objects."""

HEADS = "refs/heads/"
OWN = "leafcut/"
MIB = 1024 * 1024

LONGEST_TITLE = 256
LONGEST_BODY = 65_536
"""In characters, as GitHub bounds them."""
MOST_SLICES = 1000
MOST_FILES = 2 * MOST_SLICES + 10
MOST_LABELS = 20
LARGEST_MANIFEST = 64 * MIB
LARGEST_BUNDLE = 512 * MIB
"""In bytes, all files together."""
LARGEST_BLOB = 100 * MIB
"""In bytes; GitHub takes no larger file."""

_ID = re.compile(r"[0-9a-f]{40}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_BRANCH = re.compile(r"leafcut/[A-Za-z0-9_-]+(?:[./][A-Za-z0-9_-]+)*")
_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,199}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Strict):
    """A file of a bundle: its SHA-256 as hex, its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried(Strict):
    """A slice of a bundle.

    `stands_on` is the branch below it, empty for the run's base; `base` the commit that it stands
    on, `tree` that of its last commit `tip`.
    """

    number: int
    branch: str
    title: str
    body: str
    labels: tuple[str, ...]
    reviewers: tuple[str, ...]
    draft: bool
    stack: int
    position: int
    stands_on: str
    base: str
    tip: str
    tree: str

    @property
    def ref(self) -> str:
        """Its branch's full name."""
        return HEADS + self.branch


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest(Strict):
    """What a bundle says that it is.

    `receipts` is the commit of the run's notes. `files` are all others of the bundle, by name.
    `most_open` is how many pull requests may be open at once, `most_open_per_owner` of one owner;
    None is any number.
    """

    leafcut: str
    run: str
    playbook: str
    base: str
    receipts: str
    slices: tuple[Carried, ...]
    files: Mapping[str, Kept]
    most_open: int | None = None
    most_open_per_owner: int | None = None
    schema: Literal[1] = 1

    @property
    def refs(self) -> dict[str, str]:
        """The commits of all refs that it carries, by full name."""
        return {notes_ref(self.run): self.receipts, **{one.ref: one.tip for one in self.slices}}


def faults(manifest: Manifest) -> Iterator[str]:
    """Yield what no honest bundle says, as far as its manifest alone shows it."""
    if not _RUN.fullmatch(manifest.run) or ".." in manifest.run:
        yield f"{manifest.run!r} is no run's name"
    for oid in (manifest.base, manifest.receipts):
        if not _ID.fullmatch(oid):
            yield f"{oid!r} is no commit's id"
    if not 0 < len(manifest.slices) <= MOST_SLICES:
        yield f"it has {len(manifest.slices)} slices; from 1 to {MOST_SLICES} can be opened"
    yield from _file_faults(manifest.files)
    for one in manifest.slices:
        yield from (f"slice {one.number}: {fault}" for fault in _slice_faults(one))
    yield from _stacking(manifest)


def _file_faults(files: Mapping[str, Kept]) -> Iterator[str]:
    if PACKED not in files:
        yield f"{PACKED} is not among its files"
    if len(files) > MOST_FILES:
        yield f"it has {len(files)} files; {MOST_FILES} at most"
    for name, kept in files.items():
        if not _FILE.fullmatch(name) or name == MANIFEST:
            yield f"{name!r} is no name of a bundle's file"
        if not _DIGEST.fullmatch(kept.sha256) or kept.size < 0:
            yield f"{name!r} has no digest"
    if sum(kept.size for kept in files.values()) > LARGEST_BUNDLE:
        yield f"its files have more than {LARGEST_BUNDLE // MIB} MiB"


def _slice_faults(one: Carried) -> Iterator[str]:
    if not _BRANCH.fullmatch(one.branch) or one.branch.endswith(".lock"):
        yield f"{one.branch!r} is no branch of Leafcut's"
    for oid in (one.base, one.tip, one.tree):
        if not _ID.fullmatch(oid):
            yield f"{oid!r} is no object's id"
    if not one.title.strip() or len(one.title) > LONGEST_TITLE or "\n" in one.title:
        yield f"its title has not from 1 to {LONGEST_TITLE} characters on one line"
    if len(one.body) > LONGEST_BODY:
        yield f"its page has {len(one.body)} characters; {LONGEST_BODY} at most"
    for where, text in (("title", one.title), ("page", one.body)):
        if called := calls(text):
            yield f"its {where} calls people or closes issues: {called!r}"
    if len(one.labels) > MOST_LABELS or any(not 0 < len(label) <= 50 for label in one.labels):  # noqa: PLR2004 - GitHub's own
        yield f"it has more than {MOST_LABELS} labels, or one of more than 50 characters"


def _stacking(manifest: Manifest) -> Iterator[str]:
    """Yield where a slice does not stand on the run's base or on one before it."""
    tips: dict[str, str] = {"": manifest.base}
    for one in manifest.slices:
        if one.branch in tips:
            yield f"{one.branch} is there twice"
        below = tips.get(one.stands_on)
        if below is None:
            yield f"slice {one.number} stands on {one.stands_on!r}, which is no slice before it"
        elif below != one.base:
            yield f"slice {one.number} stands on {one.base[:12]}, not on {below[:12]}"
        tips[one.branch] = one.tip


def ref_faults(manifest: Manifest, refs: Mapping[str, str]) -> Iterator[str]:
    """Yield where the refs that git's own file carries are not those of the manifest."""
    wanted = manifest.refs
    for ref in sorted(refs.keys() - wanted.keys()):
        yield f"{PACKED} carries {ref!r}, which is no slice and no receipts of the run"
    for ref, commit in wanted.items():
        if refs.get(ref) != commit:
            yield f"{PACKED} has {ref} at {refs.get(ref, 'nothing')[:12]}, not at {commit[:12]}"


def file_faults(manifest: Manifest, found: Mapping[str, Kept]) -> Iterator[str]:
    """Yield where the files of a bundle are not those of its manifest."""
    for name in sorted(found.keys() - manifest.files.keys()):
        yield f"{name!r} is in the bundle, and not in its manifest"
    for name, kept in sorted(manifest.files.items()):
        if name not in found:
            yield f"{name} is missing"
        elif found[name] != kept:
            yield f"{name} was changed: it is not what its digest says"


def linked(one: Carried, slices: Sequence[Carried], numbers: Mapping[str, int]) -> str:
    """Return the page of a slice with the numbers of its stack's pull requests in front of it."""
    stack = [piece for piece in slices if piece.stack == one.stack]
    if len(stack) == 1 or len(numbers) <= 1:
        return one.body
    shown = " → ".join(
        f"**#{numbers[piece.branch]}**" if piece is one else f"#{numbers[piece.branch]}"
        for piece in stack
        if piece.branch in numbers
    )
    head = f"Stack, from the first to merge: {shown}\n\n"
    return head + one.body if len(head) + len(one.body) <= LONGEST_BODY else one.body
