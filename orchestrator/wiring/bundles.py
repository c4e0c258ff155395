"""Bundles made of a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrator import __version__
from orchestrator.adapters import bundles
from orchestrator.adapters.git import packed
from orchestrator.adapters.git.command import git
from orchestrator.domain import bundle
from orchestrator.domain.bundle import Carried, Manifest
from orchestrator.domain.shortening import cut
from orchestrator.errors import InvalidInputError

if TYPE_CHECKING:
    from orchestrator.application.pages.body import Page
    from orchestrator.application.slices.prs import PullRequest
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
    return Carried(
        number=built.number,
        branch=built.branch,
        title=cut(title, bundle.LONGEST_TITLE),
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
