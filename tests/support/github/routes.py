"""The table of what REST answers: method, path, function, and the permission that it needs."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from tests.support.github import (
    accounts,
    checks,
    issues,
    pulls,
    refs,
    reviews,
    threads,
    updating,
    workflows,
)
from tests.support.github.answers import Answer
from tests.support.github.call import Call
from tests.support.github.state import Permission

_REPO = "/repos/{owner}/{repo}"
_PARTS = {"number": r"\d+", "id": r"\d+", "ref": ".+?", "branch": ".+"}


@dataclass(frozen=True)
class Route:
    """One row."""

    method: str
    path: str
    answer: Callable[[Call], Answer]
    least: Permission = "read"

    def match(self, method: str, path: str) -> Mapping[str, str] | None:
        """Return what the path names, unquoted, if it is this row's."""
        if method != self.method:
            return None
        found = _compiled(self.path).fullmatch(path)
        return {name: unquote(part) for name, part in found.groupdict().items()} if found else None


_patterns: dict[str, re.Pattern[str]] = {}


def _compiled(path: str) -> re.Pattern[str]:
    if path not in _patterns:
        parts = re.split(r"\{(\w+)\}", path)
        names = (f"(?P<{name}>{_PARTS.get(name, '[^/]+')})" for name in parts[1::2])
        text = "".join(re.escape(part) + next(names, "") for part in parts[::2])
        _patterns[path] = re.compile(text)
    return _patterns[path]


ROUTES: tuple[Route, ...] = (
    Route("GET", "/user", accounts.me, "none"),
    Route("GET", "/users/{login}", accounts.get_user, "none"),
    Route("GET", _REPO, refs.get_repository),
    Route("GET", f"{_REPO}/branches", refs.list_branches),
    Route("GET", f"{_REPO}/branches/{{branch}}", refs.get_branch),
    Route("GET", f"{_REPO}/git/ref/{{ref}}", refs.get_ref),
    Route("GET", f"{_REPO}/git/matching-refs/{{ref}}", refs.matching_refs),
    Route("POST", f"{_REPO}/git/refs", refs.create_ref, "write"),
    Route("PATCH", f"{_REPO}/git/refs/{{ref}}", refs.update_ref, "write"),
    Route("DELETE", f"{_REPO}/git/refs/{{ref}}", refs.delete_ref, "write"),
    Route("GET", f"{_REPO}/pulls", pulls.list_pulls),
    Route("POST", f"{_REPO}/pulls", pulls.create_pull, "write"),
    Route("GET", f"{_REPO}/pulls/{{number}}", pulls.get_pull),
    Route("PATCH", f"{_REPO}/pulls/{{number}}", updating.update_pull, "write"),
    Route("GET", f"{_REPO}/pulls/{{number}}/commits", pulls.list_commits),
    Route("GET", f"{_REPO}/pulls/{{number}}/files", pulls.list_files),
    Route("GET", f"{_REPO}/pulls/{{number}}/merge", pulls.is_merged),
    Route("PUT", f"{_REPO}/pulls/{{number}}/merge", pulls.merge_pull, "write"),
    Route("GET", f"{_REPO}/pulls/{{number}}/requested_reviewers", reviews.list_reviewers),
    Route(
        "POST", f"{_REPO}/pulls/{{number}}/requested_reviewers", reviews.request_reviewers, "write"
    ),
    Route(
        "DELETE", f"{_REPO}/pulls/{{number}}/requested_reviewers", reviews.remove_reviewers, "write"
    ),
    Route("GET", f"{_REPO}/pulls/{{number}}/reviews", reviews.list_reviews),
    Route("POST", f"{_REPO}/pulls/{{number}}/reviews", reviews.create_review),
    Route("GET", f"{_REPO}/pulls/{{number}}/reviews/{{id}}", reviews.get_review),
    Route("GET", f"{_REPO}/pulls/{{number}}/reviews/{{id}}/comments", threads.list_of_review),
    Route("GET", f"{_REPO}/pulls/{{number}}/comments", threads.list_comments),
    Route("POST", f"{_REPO}/pulls/{{number}}/comments", threads.create_comment),
    Route("POST", f"{_REPO}/pulls/{{number}}/comments/{{id}}/replies", threads.create_reply),
    Route("GET", f"{_REPO}/pulls/comments/{{id}}", threads.get_comment),
    Route("GET", f"{_REPO}/issues/{{number}}", issues.get_issue),
    Route("GET", f"{_REPO}/issues/{{number}}/comments", issues.list_comments),
    Route("POST", f"{_REPO}/issues/{{number}}/comments", issues.create_comment),
    Route("GET", f"{_REPO}/issues/comments/{{id}}", issues.get_comment),
    Route("PATCH", f"{_REPO}/issues/comments/{{id}}", issues.update_comment),
    Route("DELETE", f"{_REPO}/issues/comments/{{id}}", issues.delete_comment),
    Route("GET", f"{_REPO}/labels", issues.list_repository_labels),
    Route("POST", f"{_REPO}/labels", issues.create_label, "write"),
    Route("GET", f"{_REPO}/issues/{{number}}/labels", issues.list_labels),
    Route("POST", f"{_REPO}/issues/{{number}}/labels", issues.add_labels, "triage"),
    Route("PUT", f"{_REPO}/issues/{{number}}/labels", issues.set_labels, "triage"),
    Route("DELETE", f"{_REPO}/issues/{{number}}/labels", issues.remove_labels, "triage"),
    Route("DELETE", f"{_REPO}/issues/{{number}}/labels/{{name}}", issues.remove_label, "triage"),
    Route("GET", f"{_REPO}/commits/{{ref}}/check-runs", checks.list_runs),
    Route("GET", f"{_REPO}/commits/{{ref}}/status", checks.combined_status),
    Route("GET", f"{_REPO}/commits/{{ref}}/statuses", checks.list_statuses),
    Route("GET", f"{_REPO}/commits/{{ref}}", refs.get_commit),
    Route("POST", f"{_REPO}/statuses/{{sha}}", checks.create_status, "write"),
    Route("POST", f"{_REPO}/check-runs", checks.create_run, "write"),
    Route("GET", f"{_REPO}/check-runs/{{id}}/annotations", checks.annotations),
    Route("GET", f"{_REPO}/collaborators", accounts.list_collaborators, "write"),
    Route("GET", f"{_REPO}/collaborators/{{login}}", accounts.is_collaborator),
    Route("GET", f"{_REPO}/collaborators/{{login}}/permission", accounts.permission, "write"),
    Route("GET", f"{_REPO}/actions/runs/{{id}}", workflows.get_run),
)


def find(method: str, path: str) -> tuple[Route, Mapping[str, str]] | None:
    """Return the row that a request means, and what its path names."""
    for route in ROUTES:
        named = route.match(method, path)
        if named is not None:
            return route, named
    return None
