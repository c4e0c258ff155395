"""What a playbook's `find` said of a content, kept between plans by object id."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

Lines = tuple[int, ...]


@contextmanager
def remembered(path: Path) -> Iterator[dict[str, Lines]]:
    """Give what is kept in `path`, and keep what was added; a damaged file counts as empty."""
    try:
        kept = {oid: tuple(lines) for oid, lines in json.loads(path.read_text("utf-8")).items()}
    except (OSError, ValueError, AttributeError, TypeError):
        kept = {}
    before = len(kept)
    yield kept
    if len(kept) > before:
        path.parent.mkdir(parents=True, exist_ok=True)
        staged = path.with_suffix(f".{os.getpid()}.new")
        staged.write_text(json.dumps(kept), encoding="utf-8")
        staged.replace(path)
