"""How many checks a landed commit costs when some change sets are bad.

The real decisions of `domain.landing` and the real pace, over a queue that never runs dry. A bad
change set is clean by itself and makes every tree that holds it red; it goes back and another one
comes in its place. Beside it: one at a time, and batches of eight that never shrink. A round is
what runs at the same time, so rounds a landed commit say how long landing takes.
"""

import sys
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from orchestrator.domain.landing import next_checks, settle
from orchestrator.domain.pace import Pace
from orchestrator.domain.playbook import Verify
from orchestrator.domain.policy import Policy

RATES = (0.02, 0.05, 0.10)
LANDED = 20_000
BATCH = 8
SEED = 1

Batch = Callable[[Pace], int]

WAYS: Mapping[str, tuple[Verify, Batch]] = {
    "commit": ("commit", lambda pace: pace.batch),
    "head": ("head", lambda pace: pace.batch),
    "one_at_a_time": ("commit", lambda _: 1),
    "fixed_commit": ("commit", lambda _: BATCH),
    "fixed_head": ("head", lambda _: BATCH),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Checks, and rounds of checks that run at the same time, for each landed commit."""

    checks: float
    rounds: float


def bench() -> dict[str, object]:
    """Return the figures.

    The goals: `head` needs fewer checks than one at a time does, `commit` no more than batches
    that never shrink and at most half the rounds of one at a time.
    """
    costs = {rate: {name: _cost(rate, *way) for name, way in WAYS.items()} for rate in RATES}
    print(f"{'checks (rounds)':18}{''.join(f'{name:>18}' for name in WAYS)}", file=sys.stderr)
    for rate, ways in costs.items():
        figures = "".join(f"{f'{c.checks:.2f} ({c.rounds:.2f})':>18}" for c in ways.values())
        print(f"{rate:<18.0%}{figures}", file=sys.stderr)
    ratio = max(ways["head"].checks / ways["one_at_a_time"].checks for ways in costs.values())
    commit = max(ways["commit"].checks / ways["fixed_commit"].checks for ways in costs.values())
    rounds = max(ways["commit"].rounds / ways["one_at_a_time"].rounds for ways in costs.values())
    return {
        "ratio": round(ratio, 3),
        "goal": 1.0,
        "ratio_commit_to_fixed": round(commit, 3),
        "ratio_rounds_to_one_at_a_time": round(rounds, 3),
        "goal_rounds": 0.5,
        "ok": ratio <= 1 and commit <= 1 and rounds <= 1 / 2,
        "landed": LANDED,
        **{
            f"bad_{rate:.0%}": {name: (cost.checks, cost.rounds) for name, cost in ways.items()}
            for rate, ways in costs.items()
        },
    }


def _cost(rate: float, verify: Verify, batch: Batch) -> Cost:
    draw = Random(SEED)  # noqa: S311 - repeatable, not secret
    pace = Pace.of(Policy(agents=("codemod",), max_batch=BATCH))
    queue = deque(draw.random() < rate for _ in range(BATCH))
    landed = checks = rounds = 0
    while landed < LANDED:
        chain = [queue[at] for at in range(batch(pace))]
        greens: dict[int, bool] = {}
        while positions := next_checks(verify, len(chain), greens):
            greens |= {at: not any(chain[: at + 1]) for at in positions}
            checks += len(positions)
            rounds += 1
        settled = settle(verify, len(chain), greens)
        set_back = settled.culprit is not None
        for _ in range(settled.landed + set_back):
            queue.popleft()
            queue.append(draw.random() < rate)
        landed += settled.landed
        pace = pace.after_landing(landed=settled.landed, set_back=int(set_back))
    return Cost(round(checks / landed, 3), round(rounds / landed, 3))
