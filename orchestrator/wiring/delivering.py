"""What a bundle carries, delivered: to the target repository and a folder, or to GitHub."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path

from orchestrator.adapters.forges.local import LocalForge
from orchestrator.adapters.git import exchange
from orchestrator.adapters.git.borrowed import leads_to
from orchestrator.adapters.git.notes import noted
from orchestrator.adapters.receipts import decode
from orchestrator.application.deliver import Delivered, deliver, moves
from orchestrator.application.pages.body import Page
from orchestrator.domain.opening import Decision, Room
from orchestrator.wiring.forges import address_of, github
from orchestrator.wiring.unpacking import Unpacked


def deliver_locally(there: Unpacked, out: Path) -> tuple[Delivered, ...]:
    """Write branches and receipts into the target repository, and a page and a patch for each.

    Raises:
        LeafcutError: a branch is where somebody else put it, or the folder is not ours.
    """
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
    there: Unpacked,
    repo_url: str | None,
    secrets: Mapping[str, str],
    room: Room,
    say: Callable[[str], None],
) -> tuple[Delivered, ...]:
    """Push branches and receipts to GitHub and open their pull requests.

    `secrets` are those that `wiring.forges.keys` took.

    Raises:
        LeafcutError: there is no key or no address, or GitHub takes them not.
    """
    where = address_of(there.target, repo_url)
    forge = github(where, secrets, say, there.repository)
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


def _pages(there: Unpacked) -> list[Page]:
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
