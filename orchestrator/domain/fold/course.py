"""The run as a whole: begun, resumed, ended."""

from orchestrator.domain.events import BaselineTaken, RunEnded, RunResumed, RunStarted
from orchestrator.domain.lifecycle import BUSY
from orchestrator.domain.run import Run


def started(run: Run, event: RunStarted) -> None:
    """The run exists."""
    run.started = event


def resumed(run: Run, _: RunResumed) -> None:
    """What was under way is lost; a lost attempt is not spent."""
    run.ended = None
    run.fault = ""
    run.landing = None
    run.checking_head = None
    run.red_head = ""
    for task, status in run.tasks.items():
        if status.state in BUSY:
            unspent = max(0, status.agent_attempts - 1)
            run.change(task, "ready", token="", agent_attempts=unspent)


def baseline_taken(run: Run, event: BaselineTaken) -> None:
    """Only new failures count from now on."""
    run.baseline = event


def ended(run: Run, event: RunEnded) -> None:
    """The run stands still."""
    run.ended = event
