"""Branches and refs."""

from typing import Any

from tests.support.github.answers import Answer, invalid, not_found, refuse
from tests.support.github.call import Call
from tests.support.github.following import follow
from tests.support.github.shapes import commit, repository

_PAGE = "git/refs"


def get_repository(call: Call) -> Answer:
    """https://docs.github.com/rest/repos/repos#get-a-repository."""
    return Answer(200, repository(call))


def list_branches(call: Call) -> Answer:
    """https://docs.github.com/rest/branches/branches#list-branches."""
    return Answer(200, [_branch(call, name, sha) for name, sha in _heads(call).items()])


def get_branch(call: Call) -> Answer:
    """https://docs.github.com/rest/branches/branches#get-a-branch."""
    name = call.named["branch"]
    sha = call.state.bare.tip(name)
    if sha is None:
        raise refuse(404, "Branch not found", "branches/branches#get-a-branch")
    return Answer(200, {**_branch(call, name, sha), "commit": commit(call, sha)})


def _heads(call: Call) -> dict[str, str]:
    refs = call.state.bare.refs()
    return {name.removeprefix("refs/heads/"): sha for name, sha in refs.items()}


def _branch(call: Call, name: str, sha: str) -> dict[str, Any]:
    return {
        "name": name,
        "commit": {"sha": sha, "url": f"{call.repo}/commits/{sha}"},
        "protected": False,
    }


def get_ref(call: Call) -> Answer:
    """https://docs.github.com/rest/git/refs#get-a-reference."""
    name = f"refs/{call.named['ref']}"
    sha = call.state.bare.refs("refs/").get(name)
    if sha is None:
        raise not_found(f"{_PAGE}#get-a-reference")
    return Answer(200, _ref(call, name, sha))


def matching_refs(call: Call) -> Answer:
    """https://docs.github.com/rest/git/refs#list-matching-references."""
    found = call.state.bare.refs(f"refs/{call.named['ref']}")
    return Answer(200, [_ref(call, name, sha) for name, sha in found.items()])


def create_ref(call: Call) -> Answer:
    """https://docs.github.com/rest/git/refs#create-a-reference."""
    name, sha = call.given("ref"), call.state.bare.commit_of(call.given("sha"))
    if not name.startswith("refs/") or name.count("/") < 2:
        raise refuse(422, "Reference name must start with 'refs/' and have two slashes", _PAGE)
    if sha is None:
        raise refuse(422, "Object does not exist", f"{_PAGE}#create-a-reference")
    if name in call.state.bare.refs("refs/"):
        raise refuse(422, "Reference already exists", f"{_PAGE}#create-a-reference")
    call.state.bare.move(name, sha)
    follow(call.state)
    return Answer(201, _ref(call, name, sha))


def update_ref(call: Call) -> Answer:
    """https://docs.github.com/rest/git/refs#update-a-reference."""
    bare, name = call.state.bare, f"refs/{call.named['ref']}"
    old, sha = bare.refs("refs/").get(name), bare.commit_of(call.given("sha"))
    if old is None:
        raise refuse(422, "Reference does not exist", f"{_PAGE}#update-a-reference")
    if sha is None:
        raise refuse(422, "Object does not exist", f"{_PAGE}#update-a-reference")
    if not call.body.get("force") and not bare.contains(sha, old):
        raise refuse(422, "Update is not a fast forward", f"{_PAGE}#update-a-reference")
    bare.move(name, sha, old)
    follow(call.state)
    return Answer(200, _ref(call, name, sha))


def delete_ref(call: Call) -> Answer:
    """https://docs.github.com/rest/git/refs#delete-a-reference.

    422 for the default branch and for what is not there. What is based on the branch is closed,
    also after a merge: retargeting belongs to GitHub's own button (see `following`).
    """
    bare, name = call.state.bare, f"refs/{call.named['ref']}"
    if name not in bare.refs("refs/"):
        raise refuse(422, "Reference does not exist", f"{_PAGE}#delete-a-reference")
    if name == f"refs/heads/{call.state.settings.default_branch}":
        raise refuse(422, "Cannot delete the default branch", f"{_PAGE}#delete-a-reference")
    bare.delete(name)
    follow(call.state)
    return Answer(204)


def _ref(call: Call, name: str, sha: str) -> dict[str, Any]:
    return {
        "ref": name,
        "node_id": f"REF_{name}",
        "url": f"{call.repo}/git/{name}",
        "object": {
            "type": call.state.bare.git("cat-file", "-t", sha),
            "sha": sha,
            "url": f"{call.repo}/git/commits/{sha}",
        },
    }


def get_commit(call: Call) -> Answer:
    """https://docs.github.com/rest/commits/commits#get-a-commit; 422 where there is none."""
    return Answer(200, commit(call, resolved(call)))


def resolved(call: Call) -> str:
    """Return the commit that `{ref}` of a path means: an object's name, a branch, `heads/…`.

    Raises:
        Refused: there is none.
    """
    given = call.named["ref"]
    bare = call.state.bare
    sha = bare.commit_of(f"refs/heads/{given}") or bare.commit_of(given)
    if sha is None:
        message = f"No commit found for SHA: {given}"
        raise refuse(422, message, "commits/commits#get-a-commit")
    return sha


def commit_named(call: Call) -> str:
    """Return the commit whose full name a path has.

    Raises:
        Refused: there is none.
    """
    sha = call.state.bare.commit_of(call.named["sha"])
    if sha is None:
        raise invalid("Status", "sha", "custom", "No commit found for SHA", "commits/statuses")
    return sha
