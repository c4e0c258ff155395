"""Bundles as somebody with bad intentions makes them: whatever can be made to fit, fits."""

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from orchestrator.adapters.git import packed
from orchestrator.adapters.git.exchange import BASE
from orchestrator.adapters.git.notes import noted, write_notes
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.receipts import decode
from orchestrator.domain.changes import ChangeSet, FileChange
from orchestrator.domain.receipt import note, notes_ref
from tests.support.leafcut import git


def sealed(folder: Path, change: Callable[[dict[str, Any]], None] = lambda _: None) -> Path:
    """Change a bundle's manifest and make its digests fit what is there."""
    path = folder / "slices.json"
    document = json.loads(path.read_text())
    document["files"] = {
        one.name: {
            "sha256": hashlib.sha256(one.read_bytes()).hexdigest(),
            "size": one.stat().st_size,
        }
        for one in sorted(folder.iterdir())
        if one != path and one.is_file()
    }
    change(document)
    path.write_text(json.dumps(document))
    return folder


def forged(
    bundle: Path,
    target: Path,
    place: Path,
    files: Mapping[str, tuple[str, bytes | None]],
    *,
    receipts: bool = True,
    extra_refs: Mapping[str, str] | None = None,
) -> Path:
    """Return a bundle whose first slice has one more commit's worth of change in its last commit.

    `files` gives mode and content by path. With `receipts` its receipt was made to fit, as a run
    job that was taken over could. `extra_refs` are further refs in git's file: name to revision.
    """
    copy = Path(shutil.copytree(bundle, place / "forged"))
    bare = place / "forge.git"
    git(place, "clone", "-q", "--bare", str(target), str(bare))
    git(bare, "fetch", "-q", str(copy / "slices.bundle"), "refs/*:refs/*")
    document = json.loads((copy / "slices.json").read_text())
    git(bare, "update-ref", BASE, document["base"])
    first, run = document["slices"][0], document["run"]
    repository = CanonicalRepository(bare, "Eve <eve@example.org>", lambda: 1e9)
    old = repository.info(first["tip"])
    was = repository.changes(old.parents[0], old.oid)
    more = tuple(FileChange(path, mode, text) for path, (mode, text) in files.items())  # type: ignore[arg-type]
    kept = tuple(one for one in was.files if one.path not in files)
    changes = ChangeSet(tuple(sorted((*kept, *more), key=lambda one: one.path)))
    tip = repository.commit(old.parents[0], changes, old.message)
    notes = document["receipts"]
    if receipts:
        notes = _fitting(repository, run, notes, old.oid, tip)
    repository.close()
    refs = {notes_ref(run): notes}
    refs |= {f"refs/heads/{one['branch']}": one["tip"] for one in document["slices"]}
    refs[f"refs/heads/{first['branch']}"] = tip
    for name, revision in (extra_refs or {}).items():
        refs[name] = git(bare, "rev-parse", revision).strip()
    packed.pack(bare, document["base"], refs, copy / "slices.bundle")
    tree = git(bare, "rev-parse", f"{tip}^{{tree}}").strip()

    def change(document: dict[str, Any]) -> None:
        document["receipts"] = notes
        document["slices"][0] |= {"tip": tip, "tree": tree}
        for above in document["slices"][1:]:
            if above["base"] == old.oid:
                above["base"] = tip

    return sealed(copy, change)


def _fitting(repository: CanonicalRepository, run: str, notes: str, old: str, tip: str) -> str:
    blob = noted(repository.objects, notes)[old]
    receipt = decode(repository.objects.read(blob))
    info = repository.info(tip)
    last = replace(
        receipt.commits[-1], commit=tip, change=repository.changes(info.parents[0], tip).hash
    )
    receipt = replace(
        receipt,
        commits=(*receipt.commits[:-1], last),
        tree=info.tree,
        tested=tip,
        tested_tree=info.tree,
    )
    texts = {one.commit: note(receipt) for one in receipt.commits}
    return write_notes(repository, notes_ref(run), texts, "Receipts\n")
