"""The values as GitHub's JSON; the fields that clients read, at the addresses where they are.

Field names are those of GitHub's own description, https://github.com/github/rest-api-description.
"""

from typing import Any

from tests.support.github.call import Call
from tests.support.github.merging import mergeability
from tests.support.github.state import Account, Pull

Json = dict[str, Any]


def user(call: Call, account: Account) -> Json:
    """https://docs.github.com/rest/users/users#get-a-user."""
    return {
        "login": account.login,
        "id": account.id,
        "node_id": f"U_{account.id}",
        "type": "Bot" if account.bot else "User",
        "site_admin": False,
        "name": account.login,
        "url": f"{call.api}/users/{account.login}",
        "html_url": f"{call.site}/{account.login}",
        "avatar_url": f"{call.site}/{account.login}.png",
    }


def association(account: Account) -> str:
    """https://docs.github.com/graphql/reference/enums#commentauthorassociation."""
    return "COLLABORATOR" if account.collaborator else "NONE"


def repository(call: Call) -> Json:
    """https://docs.github.com/rest/repos/repos#get-a-repository."""
    state, settings = call.state, call.state.settings
    html = f"{call.site}/{state.full_name}"
    owner = state.accounts[state.owner.lower()]
    levels = {"admin": "admin", "maintain": "maintain", "push": "write", "triage": "triage"}
    return {
        "id": 1,
        "node_id": "R_1",
        "name": state.name,
        "full_name": state.full_name,
        "owner": {**user(call, owner), "type": "Organization"},
        "private": settings.private,
        "fork": False,
        "archived": False,
        "html_url": html,
        "clone_url": f"{html}.git",
        "url": call.repo,
        "default_branch": settings.default_branch,
        "allow_merge_commit": "merge" in settings.methods,
        "allow_squash_merge": "squash" in settings.methods,
        "allow_rebase_merge": "rebase" in settings.methods,
        "delete_branch_on_merge": settings.delete_branch_on_merge,
        "permissions": {
            **{name: call.who.may(least) for name, least in levels.items()},  # type: ignore[arg-type]
            "pull": True,
        },
    }


def side(call: Call, branch: str, sha: str) -> Json:
    """Return the head or the base of a pull request."""
    owner = call.state.accounts[call.state.owner.lower()]
    return {
        "label": f"{call.state.owner}:{branch}",
        "ref": branch,
        "sha": sha,
        "user": user(call, owner),
        "repo": repository(call),
    }


def pull(call: Call, it: Pull, *, whole: bool = False) -> Json:
    """https://docs.github.com/rest/pulls/pulls#get-a-pull-request; lists have less of it."""
    url, issue = f"{call.repo}/pulls/{it.number}", f"{call.repo}/issues/{it.number}"
    html = f"{call.site}/{call.state.full_name}/pull/{it.number}"
    people = [call.state.accounts[login.lower()] for login in it.reviewers]
    more = _more(call, it) if whole else {}  # a look at it may make its test merge
    return {
        "id": it.id,
        "node_id": f"PR_{it.id}",
        "number": it.number,
        "state": "open" if it.open else "closed",
        "title": it.title,
        "body": it.body,
        "user": user(call, it.author),
        "draft": it.draft,
        "locked": False,
        "labels": [label(call, name) for name in it.labels],
        "requested_reviewers": [user(call, person) for person in people],
        "requested_teams": [team(call, slug) for slug in it.teams],
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "author_association": association(it.author),
        "head": side(call, it.head, it.head_sha),
        "base": side(call, it.base, it.base_sha),
        "url": url,
        "issue_url": issue,
        "html_url": html,
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        "comments_url": f"{issue}/comments",
        "commits_url": f"{url}/commits",
        "review_comments_url": f"{url}/comments",
        "review_comment_url": f"{url}/comments{{/number}}",
        "statuses_url": f"{call.repo}/statuses/{it.head_sha}",
        "created_at": it.created_at,
        "updated_at": it.updated_at,
        "closed_at": it.closed_at,
        "merged_at": it.merged_at,
        "merge_commit_sha": it.merge_commit,
        "auto_merge": None,
        **more,
    }


def _more(call: Call, it: Pull) -> Json:
    """Return what a pull request has only when it is got by its number."""
    mergeable, state = mergeability(call.state, it)
    numbers = call.state.bare.git("diff", "--numstat", f"{it.base_sha}...{it.head_sha}")
    rows = [row.split("\t") for row in numbers.splitlines()]
    return {
        "merged": it.merged_at is not None,
        "merged_by": None if it.merged_by is None else user(call, it.merged_by),
        "mergeable": mergeable,
        "mergeable_state": state,
        "rebaseable": mergeable,
        "maintainer_can_modify": False,
        "comments": len(it.comments),
        "review_comments": sum(len(thread.comments) for thread in it.threads),
        "commits": len(call.state.bare.between(it.base_sha, it.head_sha)),
        "additions": sum(int(row[0]) for row in rows if row[0] != "-"),
        "deletions": sum(int(row[1]) for row in rows if row[1] != "-"),
        "changed_files": len(rows),
    }


def issue(call: Call, it: Pull) -> Json:
    """https://docs.github.com/rest/issues/issues#get-an-issue: every pull request is one."""
    whole = pull(call, it)
    shared = ("number", "state", "title", "body", "user", "labels", "locked", "assignees")
    times = ("created_at", "updated_at", "closed_at", "html_url", "author_association")
    links = {name: whole[name] for name in ("url", "html_url", "diff_url", "patch_url")}
    return {
        **{name: whole[name] for name in (*shared, *times)},
        "id": it.id,
        "url": whole["issue_url"],
        "comments": len(it.comments),
        "comments_url": whole["comments_url"],
        "pull_request": {**links, "merged_at": it.merged_at},
    }


def label(call: Call, name: str) -> Json:
    """https://docs.github.com/rest/issues/labels#get-a-label."""
    color = call.state.labels.get(name.lower(), "ededed")
    return {
        "id": 1,
        "name": name,
        "color": color,
        "default": False,
        "url": f"{call.repo}/labels/{name}",
    }


def team(call: Call, slug: str) -> Json:
    """https://docs.github.com/rest/teams/teams#get-a-team-by-name."""
    url = f"{call.api}/orgs/{call.state.owner}/teams/{slug}"
    return {"id": 1, "slug": slug, "name": slug, "url": url, "permission": "push"}


def commit(call: Call, sha: str) -> Json:
    """https://docs.github.com/rest/commits/commits#get-a-commit."""
    bare = call.state.bare
    form = "%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%T%x00%P%x00%B"
    name, mail, at, by, by_mail, by_at, tree, parents, message = bare.show(sha, form).split("\0")
    return {
        "sha": sha,
        "node_id": f"C_{sha}",
        "url": f"{call.repo}/commits/{sha}",
        "html_url": f"{call.site}/{call.state.full_name}/commit/{sha}",
        "commit": {
            "message": message.rstrip("\n"),
            "tree": {"sha": tree, "url": f"{call.repo}/git/trees/{tree}"},
            "author": {"name": name, "email": mail, "date": at},
            "committer": {"name": by, "email": by_mail, "date": by_at},
        },
        "author": None,
        "committer": None,
        "parents": [{"sha": one, "url": f"{call.repo}/commits/{one}"} for one in parents.split()],
    }
