"""Exit criteria: limits as numbers and shares, and what a scaffold plan asks for by itself."""

import pytest

from orchestrator.domain.exits import criteria, judged, unmet
from orchestrator.domain.playbook import (
    AtMost,
    Bound,
    ExitCriterion,
    Find,
    OwnBound,
    Playbook,
    Scaffold,
    Strategy,
    Teardown,
)


@pytest.mark.parametrize(
    ("at_most", "before", "found", "met"),
    [
        (0, 9, 0, True),
        (0, 9, 1, False),
        (3, 1, 3, True),
        ("20%", 10, 2, True),
        ("20%", 10, 3, False),
        ("0%", 10, 0, True),
        ("100%", 10, 10, True),
        ("100%", 10, 11, False),
        ("50%", 0, 0, True),
        ("50%", 0, 1, False),
        ("33.3%", 1000, 333, True),
        ("33.3%", 1000, 334, False),
    ],
)
def test_limits(at_most: AtMost, before: int, found: int, *, met: bool) -> None:
    assert judged("residue", at_most, {"a": found}, before).met is met


def test_what_is_not_met_is_told_by_file_and_in_words() -> None:
    result = judged("calls", "10%", {"b": 2, "a": 1}, 20)
    assert (result.found, result.before, result.files) == (3, 20, (("a", 1), ("b", 2)))
    fine = judged("others", 1, {"a": 1}, 0)
    assert (fine.before, fine.files) == (None, ())
    assert unmet([fine]) == ""
    assert unmet([fine, result]) == "exit criterion not met: calls: 3 of 20 left, at most 10%"


def _playbook(strategy: Strategy, *own: ExitCriterion) -> Playbook:
    around = strategy == "scaffold"
    return Playbook(
        version=1,
        name="p",
        title="P",
        find=Find(regex=("x",)),
        strategy=strategy,
        scaffold=Scaffold(files=("s",)) if around else None,
        teardown=Teardown(files=("s",)) if around else None,
        exit_criteria=own,
    )


def test_a_scaffold_plan_leaves_neither_world_unless_it_says_so() -> None:
    calls = ExitCriterion(find=OwnBound(name="calls", regex=("y",), at_most=2))
    some = ExitCriterion(residue=Bound(at_most="5%"))
    assert criteria(_playbook("piecewise", some)) == (some,)
    assert criteria(_playbook("scaffold", calls)) == (
        ExitCriterion(residue=Bound()),
        ExitCriterion(scaffold=Bound()),
        calls,
    )
    assert criteria(_playbook("scaffold", some)) == (ExitCriterion(scaffold=Bound()), some)
