"""What an agent may do that asks for leave: what stays within its own places."""

import posixpath
from collections.abc import Iterable, Sequence

_ALLOW = ("allow_once", "allow_always")
_REJECT = ("reject_once", "reject_always")


def within(path: str, tree: str, roots: Sequence[str]) -> bool:
    """Say whether a path, relative ones seen from the tree, lies below one of the roots."""
    whole = posixpath.normpath(posixpath.join(tree, path))
    return any(whole == root or whole.startswith(root.rstrip("/") + "/") for root in roots)


def chosen(options: Iterable[tuple[str, str]], *, allowed: bool) -> str | None:
    """Return which of the options, pairs of kind and id, says so; None where none does."""
    by_kind = dict(options)
    return next(
        (by_kind[kind] for kind in (_ALLOW if allowed else _REJECT) if kind in by_kind), None
    )
