"""The prices that ship with Leafcut."""

import json
from importlib.resources import files

from orchestrator.domain.metering.prices import PriceTable


def read_prices() -> PriceTable:
    """Return the table of `prices.json`, which says where its figures are from and of what day."""
    text = files(__package__).joinpath("prices.json").read_text(encoding="utf-8")
    return PriceTable.of(json.loads(text)["models"])
