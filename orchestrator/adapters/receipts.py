"""Receipts read back from notes, which anyone may have written."""

import re
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from orchestrator.domain.receipt import Receipt
from orchestrator.domain.strict import Strict


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note(Strict):
    digest: str
    environment_digest: str
    receipt: Receipt


_NOTES = TypeAdapter(_Note)
_ID = re.compile(r"[0-9a-f]{40}")


def decode(text: bytes) -> Receipt:
    """Return the receipt of a note as `domain.receipt.note` writes it.

    Raises:
        ValueError: it is none of this version of Leafcut, or not what its digests say.
    """
    try:
        note = _NOTES.validate_json(text)
        for check in note.receipt.checks:
            check.check()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        message = f"the note is no receipt: {first['msg']}{f' at {where}' if where else ''}"
        raise ValueError(message) from error
    _refuse_names(note.receipt)
    if note.digest != note.receipt.digest:
        message = "the receipt was changed: it is not what its digest says"
        raise ValueError(message)
    if note.environment_digest != note.receipt.environment.digest:
        message = "the receipt was changed: its environment is not what its digest says"
        raise ValueError(message)
    return note.receipt


def _refuse_names(receipt: Receipt) -> None:
    """See that commits are ids: whatever else git might take for a revision is none here."""
    ids = (receipt.base, receipt.parent, receipt.tested, *(one.commit for one in receipt.commits))
    for oid in ids:
        if not _ID.fullmatch(oid):
            message = f"the note is no receipt: {oid!r} is no commit's id"
            raise ValueError(message)
