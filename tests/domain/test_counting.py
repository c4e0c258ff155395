"""Numbers of things, as a person says them."""

import pytest

from orchestrator.domain.counting import many


@pytest.mark.parametrize(
    ("count", "name", "said"),
    [
        (1, "task", "1 task"),
        (0, "task", "0 tasks"),
        (1, "branch", "1 branch"),
        (2, "branch", "2 branches"),
    ],
)
def test_one_is_one(count: int, name: str, said: str) -> None:
    assert many(count, name) == said
