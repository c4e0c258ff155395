"""The JSON of what is said and reported about pull requests: comments, reviews, checks."""

from tests.support.github.call import Call
from tests.support.github.shapes import Json, association, user
from tests.support.github.state import CheckRun, Comment, Pull, Review, Status, Thread


def comment(call: Call, it: Comment, number: int) -> Json:
    """https://docs.github.com/rest/issues/comments#get-an-issue-comment."""
    return {
        **_said(call, it),
        "node_id": f"IC_{it.id}",
        "url": f"{call.repo}/issues/comments/{it.id}",
        "issue_url": f"{call.repo}/issues/{number}",
        "html_url": f"{call.site}/{call.state.full_name}/pull/{number}#issuecomment-{it.id}",
    }


def _said(call: Call, it: Comment) -> Json:
    return {
        "id": it.id,
        "body": it.body,
        "user": user(call, it.author),
        "author_association": association(it.author),
        "created_at": it.created_at,
        "updated_at": it.updated_at,
    }


def line_comment(call: Call, it: Comment, thread: Thread, pull: Pull, *, current: bool) -> Json:
    """https://docs.github.com/rest/pulls/comments#get-a-review-comment-for-a-pull-request.

    The line of an outdated comment is null, its original line stays.
    """
    first = thread.comments[0]
    html = f"{call.site}/{call.state.full_name}/pull/{pull.number}"
    return {
        **_said(call, it),
        "node_id": f"PRRC_{it.id}",
        "pull_request_review_id": it.review,
        "path": thread.path,
        "diff_hunk": thread.hunk,
        "commit_id": pull.head_sha if current else thread.commit,
        "original_commit_id": thread.commit,
        "line": thread.line if current else None,
        "original_line": thread.line,
        "side": thread.side,
        "position": 1 if current else None,
        "original_position": 1,
        "subject_type": "line",
        "url": f"{call.repo}/pulls/comments/{it.id}",
        "pull_request_url": f"{call.repo}/pulls/{pull.number}",
        "html_url": f"{html}#discussion_r{it.id}",
        **({} if it is first else {"in_reply_to_id": first.id}),
    }


def review(call: Call, it: Review, pull: Pull) -> Json:
    """https://docs.github.com/rest/pulls/reviews#get-a-review-for-a-pull-request."""
    html = f"{call.site}/{call.state.full_name}/pull/{pull.number}"
    return {
        "id": it.id,
        "node_id": f"PRR_{it.id}",
        "user": user(call, it.author),
        "body": it.body,
        "state": it.state,
        "commit_id": it.commit,
        "submitted_at": it.submitted_at,
        "author_association": association(it.author),
        "pull_request_url": f"{call.repo}/pulls/{pull.number}",
        "html_url": f"{html}#pullrequestreview-{it.id}",
    }


def check_run(call: Call, it: CheckRun) -> Json:
    """https://docs.github.com/rest/checks/runs#get-a-check-run."""
    url = f"{call.repo}/check-runs/{it.id}"
    return {
        "id": it.id,
        "node_id": f"CR_{it.id}",
        "name": it.name,
        "head_sha": it.sha,
        "status": it.status,
        "conclusion": it.conclusion,
        "started_at": it.started_at,
        "completed_at": it.completed_at,
        "details_url": it.details_url,
        "html_url": f"{call.site}/{call.state.full_name}/runs/{it.id}",
        "url": url,
        "output": {
            "title": it.title,
            "summary": it.summary,
            "text": None,
            "annotations_count": 0,
            "annotations_url": f"{url}/annotations",
        },
        "app": {"id": 1, "slug": "checks", "name": "checks"},
        "pull_requests": [],
    }


def status(call: Call, it: Status) -> Json:
    """https://docs.github.com/rest/commits/statuses#list-commit-statuses-for-a-reference."""
    return {
        "id": it.id,
        "state": it.state,
        "context": it.context,
        "description": it.description,
        "target_url": it.target_url,
        "created_at": it.created_at,
        "updated_at": it.created_at,
        "url": f"{call.repo}/statuses/{it.sha}",
    }
