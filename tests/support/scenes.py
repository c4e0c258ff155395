"""Four runs to look at: one that goes on, one that fails, one that is parked, one that is over."""

from collections.abc import Callable, Mapping
from typing import Any

from orchestrator.domain.attempt import Usage
from orchestrator.domain.budget import Budget
from orchestrator.domain.headroom import Headroom
from orchestrator.domain.verdict import CheckResult, Failure, Verdict
from tests.support.layered import layered
from tests.support.watching import Story

EDGES: Mapping[str, list[str]] = {
    "src/core": [],
    "src/io/csv": ["src/core"],
    "src/io/json": ["src/core"],
    "src/io/xml": ["src/core"],
    "src/models": ["src/core"],
    "src/api": ["src/core", "src/models"],
    "src/cli": ["src/api"],
    "src/views": ["src/models", "src/io/json"],
    "tests/core": ["src/core"],
}
PAID = Usage(tokens=4_200, cost_usd=0.03)
LEFT = Headroom(kind="tokens", limit=400_000, remaining=268_000, reset_at=1_200.0)


def going_on() -> Story:
    """Two attempts at work, one landed, one in the queue."""
    told = _begun()
    _lands(told, "src/core")
    told.at(1_060.0).start("src/models", "src/io/csv")
    told.at(1_090.0).finish("src/io/csv", usage=PAID, changed_lines=12, headroom=(LEFT,))
    return told.at(1_100.0).start("src/io/json").at(1_130.0)


def failing() -> Story:
    """Tasks fail for one reason, and others wait for them."""
    told = _begun(attempts=1)
    _lands(told, "src/core")
    for number, task in enumerate(("src/models", "src/io/json", "src/io/xml")):
        told.at(1_060.0 + number).start(task)
        told.at(1_080.0 + number).finish(task, "rejected", **_red(task))
    return told.at(1_100.0).start("src/io/csv").at(1_130.0)


def parked() -> Story:
    """The agent has met a limit; there is money left, and time."""
    told = _begun(budget=Budget(usd=5.0))
    _lands(told, "src/core")
    for task in ("src/models", "src/io/csv"):
        told.at(1_060.0).start(task)
        told.at(1_070.0).finish(task, "limited", reason="429: try later", retry_at=4_600.0)
    return told.at(1_130.0)


def over() -> Story:
    """Everything has landed but what was skipped."""
    told = _begun()
    for task in ("src/core", "src/models", "src/io/csv", "src/io/json", "src/io/xml"):
        _lands(told, task)
    for task in ("src/api", "src/views", "tests/core", "src/cli"):
        _lands(told, task)
    return told.at(1_300.0).end(residue=0)


TASK = "src/models"
"""A task of all of them that is worth a look from near."""
SCENES: Mapping[str, Callable[[], Story]] = {
    "running": going_on,
    "failing": failing,
    "parked": parked,
    "finished": over,
}


def _begun(**policy: Any) -> Story:
    story = layered(EDGES, agents=("claude-code",), concurrency=2, **policy)
    return story.at(1_000.0).begin(residue=9)


def _lands(told: Story, task: str) -> None:
    began = told.clock.time
    told.start(task).at(began + 20).finish(task, usage=PAID, changed_lines=8, duration_s=20.0)
    told.at(began + 25).land(task)


def _red(task: str) -> dict[str, object]:
    message = 'Module has no attribute "loads"'
    failure = Failure("types", f"{task}.py", "attr-defined", message, 14)
    check = CheckResult(
        check="types",
        outcome="failed",
        command="mypy src",
        exit_code=1,
        duration_s=3.2,
        failures=(failure,),
        output=f"{task}.py:14: error: {message}  [attr-defined]\n",
    )
    return {
        "reason": f"types: {task}.py:14 {message}",
        "reason_code": "types",
        "usage": PAID,
        "verdict": Verdict(checks=(check,)),
    }
