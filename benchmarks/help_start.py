"""`leafcut --help` against the floor of any typer program: importing typer."""

import sys
from pathlib import Path

from benchmarks.pairs import median, medians, timed

GOAL = 2.0
PAIRS = 11


def bench() -> dict[str, object]:
    """Return the figures."""
    leafcut = str(Path(sys.executable).with_name("leafcut"))
    ratio, ours, floor = medians(
        lambda: timed([leafcut, "--help"]),
        lambda: timed([sys.executable, "-c", "import typer"]),
        PAIRS,
    )
    return {
        "ratio": round(ratio, 3),
        "goal": GOAL,
        "ok": ratio <= GOAL,
        "help_s": median(ours),
        "import_typer_s": median(floor),
    }
