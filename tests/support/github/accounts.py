"""Who one is, and what others may do."""

from tests.support.github.answers import Answer, not_found, refuse
from tests.support.github.call import Call
from tests.support.github.shapes import user
from tests.support.github.state import Account

_PAGE = "collaborators/collaborators"
_LEGACY = {"maintain": "write", "triage": "read"}


def me(call: Call) -> Answer:
    """https://docs.github.com/rest/users/users#get-the-authenticated-user: not for installations.

    https://docs.github.com/rest/authentication/endpoints-available-for-github-app-installation-access-tokens
    """
    if call.who.bot:
        page = "users/users#get-the-authenticated-user"
        raise refuse(403, "Resource not accessible by integration", page)
    return Answer(200, user(call, call.who))


def get_user(call: Call) -> Answer:
    """https://docs.github.com/rest/users/users#get-a-user."""
    return Answer(200, user(call, _named(call)))


def _named(call: Call) -> Account:
    found = call.state.accounts.get(call.named["login"].lower())
    if found is None:
        raise not_found("users/users#get-a-user")
    return found


def list_collaborators(call: Call) -> Answer:
    """https://docs.github.com/rest/collaborators/collaborators#list-repository-collaborators."""
    found = [one for one in call.state.accounts.values() if one.collaborator]
    return Answer(200, [user(call, one) for one in found])


def is_collaborator(call: Call) -> Answer:
    """https://docs.github.com/rest/collaborators/collaborators#check-if-a-user-is-a-repository-collaborator."""
    found = call.state.accounts.get(call.named["login"].lower())
    if found is None or not found.collaborator:
        raise not_found(f"{_PAGE}#check-if-a-user-is-a-repository-collaborator")
    return Answer(204)


def permission(call: Call) -> Answer:
    """https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user.

    `permission` knows admin, write, read and none: maintain is write in it, triage is read;
    `role_name` says which. Anybody may read what is public.
    """
    found = _named(call)
    role = found.permission
    if role == "none" and not call.state.settings.private:
        role = "read"
    body = {"permission": _LEGACY.get(role, role), "role_name": role, "user": user(call, found)}
    return Answer(200, body)
