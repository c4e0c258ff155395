"""Conversations on lines: comments, replies, and what became outdated."""

from dataclasses import dataclass

from tests.support.github.answers import Answer, invalid, not_found
from tests.support.github.call import Call
from tests.support.github.diffs import hunk_of, untouched
from tests.support.github.notes import line_comment
from tests.support.github.state import Account, Comment, Pull, State, Thread

_PAGE = "pulls/comments"


def current(state: State, pull: Pull, thread: Thread) -> bool:
    """Return whether the line stands as it was when the thread was begun: it is not outdated."""
    return untouched(state.bare, thread.commit, pull.head_sha, thread.path, thread.line)


@dataclass(frozen=True)
class Spot:
    """A line of a file, on the LEFT (old) or RIGHT (new) side of a diff."""

    path: str
    line: int
    side: str = "RIGHT"


def begin(state: State, pull: Pull, who: Account, text: str, spot: Spot) -> Thread:
    """Begin a thread.

    The line must be part of the diff (https://github.com/gitgitgadget/git/pull/1444).

    Raises:
        Refused: it is not.
    """
    shown = state.bare.git("diff", "-U3", f"{pull.base_sha}...{pull.head_sha}", "--", spot.path)
    hunk = hunk_of(shown, spot.line, spot.side)
    if hunk is None:
        field = "pull_request_review_thread.line"
        words = f"{field} must be part of the diff"
        raise invalid("PullRequestReviewComment", field, "custom", words, _PAGE)
    made = Thread(state.new_id(), spot.path, spot.line, pull.head_sha, hunk)
    made.side = "LEFT" if spot.side == "LEFT" else "RIGHT"
    pull.threads.append(made)
    reply(state, made, who, text)
    return made


def reply(state: State, thread: Thread, who: Account, text: str) -> Comment:
    """Add to a thread; that resolves nothing and reopens nothing."""
    now = state.now()
    made = Comment(state.new_id(), who, text, now, now)
    thread.comments.append(made)
    return made


def list_comments(call: Call) -> Answer:
    """https://docs.github.com/rest/pulls/comments#list-review-comments-on-a-pull-request.

    By ascending id. Whether a thread is resolved, REST does not say.
    """
    pull = call.pull()
    pairs = [(one, thread) for thread in pull.threads for one in thread.comments]
    pairs.sort(key=lambda pair: pair[0].id)
    return Answer(200, [_shape(call, pull, thread, one) for one, thread in pairs])


def list_of_review(call: Call) -> Answer:
    """https://docs.github.com/rest/pulls/reviews#list-comments-for-a-pull-request-review."""
    pull = call.pull()
    said = [
        _shape(call, pull, thread, one)
        for thread in pull.threads
        for one in thread.comments
        if one.review == int(call.named["id"])
    ]
    return Answer(200, said)


def create_comment(call: Call) -> Answer:
    """https://docs.github.com/rest/pulls/comments#create-a-review-comment-for-a-pull-request."""
    if "in_reply_to" in call.body:
        return _reply_to(call, int(call.body["in_reply_to"]))
    pull, page = call.pull(), f"{_PAGE}#create-a-review-comment-for-a-pull-request"
    text = call.text("PullRequestReviewComment", page=page)
    line = int(call.body.get("line") or 0)
    spot = Spot(call.given("path"), line, call.given("side", "RIGHT"))
    thread = begin(call.state, pull, call.who, text, spot)
    return Answer(201, _shape(call, pull, thread, thread.comments[0]))


def create_reply(call: Call) -> Answer:
    """https://docs.github.com/rest/pulls/comments#create-a-reply-for-a-review-comment."""
    return _reply_to(call, int(call.named["id"]))


def _reply_to(call: Call, identity: int) -> Answer:
    pull, page = call.pull(), f"{_PAGE}#create-a-reply-for-a-review-comment"
    for thread in pull.threads:
        if any(one.id == identity for one in thread.comments):
            text = call.text("PullRequestReviewComment", page=page)
            made = reply(call.state, thread, call.who, text)
            return Answer(201, _shape(call, pull, thread, made))
    raise not_found(page)


def get_comment(call: Call) -> Answer:
    """https://docs.github.com/rest/pulls/comments#get-a-review-comment-for-a-pull-request."""
    for pull in call.state.pulls.values():
        for thread in pull.threads:
            for one in thread.comments:
                if one.id == int(call.named["id"]):
                    return Answer(200, _shape(call, pull, thread, one))
    raise not_found(_PAGE)


def _shape(call: Call, pull: Pull, thread: Thread, one: Comment) -> dict[str, object]:
    return line_comment(call, one, thread, pull, current=current(call.state, pull, thread))
