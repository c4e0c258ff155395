"""What tokens cost, by model. The figures are data; see `adapters/gateway/prices.json`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orchestrator.domain.attempt import Usage
from orchestrator.domain.metering.counts import Counts

MILLION = 1_000_000
_VERSION = re.compile(r"(?:[-@](?:\d{8}|\d{4}-\d{2}-\d{2}|\d{3}|latest)|\[1m\])$")
"""How a name says which edition of a model it means: dates, builds, `[1m]` of Claude Code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars per million tokens. `long` holds for whole calls with more input than `above`.

    A cache without a price of its own costs what input does.
    """

    input: float
    output: float
    cache_read: float | None = None
    cache_write: float | None = None
    cache_write_long: float | None = None
    above: int = 0
    long: "Price | None" = None

    def of(self, counts: Counts) -> float:
        """Return the cost of one call in US dollars."""
        if self.long is not None and counts.input > self.long.above:
            return self.long.of(counts)
        write = _or(self.cache_write, self.input)
        return (
            counts.fresh * self.input
            + counts.output * self.output
            + counts.cache_read * _or(self.cache_read, self.input)
            + counts.cache_write * write
            + counts.cache_write_long * _or(self.cache_write_long, write)
        ) / MILLION


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Prices by model."""

    prices: Mapping[str, Price]

    @classmethod
    def of(cls, models: Mapping[str, Mapping[str, Any]]) -> "PriceTable":
        """Read the table off data: for each model the fields of a price, `long` likewise."""
        return cls({name: _price(row) for name, row in models.items()})

    def price(self, model: str) -> Price | None:
        """Return the price of a model, None when it is not known."""
        return next((self.prices[name] for name in _names(model) if name in self.prices), None)

    def usage(self, counts: Counts, *, asked: str = "", estimated: int = 0) -> Usage:
        """Return what a call used.

        `asked` is the model as the request names it, `estimated` how many tokens nobody counted.
        """
        price = self.price(counts.model) or self.price(asked)
        model = counts.model or asked or "a model that was not named"
        return Usage(
            tokens=counts.tokens,
            cost_usd=price.of(counts) if price else 0.0,
            input_tokens=counts.fresh,
            output_tokens=counts.output,
            cache_read_tokens=counts.cache_read,
            cache_write_tokens=counts.cache_write + counts.cache_write_long,
            estimated_tokens=estimated,
            unpriced=() if price or not counts.tokens else (model,),
        )


def _price(row: Mapping[str, Any]) -> Price:
    figures = dict(row)
    long = figures.pop("long", None)
    return Price(**figures, long=_price(long) if long else None)


def _names(model: str) -> Iterator[str]:
    """Yield a model's name, then what it may be called without its maker and its edition."""
    name = model.lower()
    yield name
    name = name.rpartition("/")[2]
    yield name
    while (shorter := _VERSION.sub("", name)) != name:
        name = shorter
        yield name


def _or(price: float | None, otherwise: float) -> float:
    return otherwise if price is None else price
