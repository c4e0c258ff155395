"""Addresses of repositories, in the forms that git takes."""

import pytest

from orchestrator.adapters.forges.address import address
from orchestrator.errors import UsageError


@pytest.mark.parametrize(
    "text",
    [
        "https://github.com/acme/target",
        "https://github.com/acme/target.git",
        "https://ada:ghp_secret@github.com/acme/target.git/",
        "git@github.com:acme/target.git",
        "github.com:acme/target",
        "ssh://git@github.com/acme/target.git",
        "ssh://git@github.com:22/acme/target",
        "ssh://git@ssh.github.com:443/acme/target.git",
        "https://GitHub.com/acme/target",
        "https://ada:pass@word@github.com:443/acme/target",
    ],
)
def test_all_forms_of_one_address(text: str) -> None:
    found = address(text, named=False)
    assert found.url == "https://github.com/acme/target.git"
    assert found.api == "https://api.github.com"
    assert found.is_githubs_own


@pytest.mark.parametrize(
    ("text", "api"),
    [
        ("https://git.example.org/a/b", "https://git.example.org/api/v3"),
        ("https://git.example.org:8443/a/b", "https://git.example.org:8443/api/v3"),
        ("git@git.example.org:a/b.git", "https://git.example.org/api/v3"),
        ("https://acme.ghe.com/a/b", "https://api.acme.ghe.com"),
        ("http://127.0.0.1:8080/a/b", "http://127.0.0.1:8080/api/v3"),
    ],
)
def test_where_rest_is(text: str, api: str) -> None:
    assert address(text, named=True).api == api


@pytest.mark.parametrize(
    "text",
    [
        "",
        "../target",
        "/srv/target.git",
        "file:///srv/target.git",
        "https://github.com/acme",
        "https://github.com/a/b/c",
        "https://github.com/a/b?x=1",
        "http://github.com/acme/target",
        "http://127.0.0.1.example.org/acme/target",
        "C:\\work\\target",
        "https://github.com/../target",
        "https://github.com/acme/..",
        "https://git hub.com/acme/target",
        "https://github.com\\@git.example.org/acme/target",
        "https://github.com?@git.example.org/acme/target",
        "ext::sh -c 'x'/y",
    ],
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(UsageError):
        address(text, named=True)


@pytest.mark.parametrize(
    "text",
    [
        "https://ada:ghp_secret@github.com/acme",
        "http://ada:ghp@ghp_secret@github.com/acme/target",
        "https://ada:ghp/ghp_secret@github.com/acme/target",
    ],
)
def test_a_key_in_an_address_is_never_repeated(text: str) -> None:
    with pytest.raises(UsageError) as error:
        address(text, named=False)
    assert "ghp_secret" not in f"{error.value}{error.value.hint}"
