"""Bundles put together: made of a run, opened beside a target repository, delivered to a forge."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from orchestrator import __version__
from orchestrator.adapters import bundles
from orchestrator.adapters.git import exchange, packed
from orchestrator.adapters.git.borrowed import borrow, leads_to
from orchestrator.adapters.git.command import git
from orchestrator.adapters.git.notes import noted
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.git.target import Target
from orchestrator.adapters.receipts import decode
from orchestrator.application.deliver import Delivered, deliver, moves
from orchestrator.application.inspecting import Inspector
from orchestrator.application.verify import Verifier
from orchestrator.domain import bundle
from orchestrator.domain.bundle import Carried, Manifest
from orchestrator.domain.opening import Decision, Room
from orchestrator.domain.receipt import notes_ref
from orchestrator.errors import InvalidInputError, UsageError
from orchestrator.wiring.verify import Verification

if TYPE_CHECKING:
    from orchestrator.application.pages.body import Page
    from orchestrator.application.prs import PullRequest
    from orchestrator.domain.playbook import Playbook
    from orchestrator.wiring.runs import OpenRun

_STACK_LINE = 2000
"""How many characters of a page are left for the numbers of its stack."""


@dataclass(frozen=True, slots=True)
class Made:
    """A bundle that was made, and the digest of its manifest."""

    manifest: Manifest
    digest: str
    folder: Path


def make(
    there: "OpenRun",
    wanted: "Sequence[PullRequest]",
    pages: "Sequence[Page]",
    receipts: str,
    folder: Path,
    report: Mapping[str, object],
) -> Made:
    """Write a bundle of slices and of a run's receipts.

    Raises:
        UsageError: the folder holds something else, or cannot be written.
    """
    from orchestrator.adapters.forges.local import slug

    slices = tuple(_carried(there, pull, page) for pull, page in zip(wanted, pages, strict=True))
    manifest = partial(
        Manifest,
        leafcut=__version__,
        run=there.folder.name,
        playbook=there.playbook.name,
        base=there.run.base,
        receipts=receipts,
        slices=slices,
        most_open=there.playbook.limits.open_slices,
        most_open_per_owner=there.playbook.limits.open_slices_per_owner,
    )
    with bundles.writing(folder) as staged:
        refs = manifest(files={}).refs
        packed.pack(there.folder.repository, there.run.base, refs, staged / bundle.PACKED)
        for page in pages:
            name = f"{page.number:03}-{slug(page.title)}"
            text = f"# {page.title}\n\n{page.body}"
            (staged / f"{name}.md").write_bytes(text.encode("utf-8", "backslashreplace"))
        (staged / "report.json").write_bytes(bundles.report_of(report))
        sealed = manifest(files=bundles.kept_in(staged))
        for fault in bundle.faults(sealed):
            raise InvalidInputError(
                f"no bundle can be made of run {there.folder.name}: {fault}",
                hint="publish would refuse it",
            )
        digest = bundles.seal(staged, sealed)
    return Made(sealed, digest, folder.absolute())


def longest_page() -> int:
    """Return how many characters of a page a bundle may hold."""
    return bundle.LONGEST_BODY - _STACK_LINE


def _carried(there: "OpenRun", pull: "PullRequest", page: "Page") -> Carried:

    built, wanted = pull.built, there.playbook.pull_requests
    title = page.title.strip() or built.branch
    longest = bundle.LONGEST_TITLE
    return Carried(
        number=built.number,
        branch=built.branch,
        title=title if len(title) <= longest else f"{title[: longest - 1]}…",
        body=page.body.encode("utf-8", "backslashreplace").decode(),
        labels=(*built.slice.labels, *wanted.labels),
        reviewers=built.slice.owners,
        draft=wanted.draft,
        stack=built.stack,
        position=built.position,
        stands_on=built.below,
        base=built.base,
        tip=built.tip,
        tree=git(there.folder.repository, "rev-parse", f"{built.tip}^{{tree}}").decode().strip(),
    )


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


def see_no_key() -> None:
    """See that no key to a forge is in the environment of what is about to run checks.

    Raises:
        UsageError: one is.
    """
    import os

    from orchestrator.adapters.forges.token import SECRETS

    there = [name for name in SECRETS if os.environ.get(name)]
    if there:
        raise UsageError(
            f"--rerun runs checks of the target, and {there[0]} is in the environment",
            hint="rerun in a job without it (--check --rerun), then publish with --digest",
        )


def deliver_locally(there: Unpacked, out: Path) -> tuple[Delivered, ...]:
    """Write branches and receipts into the target repository, and a page and a patch for each.

    Raises:
        LeafcutError: a branch is where somebody else put it, or the folder is not ours.
    """
    from orchestrator.adapters.forges.local import LocalForge

    manifest, target = there.manifest, there.target
    notes = {
        ref: commit
        for ref in exchange.refs_below(target.git_directory, "refs/notes/leafcut/")
        if (commit := target.ref(ref))
    }
    refs = {**target.branches(), **notes}
    owned = _owned(there, notes, lambda _: None)
    wanted = moves(manifest, manifest.slices, refs, owned, _leads(there))
    with LocalForge(out).writing(_pages(there), {"run": manifest.run, "base": manifest.base}):
        target.publish(there.repository, {ref: (new, old) for ref, (old, new) in wanted.items()})
    return tuple(Delivered(slice=one, decision=Decision("opened")) for one in manifest.slices)


def deliver_to_github(
    there: Unpacked, repo_url: str | None, room: Room, say: Callable[[str], None]
) -> tuple[Delivered, ...]:
    """Push branches and receipts to GitHub and open their pull requests.

    Raises:
        LeafcutError: there is no key or no address, or GitHub takes them not.
    """
    from orchestrator.adapters.forges.address import address
    from orchestrator.adapters.forges.github import GitHubForge
    from orchestrator.adapters.forges.pace import Pace
    from orchestrator.adapters.forges.refusal import explained
    from orchestrator.adapters.forges.token import SECRETS, key_for
    from orchestrator.adapters.secrets import take_secrets

    secrets = take_secrets(SECRETS)
    named = repo_url or there.target.origin()
    if not named:
        raise UsageError(
            f"{there.target.root} has no remote origin, so nobody knows which repository",
            hint="--repo-url https://github.com/OWNER/NAME",
        )
    where = address(named, named=bool(repo_url))
    pace = Pace(say)
    with explained(where, "read the App's installation", "metadata: read"):
        auth = key_for(where, secrets, pace)
    forge = GitHubForge(where, auth, pace, there.repository)
    refs = forge.refs()
    notes = {ref: commit for ref, commit in refs.items() if ref.startswith("refs/notes/")}
    owned = _owned(there, notes, forge.bring)
    return deliver(there.manifest, forge, owned, _leads(there), room)


def _owned(
    there: Unpacked, notes: Mapping[str, str], bring: Callable[[str], None]
) -> Callable[[str], bool]:
    """Return what says whether a receipt of the target's vouches for a commit."""

    def owned(commit: str) -> bool:
        objects = there.verification.repository.objects
        for tip in notes.values():
            bring(tip)
            blob = noted(objects, tip).get(commit)
            if blob is None:
                continue
            try:
                receipt = decode(objects.read(blob))
            except ValueError:
                continue
            if commit == receipt.tip:
                return True
        return False

    return owned


def _leads(there: Unpacked) -> Callable[[str, str], bool]:
    return partial(leads_to, there.repository)


def _pages(there: Unpacked) -> "list[Page]":
    from orchestrator.application.pages.body import Page

    repository = there.verification.repository
    return [
        Page(
            number=one.number,
            title=one.title,
            body=one.body,
            patch=repository.patch(one.base, one.tip),
            facts={**asdict(one), "body": ""},
        )
        for one in there.manifest.slices
    ]
