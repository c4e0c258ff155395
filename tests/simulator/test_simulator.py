"""Thousands of runs with faults: each ends, and every promise holds."""

import os

import pytest

from tests.simulator import invariants
from tests.simulator.scenario import scenario
from tests.simulator.world import lived

SEEDS = int(os.environ.get("LEAFCUT_SEEDS", "10000"))
PORTIONS = 10


@pytest.mark.parametrize("portion", range(PORTIONS))
def test_every_promise_holds_whatever_dies(portion: int) -> None:
    for seed in range(portion, SEEDS, PORTIONS):
        world, run = lived(scenario(seed))
        try:
            invariants.check(world, run)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error
