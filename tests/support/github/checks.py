"""Check runs and commit statuses."""

from dataclasses import dataclass

from tests.support.github.answers import Answer, invalid, refuse
from tests.support.github.call import Call
from tests.support.github.greens import combined, latest_runs, latest_statuses
from tests.support.github.notes import check_run
from tests.support.github.notes import status as shape
from tests.support.github.refs import commit_named, resolved
from tests.support.github.shapes import repository
from tests.support.github.state import CheckRun, State, Status

_RUNS = "checks/runs"
_STATUSES = "commits/statuses#create-a-commit-status"
_STATES = {"error", "failure", "pending", "success"}
_CONCLUSIONS = {
    "action_required",
    "cancelled",
    "failure",
    "neutral",
    "skipped",
    "stale",
    "success",
    "timed_out",
}
_DESCRIPTION = 140


@dataclass(frozen=True)
class Output:
    """What a check run has to say."""

    title: str | None = None
    summary: str | None = None


def list_runs(call: Call) -> Answer:
    """https://docs.github.com/rest/checks/runs#list-check-runs-for-a-git-reference.

    The latest of each name, unless `filter=all`.
    """
    sha = resolved(call)
    every = [run for run in call.state.runs if run.sha == sha]
    found = every if call.query.get("filter") == "all" else latest_runs(call.state, sha)
    name, status = call.query.get("check_name"), call.query.get("status")
    runs = [
        check_run(call, run)
        for run in found
        if name in {None, run.name} and status in {None, run.status}
    ]
    return Answer(200, {"total_count": len(runs), "check_runs": runs})


def create_run(call: Call) -> Answer:
    """https://docs.github.com/rest/checks/runs#create-a-check-run: for Apps alone."""
    if not call.who.bot:
        raise refuse(403, "You must authenticate via a GitHub App.", f"{_RUNS}#create-a-check-run")
    given = call.body.get("output", {})
    output = Output(given.get("title"), given.get("summary"))
    sha = call.state.bare.git("rev-parse", call.given("head_sha"))
    made = report(call.state, sha, call.given("name"), call.body.get("conclusion"), output)
    if made.conclusion is None:
        made.status = call.given("status", "queued")
    return Answer(201, check_run(call, made))


def annotations(_: Call) -> Answer:
    """https://docs.github.com/rest/checks/runs#list-check-run-annotations: none here."""
    return Answer(200, [])


def report(
    state: State,
    sha: str,
    name: str,
    conclusion: str | None,
    output: Output,
) -> CheckRun:
    """Add a check run, completed if it has a conclusion.

    https://docs.github.com/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/about-status-checks

    Raises:
        Refused: there is no such conclusion.
    """
    if conclusion is not None and conclusion not in _CONCLUSIONS:
        raise invalid("CheckRun", "conclusion", "invalid", page=_RUNS)
    now = state.now()
    made = CheckRun(
        state.new_id(),
        name,
        sha,
        "completed" if conclusion else "in_progress",
        conclusion,
        output.title,
        output.summary,
        details_url=f"https://ci.example.org/{name}",
        started_at=now,
        completed_at=now if conclusion else None,
    )
    state.runs.append(made)
    return made


def list_statuses(call: Call) -> Answer:
    """https://docs.github.com/rest/commits/statuses#list-commit-statuses-for-a-reference."""
    sha = resolved(call)
    found = [one for one in call.state.statuses if one.sha == sha]
    return Answer(200, [shape(call, one) for one in reversed(found)])


def combined_status(call: Call) -> Answer:
    """https://docs.github.com/rest/commits/statuses#get-the-combined-status-for-a-specific-reference.

    Check runs do not count here.
    """
    sha = resolved(call)
    latest = latest_statuses(call.state, sha)
    body = {
        "state": combined(latest),
        "sha": sha,
        "total_count": len(latest),
        "statuses": [shape(call, one) for one in latest],
        "repository": repository(call),
        "commit_url": f"{call.repo}/commits/{sha}",
        "url": f"{call.repo}/commits/{sha}/status",
    }
    return Answer(200, body)


def create_status(call: Call) -> Answer:
    """https://docs.github.com/rest/commits/statuses#create-a-commit-status."""
    state, description = call.given("state"), call.body.get("description")
    if state not in _STATES:
        raise invalid("Status", "state", "invalid", page=_STATUSES)
    if len(description or "") > _DESCRIPTION:
        words = f"description is too long (maximum is {_DESCRIPTION} characters)"
        raise invalid("Status", "description", "custom", words, _STATUSES)
    made = Status(
        call.state.new_id(),
        commit_named(call),
        call.given("context", "default"),
        state,
        description,
        call.body.get("target_url"),
        call.state.now(),
    )
    call.state.statuses.append(made)
    return Answer(201, shape(call, made))
