import pytest

from orchestrator.domain.attempt import Usage
from orchestrator.domain.metering.counts import Counts
from orchestrator.domain.metering.prices import PriceTable

TABLE = PriceTable.of(
    {
        "m-4-5": {
            "input": 3.0,
            "output": 15.0,
            "cache_read": 0.3,
            "cache_write": 3.75,
            "cache_write_long": 6.0,
        },
        "plain": {"input": 1.0, "output": 2.0},
        "tiered": {
            "input": 1.0,
            "output": 10.0,
            "long": {"above": 1000, "input": 2.0, "output": 20.0},
        },
    }
)
EACH = Counts(
    model="m-4-5",
    fresh=1_000_000,
    output=1_000_000,
    cache_read=1_000_000,
    cache_write=1_000_000,
    cache_write_long=1_000_000,
)


def test_each_kind_of_token_has_its_price() -> None:
    usage = TABLE.usage(EACH)
    assert usage.cost_usd == pytest.approx(3 + 15 + 0.3 + 3.75 + 6)
    assert usage.tokens == 5_000_000
    assert usage.input_tokens == 1_000_000
    assert usage.cache_write_tokens == 2_000_000


def test_a_cache_without_a_price_costs_what_input_does() -> None:
    price = TABLE.price("plain")
    assert price is not None
    assert price.of(Counts(fresh=1, cache_read=1, cache_write=1, cache_write_long=1)) == 4e-6


def test_a_long_call_has_the_long_price_for_all_of_it() -> None:
    price = TABLE.price("tiered")
    assert price is not None
    assert price.of(Counts(fresh=1000, output=1)) == pytest.approx(1010e-6)
    assert price.of(Counts(fresh=900, cache_read=101, output=1)) == pytest.approx(2022e-6)


@pytest.mark.parametrize(
    "name",
    [
        "m-4-5",
        "M-4-5",
        "m-4-5-20250929",
        "m-4-5-2025-09-29",
        "m-4-5@20250929",
        "m-4-5-latest",
        "m-4-5-001",
        "m-4-5[1m]",
        "m-4-5-20250929[1m]",
        "maker/m-4-5",
        "models/m-4-5",
    ],
)
def test_editions_of_a_model_cost_what_it_does(name: str) -> None:
    assert TABLE.price(name) == TABLE.price("m-4-5")


@pytest.mark.parametrize("name", ["", "m-4", "m-4-5-turbo", "m", "m-4-6"])
def test_another_model_has_no_price(name: str) -> None:
    assert TABLE.price(name) is None


def test_a_model_without_a_price_is_named_and_its_tokens_count() -> None:
    usage = TABLE.usage(Counts(model="new", fresh=7))
    assert usage == Usage(tokens=7, input_tokens=7, unpriced=("new",))


def test_the_name_that_was_asked_for_serves_where_the_answer_has_another() -> None:
    assert TABLE.usage(Counts(model="inner-name", fresh=1), asked="plain").unpriced == ()


def test_usage_adds_up() -> None:
    one = Usage(tokens=3, cost_usd=0.5, input_tokens=1, output_tokens=2, unpriced=("b",))
    other = Usage(tokens=4, cost_usd=0.25, cache_read_tokens=4, unpriced=("a", "b"))
    assert one.plus(other) == Usage(
        tokens=7,
        cost_usd=0.75,
        input_tokens=1,
        output_tokens=2,
        cache_read_tokens=4,
        unpriced=("a", "b"),
    )
    assert one.plus(Usage()) == one
