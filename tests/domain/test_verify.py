"""A receipt against the commits that are there."""

from dataclasses import replace
from typing import Any

import pytest

from orchestrator.domain.receipt import Receipt, receipt_check
from orchestrator.domain.verify import Around, Seen, faults
from tests.support.receipts import CHECK, make_receipt, result

C, D = "c" * 40, "d" * 40


def _around(receipt: Receipt, **changes: Any) -> Around:
    """Return a repository that has exactly what the receipt says."""
    parents = [receipt.parent, *(one.commit for one in receipt.commits)]
    commits = {
        one.commit: Seen(
            commit=one.commit,
            tree=receipt.tree if one.commit == receipt.tip else "f" * 40,
            parents=(parent,),
            change=one.change,
            trailers={"Leafcut-Run": "r", "Leafcut-Task": one.task, "Leafcut-Agent": one.agent},
        )
        for one, parent in zip(receipt.commits, parents, strict=False)
    }
    there = Around(commits=commits, tested_tree=receipt.tested_tree, leads=True, based=True)
    return replace(there, **changes)


@pytest.mark.parametrize("receipt", [make_receipt(), make_receipt("c", "d")])
def test_nothing_speaks_against_what_is_as_the_receipt_says(receipt: Receipt) -> None:
    assert faults(receipt, _around(receipt)) == ()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"tree": "0" * 40}, "the tree of dddd"),
        ({"parents": ("0" * 40,)}, "dddddddddddd stands on 000000000000, not on cccccccccccc"),
        ({"parents": (C, "0" * 40)}, "not on cccccccccccc"),
        ({"parents": ()}, "stands on nothing"),
        ({"change": "other"}, "what dddddddddddd changes"),
        ({"trailers": {}}, "has Leafcut-Run 'missing', not 'r'"),
    ],
)
def test_a_commit_that_is_another_one(changes: dict[str, Any], fault: str) -> None:
    receipt = make_receipt("c", "d")
    there = _around(receipt)
    commits = {**there.commits, D: replace(there.commits[D], **changes)}
    assert any(fault in said for said in faults(receipt, replace(there, commits=commits)))


@pytest.mark.parametrize("trailer", ["Leafcut-Run", "Leafcut-Task", "Leafcut-Agent"])
def test_each_trailer_counts(trailer: str) -> None:
    receipt = make_receipt()
    there = _around(receipt)
    seen = there.commits[C]
    other = replace(seen, trailers={**seen.trailers, trailer: "x"})
    (said,) = faults(receipt, replace(there, commits={C: other}))
    assert trailer in said


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"commits": {}}, "commit cccccccccccc is not in this repository"),
        ({"tested_tree": None}, "which is not in this repository"),
        ({"tested_tree": "0" * 40}, "is another one"),
        ({"leads": False}, "is no part of"),
        ({"based": False}, "does not stand on the run's base"),
    ],
)
def test_what_is_around_counts(changes: dict[str, Any], fault: str) -> None:
    receipt = make_receipt()
    (said,) = faults(receipt, _around(receipt, **changes))
    assert fault in said


def test_a_red_receipt_is_no_evidence() -> None:
    red = receipt_check(CHECK, result(outcome="timeout", exit_code=None), {"params.where": "w"})
    receipt = make_receipt(checks=(red,))
    assert faults(receipt, _around(receipt)) == ("check tests was timeout",)
