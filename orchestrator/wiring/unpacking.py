"""A bundle looked at as a stranger's, in a place of its own beside a target repository."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from orchestrator.adapters import bundles
from orchestrator.adapters.git import exchange, packed
from orchestrator.adapters.git.borrowed import borrow, leads_to
from orchestrator.adapters.git.notes import noted
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.git.target import Target
from orchestrator.adapters.receipts import decode
from orchestrator.application.inspecting import Inspector
from orchestrator.application.verify import Verifier
from orchestrator.domain import bundle
from orchestrator.domain.bundle import Manifest
from orchestrator.domain.receipt import notes_ref
from orchestrator.errors import InvalidInputError
from orchestrator.wiring.verify import Verification

if TYPE_CHECKING:
    from orchestrator.domain.playbook import Playbook


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """A bundle that nothing speaks against, in a place of its own beside the target."""

    manifest: Manifest
    digest: str
    target: Target
    verification: Verification

    @property
    def repository(self) -> Path:
        """The repository that has the target's objects and the bundle's."""
        return self.verification.repository.directory


@contextmanager
def unpacked(folder: Path, repo: Path, playbook: str | None) -> Iterator[Unpacked]:
    """Look at a bundle; what it holds stays in a folder that is gone at exit.

    Raises:
        InvalidInputError: something speaks against it, or the target is not the one it is for.
    """
    target = Target.open(repo)
    with TemporaryDirectory(prefix="leafcut-publish-") as made:
        place = Path(made).resolve()
        (place / "bundle").mkdir()
        manifest, digest = bundles.take(folder, place / "bundle")
        _see_base(target, manifest)
        _unpack(folder, place, target, manifest)
        repository = CanonicalRepository(place / "repository.git", "", lambda: 0.0)
        with closing(repository):
            _see_receipts(folder, repository, manifest)
            inspector = _inspector(repository, manifest, _known_playbook(playbook))
            inspected = inspector.inspect(manifest)
            for fault in inspected.faults:
                raise bundles.refused(folder, fault)
            verification = Verification(
                found=inspected.verified, repository=repository, folder=place
            )
            yield Unpacked(
                manifest=manifest, digest=digest, target=target, verification=verification
            )


def _see_base(target: Target, manifest: Manifest) -> None:
    """See that the bundle stands on what people have: else old commits could come along unseen."""
    base = manifest.base[:12]
    if exchange.at(target.git_directory, f"{manifest.base}^{{commit}}") is None:
        raise InvalidInputError(
            f"{target.root} has no commit {base}, the base of run {manifest.run}",
            hint="fetch it, with as much history as it takes (actions/checkout: fetch-depth: 0)",
        )
    if not leads_to(target.git_directory, manifest.base, "HEAD"):
        raise InvalidInputError(
            f"commit {base}, the base of run {manifest.run}, is no part of what {target.root} has "
            "checked out",
            hint="check out the branch that the run began on",
        )


def _unpack(folder: Path, place: Path, target: Target, manifest: Manifest) -> None:
    repository = place / "repository.git"
    borrow(target.git_directory, manifest.base, repository)
    try:
        found = packed.read((place / "bundle" / bundle.PACKED).read_bytes())
        for fault in bundle.ref_faults(manifest, found.refs):
            raise bundles.refused(folder, fault)
        if not found.needs <= {manifest.base}:
            raise bundles.refused(folder, f"{bundle.PACKED} builds on more than the run's base")
        packed.unpack(repository, found, bundle.LARGEST_BUNDLE)
        most, whole = packed.largest(repository, manifest.refs, manifest.base)
    except InvalidInputError as error:
        if "is refused" in error.message:
            raise
        raise bundles.refused(folder, f"{bundle.PACKED}: {error.message}") from error
    if most > bundle.LARGEST_BLOB or whole > 2 * bundle.LARGEST_BUNDLE:
        raise bundles.refused(folder, f"{bundle.PACKED} unpacks to more than a forge takes")


def _see_receipts(folder: Path, repository: CanonicalRepository, manifest: Manifest) -> None:
    """See that the notes hold receipts by commit, and nothing else."""
    from orchestrator.adapters.git import trees

    objects = repository.objects
    walked = trees.walk(objects.tree_of(manifest.receipts), objects.listing)
    count = sum(1 for _ in walked)
    if count != len(noted(objects, manifest.receipts)):
        raise bundles.refused(folder, f"{notes_ref(manifest.run)} holds more than receipts")


def _inspector(
    repository: CanonicalRepository, manifest: Manifest, playbook: "Playbook | None"
) -> Inspector:
    from orchestrator.adapters.sources.reader import read_facts

    listed = noted(repository.objects, manifest.receipts)

    def note(run: str, commit: str) -> bytes | None:
        blob = listed.get(commit) if run == manifest.run else None
        return None if blob is None else repository.objects.read(blob)

    verifier = Verifier(
        repository=repository,
        note=note,
        decode=decode,
        leads=partial(leads_to, repository.directory),
        runs=(manifest.run,),
    )
    return Inspector(
        repository=repository, verify=verifier.verify, facts=read_facts, playbook=playbook
    )


def _known_playbook(name: str | None) -> "Playbook | None":
    from orchestrator.wiring.library import find_playbook

    return find_playbook(name).playbook if name else None
