"""Who is asked to review, and what reviewers say."""

from tests.support.github.answers import Answer, invalid, not_found, refuse
from tests.support.github.call import Call, check_length
from tests.support.github.notes import review as shape
from tests.support.github.shapes import pull as pull_shape
from tests.support.github.shapes import team, user
from tests.support.github.state import Account, Pull, Review, State
from tests.support.github.threads import Spot, begin

_PAGE = "pulls/reviews"
_REQUESTS = "pulls/review-requests#request-reviewers-for-a-pull-request"
_STATES = {
    "APPROVE": "APPROVED",
    "REQUEST_CHANGES": "CHANGES_REQUESTED",
    "COMMENT": "COMMENTED",
}


def list_reviewers(call: Call) -> Answer:
    """https://docs.github.com/rest/pulls/review-requests#get-all-requested-reviewers-for-a-pull-request."""
    pull = call.pull()
    users = [user(call, call.state.accounts[login.lower()]) for login in pull.reviewers]
    return Answer(200, {"users": users, "teams": [team(call, slug) for slug in pull.teams]})


def request_reviewers(call: Call) -> Answer:
    """https://docs.github.com/rest/pulls/review-requests#request-reviewers-for-a-pull-request.

    422 for whoever is no collaborator (https://github.com/peter-evans/create-pull-request/issues/4138)
    and for the author (https://github.com/kerthcet/github-workflow-as-kube/issues/16); then none of
    those who are named is asked.
    """
    pull = call.pull()
    logins, teams = list(call.body.get("reviewers", [])), list(call.body.get("team_reviewers", []))
    if pull.author.login.lower() in {login.lower() for login in logins}:
        words = "Review cannot be requested from pull request author."
        raise refuse(422, words, _REQUESTS)
    asked = [call.state.accounts.get(login.lower()) for login in logins]
    collaborators = all(one is not None and one.collaborator for one in asked)
    if not collaborators or not set(teams) <= call.state.teams:
        raise refuse(
            422,
            "Reviews may only be requested from collaborators. One or more of the users or teams "
            f"you specified is not a collaborator of the {call.state.full_name} repository.",
            _REQUESTS,
        )
    names = [one.login for one in asked if one is not None]
    pull.reviewers = list(dict.fromkeys([*pull.reviewers, *names]))
    pull.teams = list(dict.fromkeys([*pull.teams, *teams]))
    return Answer(201, pull_shape(call, pull))


def remove_reviewers(call: Call) -> Answer:
    """https://docs.github.com/rest/pulls/review-requests#remove-requested-reviewers-from-a-pull-request."""
    pull = call.pull()
    gone = {login.lower() for login in call.body.get("reviewers", [])}
    pull.reviewers = [login for login in pull.reviewers if login.lower() not in gone]
    pull.teams = [slug for slug in pull.teams if slug not in call.body.get("team_reviewers", [])]
    return Answer(200, pull_shape(call, pull))


def list_reviews(call: Call) -> Answer:
    """https://docs.github.com/rest/pulls/reviews#list-reviews-for-a-pull-request."""
    pull = call.pull()
    return Answer(200, [shape(call, one, pull) for one in pull.reviews])


def get_review(call: Call) -> Answer:
    """https://docs.github.com/rest/pulls/reviews#get-a-review-for-a-pull-request."""
    pull = call.pull()
    for one in pull.reviews:
        if one.id == int(call.named["id"]):
            return Answer(200, shape(call, one, pull))
    raise not_found(_PAGE)


def create_review(call: Call) -> Answer:
    """https://docs.github.com/rest/pulls/reviews#create-a-review-for-a-pull-request.

    With comments, it is all or nothing: one outside the diff refuses the whole.
    """
    pull, comments = call.pull(), list(call.body.get("comments", []))
    event, text = call.given("event", "COMMENT"), call.given("body")
    check_length("PullRequestReview", text, _PAGE)
    kept = list(pull.threads)
    made = None
    try:
        threads = [
            begin(call.state, pull, call.who, one["body"], Spot(one["path"], int(one["line"])))
            for one in comments
        ]
        made = review(call.state, pull, call.who, event, text, silent=bool(comments))
    finally:
        if made is None:
            pull.threads = kept
    for thread in threads:
        thread.comments[0].review = made.id
    return Answer(200, shape(call, made, pull))


def review(
    state: State, pull: Pull, who: Account, event: str, text: str, *, silent: bool = False
) -> Review:
    """Review a pull request; whoever was asked to need not any more.

    https://docs.github.com/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/about-pull-request-reviews
    Authors may comment on their own, and neither approve nor request changes. A review that is no
    approval needs words.

    Raises:
        Refused: it is none of these.
    """
    if event not in _STATES:
        raise invalid("PullRequestReview", "event", "invalid", page=_PAGE)
    if who is pull.author and event != "COMMENT":
        verb = "approve" if event == "APPROVE" else "request changes on"
        raise refuse(422, f"Can not {verb} your own pull request", _PAGE)
    if event != "APPROVE" and not text.strip() and not silent:
        raise invalid("PullRequestReview", "body", "missing_field", page=_PAGE)
    made = Review(state.new_id(), who, _STATES[event], text, pull.head_sha, state.now())
    pull.reviews.append(made)
    pull.reviewers = [login for login in pull.reviewers if login != who.login]
    return made
