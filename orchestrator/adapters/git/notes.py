"""Git notes made from objects in this process: a tree that names each commit's text.

The layout is the one that `git notes` reads at any size: the first two digits of the commit are a
folder, as in `Documentation/git-notes.txt`, "The notes tree may fan out".
"""

import re
from collections.abc import Mapping

from orchestrator.adapters.git import trees
from orchestrator.adapters.git.objects import Objects
from orchestrator.adapters.git.repository import CanonicalRepository

_COMMIT = re.compile(rb"[0-9a-f]{40}")


def write_notes(
    repository: CanonicalRepository, ref: str, notes: Mapping[str, bytes], message: str
) -> str:
    """Put notes by commit on `ref`, beside those of other commits; return the ref's commit.

    Nothing is made when every note is there already.

    Raises:
        RuntimeError: another process wrote on the same ref meanwhile.
    """
    old = repository.head(ref)
    tree = repository.objects.tree_of(old) if old else None
    blobs = {text: repository.objects.write("blob", text) for text in set(notes.values())}
    nodes = {_path(commit): trees.Node(b"100644", blobs[text]) for commit, text in notes.items()}
    new = trees.edit(tree, nodes, repository.objects.listing, repository.objects.write_tree)
    if old is not None and new == tree:
        return old
    made = repository.write_commit(new, [old] if old else [], message)
    if not repository.move(ref, made, old):
        problem = f"another process writes {ref}"
        raise RuntimeError(problem)
    return made


def noted(objects: Objects, commit: str) -> dict[str, str]:
    """Return the blob of each note by what it is about; `commit` is a notes ref's."""
    found = {}
    for path, node in trees.walk(objects.tree_of(commit), objects.listing):
        name = path.replace(b"/", b"")
        if _COMMIT.fullmatch(name) and node.mode in trees.MODES:
            found[name.decode()] = node.oid
    return found


def _path(commit: str) -> bytes:
    return f"{commit[:2]}/{commit[2:]}".encode()
