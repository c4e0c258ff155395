"""What sharing spares: 60 tasks whose agents go wrong in one of five ways until they know better.

The agents are scripted (`tests/support/five_ways.py`): what they need to be told, and whether they
were, is read off their conversations; a token is four characters of what they are sent. Each
strategy runs the same tasks through the whole program, gateway and all; attempts, tokens and wall
time are shown as ratios to `none` of the same call.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from tests.support.five_ways import LessonModel, lessons_job, way_of
from tests.support.leafcut import Leafcut
from tests.support.thinking import shelve_light, speaking_to

GOAL = 0.6
"""The attempts of `shared` for each of `none`: a third would be knowing all from the start."""
TASKS = 60
LATENCY_S = 0.05
"""How long the model takes for an answer."""
STRATEGIES = ("none", "shared", "transcripts", "file")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a strategy took."""

    attempts: int
    tokens: int
    wall_s: float


def bench() -> dict[str, object]:
    """Return the figures."""
    spent = {strategy: _run(strategy) for strategy in STRATEGIES}
    for line in table(spent):
        print(line, file=sys.stderr)
    ratio = spent["shared"].attempts / spent["none"].attempts
    return {
        "ratio": round(ratio, 3),
        "goal": GOAL,
        "ok": ratio <= GOAL,
        "tasks": TASKS,
        "strategies": {name: _figures(one, spent["none"]) for name, one in spent.items()},
    }


def _figures(one: Spent, none: Spent) -> Mapping[str, float]:
    return {
        "attempts": one.attempts,
        "tokens": one.tokens,
        "wall_s": one.wall_s,
        "attempts_ratio": round(one.attempts / none.attempts, 3),
        "tokens_ratio": round(one.tokens / none.tokens, 3),
        "wall_ratio": round(one.wall_s / none.wall_s, 3),
    }


def table(spent: Mapping[str, Spent]) -> Iterator[str]:
    """Yield a line for each strategy: what it took, and its ratio to `none`."""
    none = spent["none"]
    yield f"{'strategy':<12} {'attempts':>15} {'tokens':>17} {'wall':>17}"
    for name, one in spent.items():
        figures = (
            (one.attempts, f"{one.attempts:,}", none.attempts),
            (one.tokens, f"{one.tokens:,}", none.tokens),
            (one.wall_s, f"{one.wall_s:.1f} s", none.wall_s),
        )
        cells = [f"{text} ({value / base:.2f})" for value, text, base in figures]
        yield f"{name:<12} {cells[0]:>15} {cells[1]:>17} {cells[2]:>17}"


def _run(strategy: str) -> Spent:
    numbers = {number: way_of(number) for number in range(TASKS)}
    with _home() as root, LessonModel(numbers, LATENCY_S) as model:
        job = lessons_job(root, numbers, strategy)
        leafcut = speaking_to(Leafcut(root / "state"), model)
        leafcut(*job.arguments("--sandbox", "local", "--unsafe-local"))
        status = leafcut.status()
    if model.faults or status["counts"]["landed"] != TASKS:
        raise RuntimeError(f"{strategy}: {model.faults or status['counts']}")
    print(f"{strategy}: {status['elapsed_s']:.1f} s", file=sys.stderr)
    return Spent(
        attempts=sum(task["attempts"] for task in status["tasks"]),
        tokens=sum(task["tokens"] for task in status["tasks"]),
        wall_s=status["elapsed_s"],
    )


@contextmanager
def _home() -> Iterator[Path]:
    """Give a folder that is everybody's home meanwhile, with an author and the scripted agent."""
    root = Path(tempfile.mkdtemp(prefix="lc-"))
    author = "[user]\n\tname = Bench\n\temail = bench@example.invalid\n"
    (root / ".gitconfig").write_text(author, encoding="utf-8")
    shelve_light(root)
    try:
        with patch.dict(os.environ, HOME=str(root), XDG_CONFIG_HOME=str(root / "config")):
            yield root
    finally:
        shutil.rmtree(root, ignore_errors=True)
