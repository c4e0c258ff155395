"""What reviewers and checks say of a pull request on GitHub."""

from github import GithubException
from github.PullRequest import PullRequest
from github.Repository import Repository

from orchestrator.domain.pulls import ChecksState, ReviewState

RED = frozenset({"failure", "timed_out", "action_required", "cancelled", "startup_failure"})
_FORBIDDEN = 403


def review_of(request: PullRequest) -> ReviewState:
    """Return what reviewers say, of each what counts of his last word."""
    last: dict[str, str] = {}
    commented = False
    for review in request.get_reviews():
        commented = True
        if review.state != "COMMENTED" and review.user is not None:
            last[review.user.login] = review.state
    states = set(last.values())
    if "CHANGES_REQUESTED" in states:
        return "changes_requested"
    if "APPROVED" in states:
        return "approved"
    return "commented" if commented else "none"


def checks_of(repository: Repository, commit: str) -> ChecksState:
    """Return what check runs and statuses of a commit say together.

    Some keys may not read check runs; then the statuses speak alone.
    """
    found = repository.get_commit(commit)
    try:
        runs = [(run.status, run.conclusion) for run in found.get_check_runs()]
    except GithubException as error:
        if error.status != _FORBIDDEN:
            raise
        runs = []
    combined = found.get_combined_status()
    states = [status.state for status in combined.statuses]
    if RED & {conclusion for _, conclusion in runs} or {"failure", "error"} & set(states):
        return "red"
    if any(status != "completed" for status, _ in runs) or "pending" in states:
        return "pending"
    return "green" if runs or states else "none"
