"""Pull requests changed: texts, base, closed and opened again."""

from tests.support.github.answers import Answer, invalid
from tests.support.github.call import Call
from tests.support.github.following import close, follow
from tests.support.github.pulls import check_texts, twin
from tests.support.github.shapes import pull as shape
from tests.support.github.state import Pull, State

_PAGE = "pulls/pulls#update-a-pull-request"


def update_pull(call: Call) -> Answer:
    """https://docs.github.com/rest/pulls/pulls#update-a-pull-request."""
    pull = call.pull()
    title = call.body.get("title", pull.title)
    body = call.body.get("body", pull.body)
    check_texts(title or "", body or "", _PAGE)
    if "base" in call.body and call.body["base"] != pull.base:
        rebase(call.state, pull, call.given("base"))
    if "state" in call.body:
        set_state(call.state, pull, call.given("state"))
    pull.title, pull.body, pull.updated_at = title, body, call.state.now()
    return Answer(200, shape(call, pull, whole=True))


def rebase(state: State, pull: Pull, base: str) -> None:
    """Change the base of a pull request.

    https://docs.github.com/pull-requests/collaborating-with-pull-requests/proposing-changes-to-your-work-with-pull-requests/changing-the-base-branch-of-a-pull-request
    Not of a closed one (https://github.com/google/go-github/issues/2201), not onto a branch that is
    not there or of which another is open, and not where no commits would be left (assumed).
    """
    if not pull.open:
        words = "Cannot change the base branch of a closed pull request."
        raise invalid("PullRequest", "base", "invalid", words, _PAGE)
    onto = state.bare.tip(base)
    if onto is None:
        words = f"Proposed base branch '{base}' was not found"
        raise invalid("PullRequest", "base", "invalid", words, _PAGE)
    if twin(state, pull.head, base):
        words = (
            f"A pull request already exists for base branch '{base}' and head branch '{pull.head}'"
        )
        raise invalid("PullRequest", "base", "invalid", words, _PAGE)
    if state.bare.contains(onto, pull.head_sha):
        words = (
            f"There are no new commits between base branch '{base}' and head branch '{pull.head}'"
        )
        raise invalid("PullRequest", "base", "invalid", words, _PAGE)
    pull.base, pull.base_sha, pull.asked = base, onto, 0


def set_state(state: State, pull: Pull, wanted: str) -> None:
    """Close or reopen a pull request.

    https://docs.github.com/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/closing-a-pull-request
    Not reopened: a merged one; one whose branch is gone
    (https://github.com/pytorch/pytorch/pull/114423); one whose branch was force-pushed meanwhile
    (https://github.com/cilium/cilium/pull/47088); one of which a twin is open (assumed).
    """
    if wanted not in {"open", "closed"}:
        raise invalid("PullRequest", "state", "invalid", page=_PAGE)
    if wanted == "closed" and pull.open:
        close(state, pull)
    if wanted == "open" and not pull.open:
        _reopen(state, pull)


def _reopen(state: State, pull: Pull) -> None:
    hindrance = _hindrance(state, pull)
    if hindrance:
        words = f"state cannot be changed. {hindrance}"
        raise invalid("PullRequest", "state", "custom", words, _PAGE)
    pull.closed_at, pull.asked = None, 0
    follow(state)


def _hindrance(state: State, pull: Pull) -> str:
    if pull.merged_at:
        return "The pull request cannot be reopened."
    for branch in (pull.head, pull.base):
        if state.bare.tip(branch) is None:
            return f"The {branch} branch has been deleted."
    if not state.bare.contains(f"refs/heads/{pull.head}", pull.head_sha):
        return f"The {pull.head} branch was force-pushed or recreated."
    other = twin(state, pull.head, pull.base)
    return f"There is already an open pull request #{other.number}." if other else ""
