"""The whole of it, as a context manager."""

import secrets
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from github import Auth, Github

from tests.support.github.apps import App
from tests.support.github.bare import Bare
from tests.support.github.faults import Faults
from tests.support.github.git_http import GitHttp
from tests.support.github.limits import Limits
from tests.support.github.log import Request
from tests.support.github.people import People
from tests.support.github.server import PREFIX, Desk, serving
from tests.support.github.service import Service
from tests.support.github.state import Settings, State

_PERMISSIONS = {"ada": "write", "grace": "maintain", "linus": "read", "mallory": "none"}


class GitHubDouble:
    """One repository of one owner, on the loopback.

    `token` is Ada's, who may write; Grace maintains, Linus may read, Mallory is a stranger.
    """

    def __init__(
        self,
        folder: Path,
        *,
        source: Path | None = None,
        owner: str = "acme",
        name: str = "target",
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Make the repository below `folder`, from `source`'s HEAD or with a README alone.

        `source` is a clone or a bare repository; `clock` gives seconds since the epoch.
        """
        settings = Settings()
        bare = Bare.create(folder / f"{name}.git", settings.default_branch)
        self.state = State(owner, name, bare, clock, settings)
        self.state.account(owner, "admin").collaborator = False
        for login, permission in _PERMISSIONS.items():
            self.state.account(login, permission)  # type: ignore[arg-type]
        self.people = People(self.state)
        self.faults = Faults()
        self.limits = Limits()
        self.app = App(7, "Iv23example", 77, self.state.account("leafcut[bot]", "write", bot=True))
        self.token = self.token_of("ada")
        self._desk = Desk(
            Service(self.state, self.limits, self.app), GitHttp(self.state), self.faults
        )
        self._stack = ExitStack()
        self.site = ""
        self._fill(source)

    def _fill(self, source: Path | None) -> None:
        branch = self.state.settings.default_branch
        if source is None:
            self.people.push(branch, {"README.md": "# Target\n"}, "Begin")
            return
        words = ["git", "-C", str(source), "push", "--quiet", str(self.state.bare.path)]
        subprocess.run([*words, f"HEAD:refs/heads/{branch}"], check=True, capture_output=True)

    def __enter__(self) -> Self:
        """Begin to serve."""
        self.site = self._stack.enter_context(serving(self._desk.answer))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop serving."""
        self._stack.close()

    @property
    def url(self) -> str:
        """The address of REST, in the shape of GitHub Enterprise Server.

        https://docs.github.com/enterprise-server@latest/rest/using-the-rest-api/getting-started-with-the-rest-api
        `site` serves the same without the prefix, as api.github.com does.
        """
        return f"{self.site}{PREFIX}"

    @property
    def clone_url(self) -> str:
        """The address of git over HTTP, with no token in it."""
        return f"{self.site}/{self.full_name}.git"

    @property
    def full_name(self) -> str:
        """The repository's owner and name."""
        return self.state.full_name

    @property
    def bare(self) -> Bare:
        """The bare repository itself, to look at."""
        return self.state.bare

    @property
    def log(self) -> list[Request]:
        """The requests so far."""
        return self._desk.log

    def token_of(self, login: str, *, seconds: float | None = None) -> str:
        """Return a new token of somebody, which ends after some seconds or never."""
        token = f"ghp_{secrets.token_urlsafe(24)}"
        self.state.tokens[token] = self.state.accounts[login.lower()]
        if seconds is not None:
            self.state.expiries[token] = self.state.clock() + seconds
        return token

    def remote(self, token: str = "") -> str:
        """Return an address that git can push to at once; for tests: the token is in it."""
        scheme, _, rest = self.clone_url.partition("://")
        return f"{scheme}://x-access-token:{token or self.token}@{rest}"

    def client(self, token: str = "", **options: Any) -> Github:
        """Return PyGithub with no retries and no pauses, unless `options` say otherwise."""
        quick: dict[str, Any] = {
            "retry": None,
            "seconds_between_requests": None,
            "seconds_between_writes": None,
        }
        auth = Auth.Token(token or self.token)
        return Github(base_url=self.url, auth=auth, **{**quick, **options})
