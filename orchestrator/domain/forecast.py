"""What a sample says of the tasks that are still to do: how many land, what they cost, how long."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z = 1.645
"""Standard normal quantile of two-sided 90 % intervals."""


@dataclass(frozen=True, slots=True)
class Spread:
    """An estimate with its 90 % interval; `low` and `high` are None when nothing is known of it."""

    middle: float
    low: float | None = None
    high: float | None = None

    def times(self, factor: float) -> "Spread":
        """Return the spread of a multiple."""
        low, high = self.low, self.high
        return Spread(
            self.middle * factor,
            None if low is None else low * factor,
            None if high is None else high * factor,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One task of the sample: its weight in the plan, and what it took (dollars, seconds)."""

    weight: float
    cost_usd: float
    seconds: float
    landed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What is still to do: the tasks, their weight, and that of the longest chain among them."""

    tasks: int
    weight: float
    longest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What to expect of the tasks still to do. `success` is a share, `seconds` is wall time."""

    observed: int
    succeeded: int
    success: Spread
    tasks: int
    cost_usd: Spread
    seconds: Spread


def forecast(
    sample: Sequence[Observation], rest: Rest, *, concurrency: int, landing_s: float
) -> Forecast | None:
    """Return the forecast, or None when nothing was observed.

    Cost and work grow with the plan's weights. The wall time is what binds: the work shared by
    `concurrency` slots, the longest chain, or the landings, one after another, of `landing_s`
    seconds a task.
    """
    if not sample:
        return None
    succeeded = sum(one.landed for one in sample)
    work = _ratio(sample, [one.seconds for one in sample]).times(rest.weight)
    shared = 1 / max(1, min(concurrency, rest.tasks))
    chain = rest.longest / rest.weight if rest.weight else 0.0
    return Forecast(
        observed=len(sample),
        succeeded=succeeded,
        success=wilson(succeeded, len(sample)),
        tasks=rest.tasks,
        cost_usd=_ratio(sample, [one.cost_usd for one in sample]).times(rest.weight),
        seconds=_at_least(work.times(max(shared, chain)), landing_s * rest.tasks),
    )


def wilson(successes: int, trials: int) -> Spread:
    """Return the share of successes with its score interval.

    Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927.
    """
    share = successes / trials
    middle = (share + Z**2 / (2 * trials)) / (1 + Z**2 / trials)
    half = (
        Z / (1 + Z**2 / trials)
        * math.sqrt(share * (1 - share) / trials + Z**2 / (4 * trials**2))
    )  # fmt: skip
    return Spread(share, max(0.0, middle - half), min(1.0, middle + half))


def _ratio(sample: Sequence[Observation], values: Sequence[float]) -> Spread:
    """Return `values` for each unit of weight: the ratio estimator (Cochran 1977, chapter 6)."""
    weights = [max(one.weight, 1e-9) for one in sample]
    ratio = sum(values) / sum(weights)
    count = len(sample)
    if count < 2:  # noqa: PLR2004 - one observation says nothing of the spread
        return Spread(ratio)
    rests = (value - ratio * weight for value, weight in zip(values, weights, strict=True))
    variance = sum(rest**2 for rest in rests) / (count - 1)
    half = Z * math.sqrt(variance / count) / (sum(weights) / count)
    return Spread(ratio, max(0.0, ratio - half), ratio + half)


def _at_least(spread: Spread, floor: float) -> Spread:
    low, high = spread.low, spread.high
    return Spread(
        max(spread.middle, floor),
        None if low is None else max(low, floor),
        None if high is None else max(high, floor),
    )
