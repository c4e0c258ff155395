"""Numbers of things and amounts of money, as a person says them."""

import pytest

from orchestrator.domain.counting import dollars, many


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


def test_less_than_a_cent_is_not_nothing() -> None:
    assert [dollars(one) for one in (0, 0.0042, 0.04, 1234.5)] == [
        "0 USD", "less than 0.01 USD", "0.04 USD", "1,234.50 USD",
    ]  # fmt: skip
