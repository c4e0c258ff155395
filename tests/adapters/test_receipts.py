"""Notes read back: what `domain.receipt.note` wrote, and nothing else."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from orchestrator.adapters.receipts import decode
from orchestrator.domain.playbook import Setup
from orchestrator.domain.receipt import note
from tests.support.receipts import make_receipt

RECEIPTS = (
    make_receipt(),
    make_receipt(
        "c", "d", files=("gr\u00fcn.py",), setup=Setup(run=("make",), inputs=("Makefile",))
    ),
)


@pytest.mark.parametrize("receipt", RECEIPTS)
def test_a_receipt_comes_back_as_it_was(receipt: Any) -> None:
    assert decode(note(receipt)) == receipt


def _set(*path: str, to: object) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        for part in path[:-1]:
            document = document[int(part) if isinstance(document, list) else part]
        document[path[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_set("receipt", "tree", to="0" * 40), "was changed: it is not what its digest"),
        (_set("receipt", "checks", "0", "exit_code", to=1), "was changed"),
        (_set("digest", to="0"), "was changed"),
        (_set("environment_digest", to="0"), "its environment is not"),
        (_set("receipt", "schema", to=2), "is no receipt: .* at receipt.schema"),
        (_set("receipt", "more", to=1), "is no receipt"),
        (_set("receipt", "checks", "0", "timeout", to="soon"), "no duration"),
        (_set("receipt", "tested", to="--all"), "'--all' is no commit's id"),
        (_set("receipt", "base", to="HEAD"), "'HEAD' is no commit's id"),
        (_set("receipt", "commits", to=[]), "at least one commit"),
    ],
)
def test_a_changed_note_is_told(change: Callable[[Any], None], said: str) -> None:
    document = json.loads(note(make_receipt()))
    change(document)
    with pytest.raises(ValueError, match=said):
        decode(json.dumps(document).encode())


@pytest.mark.parametrize("text", [b"", b"{}", b"[1]", b"\xff", b"reviewed by me"])
def test_what_is_no_receipt(text: bytes) -> None:
    with pytest.raises(ValueError, match="the note is no receipt"):
        decode(text)


def test_a_receipt_from_before_hosts_could_be_named_is_still_read() -> None:
    receipt = make_receipt(setup=Setup(run=("make",)))
    document = json.loads(note(receipt))
    assert document["receipt"]["setup"].pop("hosts") == ["*"]
    assert decode(json.dumps(document).encode()) == receipt


def test_a_receipt_whose_hosts_are_none_is_none() -> None:
    document = json.loads(note(make_receipt(setup=Setup(hosts=("example.org",)))))
    document["receipt"]["setup"]["hosts"] = ["a b"]
    with pytest.raises(ValueError, match="is no host"):
        decode(json.dumps(document).encode())
