"""What the gateway adds to a call: 50 attempts at once, a model that takes 200 ms, streamed.

The same clients call the same model in turn directly and through the gateway, which meters, prices,
redacts and limits as it does in a run. Model and clients are processes of their own; with as many
processors as a small machine has, all three compete for them, as they do in a run.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

from benchmarks.gateway_peers import CALLS, MODEL_S
from orchestrator.adapters.gateway import Gateway, GatewaySettings, LineSpec, Upstream
from orchestrator.application.dry_call import EmptyDesk

GOAL = 0.05
ATTEMPTS = 50
ROUNDS = 5
_PEERS = [sys.executable, "-m", "benchmarks.gateway_peers"]


class _Desk(EmptyDesk):
    """A desk that nobody asks."""

    def task(self) -> Mapping[str, object]:
        return {}

    def verify(self) -> str:
        return ""

    def report_blocked(self, why: str) -> None:
        raise AssertionError(why)

    def hand_off(self, note: str) -> None:
        raise AssertionError(note)


def bench() -> dict[str, object]:
    """Return the figures."""
    direct: list[float] = []
    through: list[float] = []
    ratios: list[float] = []
    with _model() as port:
        settings = GatewaySettings(
            upstreams={"anthropic": Upstream(url=f"http://127.0.0.1:{port}", key="no-real-key")},
        )
        spec = LineSpec(run="bench", task="t", attempt=1, agent="bench", wire="anthropic")
        with Gateway(settings) as gateway:
            lines = [gateway.open(spec, _Desk()) for _ in range(ATTEMPTS)]
            tokens = ",".join(line.token for line in lines)
            ours = urlsplit(gateway.address.url).port or 0
            _load(ours, tokens)
            cpu = time.process_time()
            for _ in range(ROUNDS):
                one, other = _load(port, tokens), _load(ours, tokens)
                direct += one
                through += other
                ratios.append((statistics.mean(other) - statistics.mean(one)) / MODEL_S)
                print(f"added {ratios[-1] * MODEL_S * 1000:.1f} ms a call", file=sys.stderr)
            cpu = time.process_time() - cpu
            metered = sum(line.usage().tokens for line in lines)
    calls = ATTEMPTS * CALLS
    if metered != 5050 * calls * (ROUNDS + 1):
        raise RuntimeError(f"{metered} tokens were metered")
    ratio = statistics.median(ratios)
    return {
        "ratio": round(ratio, 4),
        "goal": GOAL,
        "ok": ratio <= GOAL,
        "attempts": ATTEMPTS,
        "calls_a_round": calls,
        "direct_ms": _shown(direct),
        "through_ms": _shown(through),
        "gateway_cpu_ms_a_call": round(cpu / calls / ROUNDS * 1000, 2),
        "load": round(os.getloadavg()[0], 1),
    }


def _shown(seconds: Sequence[float]) -> Mapping[str, float]:
    parts = statistics.quantiles(seconds, n=100)
    figures = {"mean": statistics.mean(seconds), "p50": parts[49], "p95": parts[94]}
    return {name: round(1000 * value, 1) for name, value in figures.items()}


@contextmanager
def _model() -> Iterator[int]:
    with subprocess.Popen([*_PEERS, "model"], stdout=subprocess.PIPE, text=True) as model:
        try:
            yield int(model.stdout.readline() if model.stdout else "")
        finally:
            model.terminate()


def _load(port: int, tokens: str) -> list[float]:
    done = subprocess.run(
        [*_PEERS, "load", str(port), tokens], stdout=subprocess.PIPE, text=True, check=True
    )
    took: list[float] = json.loads(done.stdout)
    return took
