"""The slices of a run for whoever looks at it, cut anew each time, and what the forge says."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from orchestrator.adapters.git.exchange import at, refs_below
from orchestrator.adapters.runs import RunFolder
from orchestrator.application.watching.slices import SliceRow, slice_rows
from orchestrator.domain.playbook import Playbook
from orchestrator.domain.settings import Slicing
from orchestrator.domain.slices import SliceOptions
from orchestrator.errors import LeafcutError
from orchestrator.wiring.runs import OpenRun, opened, pull_requests

if TYPE_CHECKING:
    from orchestrator.application.reviews.arrange import Review
    from orchestrator.domain.pulls import Pull


def options_of(playbook: Playbook, slicing: Slicing) -> SliceOptions:
    """Return how to cut: as a person said, else as the playbook has it.

    Raises:
        ValueError: no slice can be so small.
    """
    wanted = playbook.pull_requests
    return SliceOptions(
        group_by=slicing.group_by or wanted.group_by,
        max_lines=slicing.max_lines or wanted.max_lines,
        stacked=wanted.stacked if slicing.stacked is None else slicing.stacked,
    )


def slices_of(folder: RunFolder, asking: bool) -> Sequence[SliceRow]:  # noqa: FBT001 - as called
    """Return the slices of what has landed; with `asking` what their forge says of them, too.

    Where the forge does not answer, the rows say why in their hint. Nothing is published.

    Raises:
        LeafcutError: the run cannot be read.
    """
    with opened(str(folder.root)) as there:
        if not there.run.counts["landed"]:
            return ()
        slicing = folder.slicing()
        if slicing.forge != "github":
            return _here(there, slicing)
        if not asking:
            hint = f"u asks GitHub; so does leafcut prs sync {folder.name}"
            return _pushed(there, slicing, hint)
        try:
            return _asked(there, slicing)
        except LeafcutError as error:
            said = "; ".join(filter(None, (error.message, error.hint)))
            return _pushed(there, slicing, f"{said}; leafcut prs sync {folder.name} asks, too")


def _here(there: OpenRun, slicing: Slicing) -> Sequence[SliceRow]:
    """Return them as branches of the target repository."""
    from orchestrator.application.slices.publish import HEADS

    with pull_requests(there) as pulls:
        merged = frozenset(ref.removeprefix(HEADS) for ref in pulls.merged())
        wanted = pulls.preview(options_of(there.playbook, slicing))
        fresh = all(one.publication.state == "new" for one in wanted)
        hint = f"leafcut prs create {there.folder.name} publishes them" if fresh else ""
        return slice_rows(wanted, {}, merged, hint)


def _pushed(there: OpenRun, slicing: Slicing, hint: str) -> Sequence[SliceRow]:
    """Return them as the run remembers to have pushed them."""
    from orchestrator.application.slices.publish import pushed

    with pull_requests(there) as pulls:
        known = replace(pulls, branches=partial(_remembered, there.folder), memory=pushed)
        return slice_rows(known.preview(options_of(there.playbook, slicing)), {}, hint=hint)


def _remembered(folder: RunFolder) -> Mapping[str, str]:
    """Return the commits at which a run left its branches on a forge, by full ref name."""
    from orchestrator.application.slices.publish import HEADS, PUSHED

    commits = {ref: at(folder.repository, ref) for ref in refs_below(folder.repository, PUSHED)}
    return {
        f"{HEADS}leafcut/{ref.removeprefix(PUSHED)}": commit
        for ref, commit in commits.items()
        if commit
    }


def _asked(there: OpenRun, slicing: Slicing) -> Sequence[SliceRow]:
    """Return them with what the forge says, asked with the key of this environment."""
    from orchestrator.adapters.forges.token import SECRETS
    from orchestrator.wiring.forges import reviewing

    keys = {name: os.environ[name] for name in SECRETS if os.environ.get(name)}
    with reviewing(there, slicing.repo_url, keys, _be_silent, draft=slicing.draft) as forge:
        wanted = forge.review.pulls.preview(options_of(there.playbook, slicing))
        return slice_rows(wanted, _judged(forge.review, [one.built.branch for one in wanted]))


def _judged(review: "Review", branches: Sequence[str]) -> Mapping[str, "Pull"]:
    """Return the pull requests of branches, open ones with what reviews and checks say."""
    return {
        pull.branch: review.forge.judged(pull) if pull.state == "open" else pull
        for pull in review.forge.pulls(sorted(branches))
    }


def _be_silent(_: str) -> None:
    """Say nothing: a screen is drawn where it would be said."""
