"""Workflow runs, as far as somebody asks whose they are."""

from tests.support.github.answers import Answer, not_found
from tests.support.github.call import Call


def get_run(call: Call) -> Answer:
    """https://docs.github.com/rest/actions/workflow-runs#get-a-workflow-run."""
    number = int(call.named["id"])
    found = call.state.workflow_runs.get(number)
    if found is None:
        raise not_found("actions/workflow-runs#get-a-workflow-run")
    body = {
        "id": number,
        "event": found.event,
        "head_branch": found.branch,
        "head_repository": {"full_name": found.repository},
        "url": f"{call.repo}/actions/runs/{number}",
    }
    return Answer(200, body)
