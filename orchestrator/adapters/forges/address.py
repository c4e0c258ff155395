"""Which repository of which forge a text means: an address of any form that git takes."""

import re
from dataclasses import dataclass, replace

from orchestrator.errors import UsageError

_HOST = r"(?P<host>[\w.-]+|\[[0-9a-fA-F:.]+\])"
_LOGIN = r"(?:[^/\\?#]*@)?"
_FORMS = (
    re.compile(rf"(?P<scheme>https?)://{_LOGIN}{_HOST}(?P<port>:\d+)?/(?P<path>.+)"),
    re.compile(rf"(?P<scheme>ssh|git\+ssh)://{_LOGIN}{_HOST}(?::\d+)?/(?P<path>.+)"),
    re.compile(r"(?P<scheme>)(?:[\w.-]+@)?(?P<host>[\w.-]+):(?!//)(?P<path>.+)"),
)
_LOOPBACK = re.compile(r"(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?")
_NAME = re.compile(r"(?!\.\.?$)[\w.-]+")
_USUAL_PORTS = {"https": ":443", "http": ":80"}
GITHUB = "github.com"


@dataclass(frozen=True, slots=True)
class Address:
    """A repository on a host, which may have a port. `named` says that a person wrote it down."""

    scheme: str
    host: str
    owner: str
    name: str
    named: bool = False

    @property
    def full_name(self) -> str:
        """Owner and name."""
        return f"{self.owner}/{self.name}"

    @property
    def url(self) -> str:
        """Where git finds it over HTTP."""
        return f"{self.scheme}://{self.host}/{self.full_name}.git"

    @property
    def api(self) -> str:
        """Where the REST API of the host is: of github.com, of a ghe.com tenant, of Enterprise."""
        if self.host == GITHUB or self.host.endswith(".ghe.com"):
            return f"{self.scheme}://api.{self.host}"
        return f"{self.scheme}://{self.host}/api/v3"

    def called(self, full_name: str) -> "Address":
        """Return the repository that the same host calls so: this one, when it was renamed.

        Raises:
            ValueError: nothing is called so.
        """
        owner, _, name = full_name.partition("/")
        if not _NAME.fullmatch(owner) or not _NAME.fullmatch(name):
            message = f"{full_name!r} is no name of a repository"
            raise ValueError(message)
        return replace(self, owner=owner, name=name)

    @property
    def is_githubs_own(self) -> bool:
        """Whether GitHub runs the host."""
        return self.host == GITHUB or self.host.endswith(".ghe.com")


def address(text: str, *, named: bool) -> Address:
    """Read an address; a login in it is dropped and never shown.

    Raises:
        UsageError: it names no repository, or would show a key to whoever listens.
    """
    for form in _FORMS:
        if found := form.fullmatch(text.strip()):
            return _address(found, named=named)
    raise _unusable(named=named)


def _address(found: re.Match[str], *, named: bool) -> Address:
    owner, _, name = found["path"].strip("/").removesuffix(".git").rpartition("/")
    if not _NAME.fullmatch(owner) or not _NAME.fullmatch(name):
        raise _unusable(named=named)
    scheme, host = found["scheme"], found["host"].lower()
    port = found.groupdict().get("port") or ""
    host += "" if port == _USUAL_PORTS.get(scheme) else port
    if host == f"ssh.{GITHUB}":  # ssh over the port of HTTPS
        host = GITHUB
    if scheme == "http" and not _LOOPBACK.fullmatch(host):
        raise UsageError(
            f"http://{host} would show the key to whoever listens",
            hint=f"--repo-url https://{host}/{owner}/{name}",
        )
    return Address("http" if scheme == "http" else "https", host, owner, name, named)


def _unusable(*, named: bool) -> UsageError:
    where = "--repo-url" if named else "the target's remote origin"
    return UsageError(
        f"{where} is no address of a repository on GitHub",
        hint="--repo-url https://github.com/OWNER/NAME",
    )
