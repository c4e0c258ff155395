"""The forge that a run's pull requests go to, and what reviews there need."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrator.adapters import crash_points
from orchestrator.adapters.git.target import Target
from orchestrator.domain.opening import Room
from orchestrator.domain.receipt import notes_ref
from orchestrator.wiring.runs import OpenRun, claim, pull_requests

if TYPE_CHECKING:
    from orchestrator.adapters.forges.address import Address
    from orchestrator.adapters.forges.github import GitHubForge
    from orchestrator.application.reviews.arrange import Review
    from orchestrator.ports.forge import Forge


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A forge that is connected, and its repository's address as a person may write it."""

    review: "Review"
    repo_url: str


def keys() -> Mapping[str, str]:
    """Take the keys out of the environment: to be called before anything else is run."""
    from orchestrator.adapters.forges.token import SECRETS
    from orchestrator.adapters.secrets import take_secrets

    return take_secrets(SECRETS)


def see_no_key() -> None:
    """See that no key to a forge is in the environment of what is about to run checks.

    Raises:
        UsageError: one is.
    """
    from orchestrator.adapters.forges.token import SECRETS
    from orchestrator.errors import UsageError

    there = [name for name in SECRETS if os.environ.get(name)]
    if there:
        raise UsageError(
            f"--rerun runs checks of the target, and {there[0]} is in the environment",
            hint="rerun in a job without it (--check --rerun), then publish with --digest",
        )


def without_login(repo_url: str) -> str:
    """Return the address that a person wrote down, without a login in it.

    Raises:
        UsageError: it names no repository.
    """
    from orchestrator.adapters.forges.address import address

    return address(repo_url, named=True).url


@contextmanager
def reviewing(
    there: OpenRun,
    repo_url: str | None,
    secrets: Mapping[str, str],
    say: Callable[[str], None],
    *,
    draft: bool | None,
) -> Iterator[Opened]:
    """Open what a run has landed as pull requests on GitHub.

    `secrets` are those that `keys` took. `say` is given a line when there is something to wait for.

    Raises:
        LeafcutError: there is no key or no address, or GitHub takes them not.
    """
    from orchestrator.application.reviews.arrange import Review
    from orchestrator.application.slices.publish import pushed

    where = address_of(Target.open(Path(there.settings.target)), repo_url)
    with pull_requests(there) as pulls:
        forge = github(where, secrets, say, there.folder.repository)
        wanted, limits = there.playbook.pull_requests, there.playbook.limits
        review = Review(
            pulls=replace(
                pulls,
                branches=forge.refs,
                notes=lambda: forge.refs().get(notes_ref(there.settings.run)),
                write=partial(_write, forge),
                claims=partial(claim, there.settings, pushed),
                memory=pushed,
            ),
            forge=forge,
            remembered=partial(_remembered, there.folder.repository),
            room=Room(limits.open_slices, limits.open_slices_per_owner),
            draft=wanted.draft if draft is None else draft,
            labels=wanted.labels,
        )
        yield Opened(review=review, repo_url=where.url)


def address_of(target: Target, repo_url: str | None) -> "Address":
    """Return where a target repository's pull requests go: as a person says, else its origin.

    Raises:
        UsageError: nobody says.
    """
    from orchestrator.adapters.forges.address import address
    from orchestrator.errors import UsageError

    if repo_url:
        return address(repo_url, named=True)
    origin = target.origin()
    if not origin:
        raise UsageError(
            f"{target.root} has no remote origin, so nobody knows which repository",
            hint="--repo-url https://github.com/OWNER/NAME",
        )
    return address(origin, named=False)


def github(
    where: "Address", secrets: Mapping[str, str], say: Callable[[str], None], canonical: Path
) -> "GitHubForge":
    """Return the forge at an address, which is pushed to from a repository.

    `secrets` are those that `keys` took. `say` is given a line when there is something to wait for.

    Raises:
        LeafcutError: there is no key.
    """
    from orchestrator.adapters.forges.github import GitHubForge
    from orchestrator.adapters.forges.pace import Pace
    from orchestrator.adapters.forges.refusal import explained
    from orchestrator.adapters.forges.token import key_for

    pace = Pace(say)
    with explained(where, "read the App's installation", "metadata: read"):
        auth = key_for(where, secrets, pace)
    forge = GitHubForge(where, auth, pace, canonical)
    return crash_points.watched("forge", forge, crash_points.from_environment())


def _write(forge: "Forge", moves: Mapping[str, tuple[str, str | None]]) -> None:
    forge.push({ref: (old, new) for ref, (new, old) in moves.items() if old != new})


def _remembered(canonical: Path) -> list[str]:
    """Return the branches that the run has pushed."""
    from orchestrator.adapters.git.exchange import refs_below
    from orchestrator.application.slices.publish import PUSHED

    names = (ref.removeprefix(PUSHED) for ref in refs_below(canonical, PUSHED))
    return [f"leafcut/{name}" for name in names if not name.startswith("notes/")]
