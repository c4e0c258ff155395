"""What a pull request shares with issues: comments below it, and labels."""

from tests.support.github.answers import Answer, invalid, not_found
from tests.support.github.call import Call
from tests.support.github.notes import comment as shape
from tests.support.github.shapes import issue, label
from tests.support.github.state import Comment, Pull

_COMMENTS = "issues/comments"
_LABELS = "issues/labels"


def get_issue(call: Call) -> Answer:
    """https://docs.github.com/rest/issues/issues#get-an-issue."""
    return Answer(200, issue(call, call.pull()))


def list_comments(call: Call) -> Answer:
    """https://docs.github.com/rest/issues/comments#list-issue-comments: the oldest first."""
    pull = call.pull()
    return Answer(200, [shape(call, one, pull.number) for one in pull.comments])


def create_comment(call: Call) -> Answer:
    """https://docs.github.com/rest/issues/comments#create-an-issue-comment."""
    pull = call.pull()
    text = call.text("IssueComment", page=f"{_COMMENTS}#create-an-issue-comment")
    now = call.state.now()
    made = Comment(call.state.new_id(), call.who, text, now, now)
    pull.comments.append(made)
    return Answer(201, shape(call, made, pull.number))


def get_comment(call: Call) -> Answer:
    """https://docs.github.com/rest/issues/comments#get-an-issue-comment."""
    pull, found = _found(call)
    return Answer(200, shape(call, found, pull.number))


def update_comment(call: Call) -> Answer:
    """https://docs.github.com/rest/issues/comments#update-an-issue-comment."""
    pull, found = _found(call)
    found.body = call.text("IssueComment", page=f"{_COMMENTS}#update-an-issue-comment")
    found.updated_at = call.state.now()
    return Answer(200, shape(call, found, pull.number))


def delete_comment(call: Call) -> Answer:
    """https://docs.github.com/rest/issues/comments#delete-an-issue-comment."""
    pull, found = _found(call)
    pull.comments.remove(found)
    return Answer(204)


def _found(call: Call) -> tuple[Pull, Comment]:
    for pull in call.state.pulls.values():
        for one in pull.comments:
            if one.id == int(call.named["id"]):
                return pull, one
    raise not_found(_COMMENTS)


def list_labels(call: Call) -> Answer:
    """https://docs.github.com/rest/issues/labels#list-labels-for-an-issue."""
    return Answer(200, [label(call, name) for name in call.pull().labels])


def list_repository_labels(call: Call) -> Answer:
    """https://docs.github.com/rest/issues/labels#list-labels-for-a-repository."""
    return Answer(200, [label(call, name) for name in call.state.labels])


def create_label(call: Call) -> Answer:
    """https://docs.github.com/rest/issues/labels#create-a-label: 422 where there is one."""
    name = call.given("name")
    page = f"{_LABELS}#create-a-label"
    if not name:
        raise invalid("Label", "name", "missing_field", page=page)
    if name.lower() in call.state.labels:
        raise invalid("Label", "name", "already_exists", page=page)
    call.state.labels[name.lower()] = call.given("color", "ededed")
    return Answer(201, label(call, name))


def add_labels(call: Call) -> Answer:
    """https://docs.github.com/rest/issues/labels#add-labels-to-an-issue.

    One that the repository has not is made, in colour ededed
    (https://github.com/github/docs/issues/35718).
    """
    return _labelled(call, [*call.pull().labels, *_names(call)])


def set_labels(call: Call) -> Answer:
    """https://docs.github.com/rest/issues/labels#set-labels-for-an-issue."""
    return _labelled(call, _names(call))


def remove_label(call: Call) -> Answer:
    """https://docs.github.com/rest/issues/labels#remove-a-label-from-an-issue: else 404."""
    kept = [name for name in call.pull().labels if name.lower() != call.named["name"].lower()]
    if len(kept) == len(call.pull().labels):
        raise not_found(f"{_LABELS}#remove-a-label-from-an-issue")
    return _labelled(call, kept)


def remove_labels(call: Call) -> Answer:
    """https://docs.github.com/rest/issues/labels#remove-all-labels-from-an-issue."""
    _labelled(call, [])
    return Answer(204)


def _names(call: Call) -> list[str]:
    given = call.body.get("labels", []) if isinstance(call.body, dict) else call.body
    return [one["name"] if isinstance(one, dict) else str(one) for one in given]


def _labelled(call: Call, names: list[str]) -> Answer:
    pull = call.pull()
    pull.labels = list({name.lower(): name for name in reversed(names)}.values())[::-1]
    for name in names:
        call.state.labels.setdefault(name.lower(), "ededed")
    return Answer(200, [label(call, name) for name in pull.labels])
