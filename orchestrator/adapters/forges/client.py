"""The client that GitHub is asked by: it neither waits nor asks again by itself, `Pace` does."""

from github import Github
from github.Auth import Auth


def client(api: str, auth: Auth) -> Github:
    """Return a client of the REST interface at `api`; it asks for nothing yet."""
    return Github(
        base_url=api,
        auth=auth,
        timeout=30,
        per_page=100,
        retry=None,
        seconds_between_requests=None,
        seconds_between_writes=None,
    )
