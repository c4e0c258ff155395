"""What a manifest may say, and how pages name their stack."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain import markdown
from orchestrator.domain.bundle import LONGEST_BODY, PACKED, Carried, Kept, Manifest, faults, linked
from orchestrator.domain.markdown import calls

OID = "0123456789" * 4


def carried(number: int, **fields: object) -> Carried:
    """Return a slice that stands on the one before it."""
    told: dict[str, object] = {
        "number": number,
        "branch": f"leafcut/p-{number}",
        "title": "A title",
        "body": "A page.\n",
        "labels": (),
        "reviewers": (),
        "draft": True,
        "stack": 1,
        "position": number,
        "stands_on": f"leafcut/p-{number - 1}" if number > 1 else "",
        "base": f"{number - 1:040x}",
        "tip": f"{number:040x}",
        "tree": OID,
        **fields,
    }
    return Carried(**told)  # type: ignore[arg-type]


def manifest(*slices: Carried) -> Manifest:
    """Return a manifest that nothing speaks against, but for its slices."""
    return Manifest(
        leafcut="1",
        run="r-1",
        playbook="p",
        base="0" * 40,
        receipts=OID,
        slices=slices,
        files={PACKED: Kept(sha256="ab" * 32, size=1)},
    )


def test_an_honest_manifest() -> None:
    told = manifest(carried(1), carried(2), carried(3))
    assert list(faults(told)) == []
    assert set(told.refs) == {
        "refs/notes/leafcut/r-1",
        *(f"refs/heads/leafcut/p-{n}" for n in (1, 2, 3)),
    }


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (replace(manifest(carried(1)), run="a/b"), "no run's name"),
        (manifest(carried(1), carried(1)), "is there twice"),
        (manifest(carried(2), carried(1)), "no slice before it"),
        (manifest(carried(1), carried(2, base="9" * 40)), "not on"),
        (manifest(carried(1, labels=("x" * 51,))), "labels"),
        (manifest(carried(1, branch="leafcut/a.lock")), "no branch"),
        (manifest(carried(1, branch="leafcut/a//b")), "no branch"),
        (manifest(carried(1, branch="leafcut/a\n")), "no branch"),
        (manifest(carried(1, tip="main")), "no object's id"),
        (replace(manifest(carried(1)), files={"../x": Kept(sha256="", size=1)}), "no name"),
        (
            replace(manifest(carried(1)), files={PACKED: Kept(sha256="ab" * 32, size=2**40)}),
            "MiB",
        ),
    ],
)
def test_manifests_that_nobody_honest_makes(wrong: Manifest, why: str) -> None:
    assert any(why in fault for fault in faults(wrong))


@given(st.text())
def test_text_that_went_through_markdown_calls_nobody(text: str) -> None:
    assert calls(markdown.plain(text)) == ""
    assert calls(markdown.code(text)) == ""
    assert calls(markdown.cell(text)) == ""
    assert calls(markdown.block(text)) == ""
    assert calls(markdown.inert(text)) == ""


@pytest.mark.parametrize(
    "text",
    [
        "@a",
        "see @a-b/c",
        "fixes #1",
        "Closed: a/b#2",
        "resolve **GH-3**",
        "fix http://h/a/b/pull/1",
    ],
)
def test_what_calls(text: str) -> None:
    assert calls(text)


@pytest.mark.parametrize(
    "text",
    ["a@b.example", "pip install x@1", "# 1. Heading", "&#39;", "Part of #12", "it fixes 3 of 4"],
)
def test_what_does_not_call(text: str) -> None:
    assert not calls(text)


def test_a_page_names_the_pull_requests_of_its_stack() -> None:
    slices = [carried(1), carried(2), carried(3), carried(4, stack=2, stands_on="")]
    numbers = {"leafcut/p-1": 5, "leafcut/p-2": 6, "leafcut/p-4": 8}
    text = linked(slices[1], slices, numbers)
    assert text.startswith("Stack, from the first to merge: #5 → **#6**\n\nA page.")
    assert linked(slices[3], slices, numbers) == "A page.\n"
    full = replace(slices[0], body="x" * LONGEST_BODY)
    assert linked(full, slices, numbers) == full.body
