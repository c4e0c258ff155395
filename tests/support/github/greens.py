"""What the checks of a commit come to."""

from tests.support.github.state import CheckRun, State, Status

GREEN = {"success", "neutral", "skipped"}
"""https://docs.github.com/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/about-status-checks#check-statuses-and-conclusions."""


def latest_runs(state: State, sha: str) -> list[CheckRun]:
    """Return the last run of each check of a commit."""
    return list({run.name: run for run in state.runs if run.sha == sha}.values())


def latest_statuses(state: State, sha: str) -> list[Status]:
    """Return the last status of each context of a commit."""
    return list({one.context: one for one in state.statuses if one.sha == sha}.values())


def combined(statuses: list[Status]) -> str:
    """Return the state of all: pending where there is none.

    https://docs.github.com/rest/commits/statuses#get-the-combined-status-for-a-specific-reference
    """
    states = {one.state for one in statuses}
    if states & {"error", "failure"}:
        return "failure"
    return "success" if states == {"success"} else "pending"


def failing(state: State, sha: str) -> bool:
    """Return whether anything that reports on the commit is not green."""
    runs = [run for run in latest_runs(state, sha) if run.conclusion not in GREEN]
    return bool(runs) or any(one.state != "success" for one in latest_statuses(state, sha))


def lacking(state: State, sha: str) -> list[str]:
    """Return the required checks that are not green."""
    green = {run.name for run in latest_runs(state, sha) if run.conclusion in GREEN}
    green |= {one.context for one in latest_statuses(state, sha) if one.state == "success"}
    return sorted(state.settings.required - green)
