"""Git over HTTP: `git http-backend` before the bare repository, guarded by the same tokens.

https://git-scm.com/docs/git-http-backend
https://docs.github.com/get-started/git-basics/about-remote-repositories#cloning-with-https-urls
"""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.github.access import token_in, whose
from tests.support.github.following import follow
from tests.support.github.service import Asked
from tests.support.github.state import Account, State

_RECEIVE = "git-receive-pack"
_SERVICES = ("/info/refs", "/git-upload-pack", f"/{_RECEIVE}")


@dataclass(frozen=True)
class Raw:
    """A response that is not JSON."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True)
class GitHttp:
    """Serves clones, fetches and pushes."""

    state: State

    def takes(self, path: str) -> str | None:
        """Return which service of the repository a path means, if it means one."""
        for start in (f"/{self.state.full_name}.git", f"/{self.state.full_name}"):
            rest = path.removeprefix(start)
            if rest != path and rest in _SERVICES:
                return rest
        return None

    def answer(self, asked: Asked, service: str) -> Raw:
        """Answer one request; after a push, pull requests follow their branches."""
        refused = self._refuse(asked, service)
        if refused is not None:
            return refused
        if service != f"/{_RECEIVE}":
            return self._backend(asked, service)
        with self.state.lock:
            answered = self._backend(asked, service)
            follow(self.state)
        return answered

    def _refuse(self, asked: Asked, service: str) -> Raw | None:
        """Return what stands in the way: 401 without a right token, 404 or 403 without access."""
        who = whose(self.state, asked.authorization)
        pushes = _RECEIVE in service or asked.query.get("service") == _RECEIVE
        if who is None and (pushes or self.state.settings.private or token_in(asked.authorization)):
            headers = {"WWW-Authenticate": 'Basic realm="GitHub"'}
            return Raw(401, headers, b"Invalid username or token.\n")
        if self.state.settings.private and not _may(who, "read"):
            return Raw(404, {}, b"Repository not found.\n")
        if pushes and not _may(who, "write"):
            login = who.login if who else ""
            words = f"Permission to {self.state.full_name}.git denied to {login}.\n"
            return Raw(403, {}, words.encode())
        return None

    def _backend(self, asked: Asked, service: str) -> Raw:
        bare = self.state.bare
        login = whose(self.state, asked.authorization)
        variables = {
            **bare.environment(),
            "GIT_PROJECT_ROOT": str(bare.path),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": asked.method,
            "PATH_INFO": service,
            "QUERY_STRING": "&".join(f"{key}={value}" for key, value in asked.query.items()),
            "CONTENT_TYPE": asked.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(asked.content)),
            "HTTP_CONTENT_ENCODING": asked.headers.get("content-encoding", ""),
            "GIT_PROTOCOL": asked.headers.get("git-protocol", ""),
            "REMOTE_USER": login.login if login else "",
            "REMOTE_ADDR": "127.0.0.1",
        }
        ended = subprocess.run(
            ["git", "http-backend"],
            input=asked.content,
            capture_output=True,
            check=True,
            env=variables,
        )
        return _parsed(ended.stdout)


def _may(who: Account | None, least: str) -> bool:
    return who is not None and who.may("write" if least == "write" else "read")


def _parsed(output: bytes) -> Raw:
    """Return a CGI program's output as a response."""
    head, _, content = output.partition(b"\r\n\r\n")
    pairs = (line.split(": ", 1) for line in head.decode().split("\r\n"))
    headers = {name: value for name, value in pairs}  # noqa: C416  # a list is no pair to mypy
    status = int(headers.pop("Status", "200").split()[0])
    return Raw(status, headers, content)
