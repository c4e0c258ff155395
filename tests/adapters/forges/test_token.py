"""Where keys come from, and who is shown them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from github import Auth

from orchestrator.adapters.forges.address import Address, address
from orchestrator.adapters.forges.github import GitHubForge
from orchestrator.adapters.forges.token import key_for
from orchestrator.errors import AuthenticationError, UsageError
from tests.support.github import GitHubDouble
from tests.support.reviewed import Sleeper

GITHUB = address("https://github.com/acme/target", named=False)
OTHER = address("https://git.example.org/acme/target", named=False)


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("GH_HOST", "GITHUB_SERVER_URL", "LEAFCUT_APP_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))


def key(where: Address, **secrets: str) -> str:
    return key_for(where, secrets, Sleeper().pace()).token


def program(tmp_path: Path, text: str) -> None:
    gh = tmp_path / "bin/gh"
    gh.parent.mkdir()
    gh.write_text(f"#!/bin/sh\n{text}\n")
    gh.chmod(0o755)


def test_the_environments_own_variables_in_order() -> None:
    assert key(GITHUB, GH_TOKEN="one", GITHUB_TOKEN="two") == "one"
    assert key(GITHUB, GITHUB_TOKEN="two", GH_ENTERPRISE_TOKEN="three") == "two"
    assert key(OTHER, GH_ENTERPRISE_TOKEN="three", GH_TOKEN="one") == "three"


def test_a_host_that_nobody_named_never_sees_githubs_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AuthenticationError, match=r"no key for git\.example\.org"):
        key(OTHER, GH_TOKEN="one")
    assert key(address(OTHER.url, named=True), GH_TOKEN="one") == "one"
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://git.example.org")
    assert key(OTHER, GITHUB_TOKEN="two") == "two"


def test_gh_is_asked_last_in_a_clean_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_OTHERS", "x")
    program(tmp_path, 'test -z "$SECRET_OF_OTHERS" || exit 1\necho "token of $4"')
    assert key(GITHUB) == "token of github.com"
    assert key(GITHUB, GH_TOKEN="one") == "one"


def test_a_gh_that_knows_nobody(tmp_path: Path) -> None:
    program(tmp_path, "echo no oauth token >&2; exit 1")
    with pytest.raises(AuthenticationError):
        key(GITHUB)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHubDouble]:
    monkeypatch.undo()
    with GitHubDouble(tmp_path / "hub") as double:
        yield double


def test_an_apps_installation_gives_a_key(
    hub: GitHubDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEAFCUT_APP_ID", str(hub.app.id))
    where = address(hub.clone_url, named=True)
    (tmp_path / "app.pem").write_text(hub.app.private_key)
    for given in (hub.app.private_key, str(tmp_path / "app.pem")):
        pace = Sleeper().pace()
        auth = key_for(where, {"LEAFCUT_APP_PRIVATE_KEY": given}, pace)
        assert auth.token.startswith("ghs_")
        forge = GitHubForge(where, auth, pace, tmp_path / "none.git")
        assert forge.main()[0] == "main"


def test_an_app_without_its_private_key(hub: GitHubDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEAFCUT_APP_ID", str(hub.app.id))
    with pytest.raises(UsageError, match="gives no private key"):
        key_for(address(hub.clone_url, named=True), {}, Sleeper().pace())


def test_a_key_does_not_show_in_what_is_printed_of_it() -> None:
    assert "ghp_secret" not in repr(Auth.Token("ghp_secret"))
