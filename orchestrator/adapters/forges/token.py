"""The key to GitHub: an App's, one of the environment, or the one that `gh` keeps."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from github import Auth, GithubIntegration

from orchestrator.adapters.forges.address import Address
from orchestrator.adapters.forges.pace import Pace
from orchestrator.errors import AuthenticationError, UsageError

OWN = ("GH_TOKEN", "GITHUB_TOKEN")
ENTERPRISE = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")
APP_ID = "LEAFCUT_APP_ID"
APP_KEY = "LEAFCUT_APP_PRIVATE_KEY"
SECRETS = (*OWN, *ENTERPRISE, APP_KEY)
"""The variables that are taken out of the environment before anything else is run."""

_GH_SEES = ("PATH", "HOME", "XDG_CONFIG_HOME", "GH_CONFIG_DIR", "DBUS_SESSION_BUS_ADDRESS")
_PATIENCE_S = 10


def key_for(where: Address, secrets: Mapping[str, str], pace: Pace) -> Auth.Auth:
    """Return the key for a host; github.com's is shown to no other that no person has named.

    Raises:
        AuthenticationError: there is none.
        UsageError: an App is named and its private key is not to be had.
    """
    if app := os.environ.get(APP_ID):
        return _of_app(app, secrets, where, pace)
    if found := next(filter(None, map(secrets.get, _names(where))), "") or _of_gh(where):
        return Auth.Token(found)
    raise AuthenticationError(
        f"there is no key for {where.host}",
        hint=f"set {_names(where)[0]}, or gh auth login --hostname {where.host}; docs/github.md",
    )


def _names(where: Address) -> tuple[str, ...]:
    """Return the variables whose key the host may see, as `gh` reads them, the first one first.

    https://cli.github.com/manual/gh_help_environment
    """
    if where.is_githubs_own:
        return OWN
    own = {os.environ.get("GH_HOST"), _host_of(os.environ.get("GITHUB_SERVER_URL", ""))}
    return (*ENTERPRISE, *(OWN if where.named or where.host in own else ()))


def _host_of(url: str) -> str:
    return url.partition("://")[2].strip("/")


def _of_gh(where: Address) -> str:
    gh = shutil.which("gh")
    if gh is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - a list, no shell, a clean environment
            [gh, "auth", "token", "--hostname", where.host],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
            timeout=_PATIENCE_S,
            env={name: os.environ[name] for name in _GH_SEES if name in os.environ},
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _of_app(app: str, secrets: Mapping[str, str], where: Address, pace: Pace) -> Auth.Auth:
    """Return the key of the App's installation on the repository; it is renewed before it ends."""
    auth = Auth.AppAuth(app, _private_key(secrets))
    integration = GithubIntegration(
        auth=auth,
        base_url=where.api,
        retry=None,
        seconds_between_requests=None,
        seconds_between_writes=None,
    )
    found = pace.read(lambda: integration.get_repo_installation(where.owner, where.name))
    return auth.get_installation_auth(found.id, requester=integration.requester)


def _private_key(secrets: Mapping[str, str]) -> str:
    given = secrets.get(APP_KEY, "")
    if "PRIVATE KEY" in given:
        return given.replace("\\n", "\n")
    try:
        return Path(given).expanduser().read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{APP_ID} is set, and {APP_KEY} gives no private key",
            hint=f"{APP_KEY} is the key itself or the path of its file",
        ) from error
