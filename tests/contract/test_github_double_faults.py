"""What goes wrong in the double: tokens, access, limits, faults on command; and the log."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import jwt
import pytest
import requests
from github import (
    Auth,
    BadCredentialsException,
    GithubException,
    GithubIntegration,
    RateLimitExceededException,
    UnknownObjectException,
)
from github.GithubRetry import GithubRetry
from github.Repository import Repository

from tests.support.github import GitHubDouble


class Clock:
    """Seconds that pass when they are told to."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def github(tmp_path: Path, clock: Clock) -> Iterator[GitHubDouble]:
    with GitHubDouble(tmp_path, clock=clock) as double:
        for name in ("a", "b", "c"):
            double.people.push(name, {f"{name}.txt": name})
        yield double


@pytest.fixture
def repo(github: GitHubDouble) -> Repository:
    return github.client().get_repo(github.full_name)


def opening(repo: Repository, head: str = "a") -> Callable[[], object]:
    return lambda: repo.create_pull(base="main", head=head, title=head, body="")


def test_a_wrong_token_is_401_and_none_too(github: GitHubDouble) -> None:
    with pytest.raises(BadCredentialsException):
        github.client("wrong").get_repo(github.full_name)
    assert requests.get(f"{github.url}/user", timeout=9).status_code == 401


def test_a_token_ends(github: GitHubDouble, clock: Clock) -> None:
    token = github.token_of("ada", seconds=60)
    assert github.client(token).get_user().login == "ada"
    clock.now += 60
    with pytest.raises(BadCredentialsException):
        assert github.client(token).get_user().login


def test_what_one_may_not_see_is_not_found(github: GitHubDouble) -> None:
    with pytest.raises(UnknownObjectException):
        github.client(github.token_of("mallory")).get_repo(github.full_name)


def test_readers_read_and_do_not_write(github: GitHubDouble) -> None:
    theirs = github.client(github.token_of("linus")).get_repo(github.full_name)
    with pytest.raises(GithubException) as refused:
        opening(theirs)()
    assert (refused.value.status, theirs.default_branch) == (403, "main")
    assert refused.value.data["message"] == "Resource not accessible by personal access token"


def test_the_primary_limit_says_when_it_ends(
    github: GitHubDouble, repo: Repository, clock: Clock
) -> None:
    github.limits.hourly = 3
    repo.get_branch("main")
    assert github.client().get_rate_limit().rate.remaining == 1
    repo.get_branch("main")
    with pytest.raises(RateLimitExceededException) as refused:
        repo.get_branch("main")
    headers = refused.value.headers or {}
    assert headers["x-ratelimit-remaining"] == "0"
    clock.now = float(headers["x-ratelimit-reset"])
    assert repo.get_branch("main").name == "main"


def test_the_secondary_limit_is_on_what_is_made(
    github: GitHubDouble, repo: Repository, clock: Clock
) -> None:
    github.limits.content_a_minute = 1
    opening(repo)()
    repo.get_pull(1)
    with pytest.raises(RateLimitExceededException) as refused:
        opening(repo, "b")()
    headers = refused.value.headers or {}
    assert (refused.value.status, headers["retry-after"]) == (403, "60")
    assert int(headers["x-ratelimit-remaining"]) > 0
    assert len(github.state.pulls) == 1
    clock.now += 60
    opening(repo, "b")()


def test_a_client_that_waits_gets_through(github: GitHubDouble) -> None:
    github.faults.secondary_limit("POST", "/pulls$", retry_after=1, times=1)
    patient = github.client(retry=GithubRetry(total=2)).get_repo(github.full_name)
    began = time.monotonic()
    opening(patient)()
    assert time.monotonic() - began >= 1
    assert [one.status for one in github.log if one.method == "POST"] == [403, 201]


def test_an_answer_is_lost_after_its_effect(github: GitHubDouble, repo: Repository) -> None:
    github.faults.drop("POST", "/pulls$")
    with pytest.raises(requests.ConnectionError):
        opening(repo)()
    assert [one.head.ref for one in repo.get_pulls()] == ["a"]
    assert [one.status for one in github.log if one.method == "POST"] == [0]


def test_a_request_is_lost_before_its_effect(github: GitHubDouble, repo: Repository) -> None:
    github.faults.drop("POST", "/pulls$", after_effect=False)
    with pytest.raises(requests.ConnectionError):
        opening(repo)()
    assert list(repo.get_pulls()) == []


def test_the_next_requests_fail_and_then_no_more(github: GitHubDouble, repo: Repository) -> None:
    github.faults.answer("GET", "/branches/", 502, skip=1, times=2)
    statuses = []
    for _ in range(4):
        try:
            repo.get_branch("main")
            statuses.append(200)
        except GithubException as refused:
            statuses.append(refused.status)
    assert statuses == [200, 502, 502, 200]


def test_a_slow_answer_is_slow(github: GitHubDouble, repo: Repository) -> None:
    github.faults.slow("GET", "/branches/", 0.2)
    began = time.monotonic()
    repo.get_branch("main")
    assert time.monotonic() - began >= 0.2


def test_the_log_has_all_but_the_secrets(github: GitHubDouble, repo: Repository) -> None:
    opening(repo)()
    requests.get(f"{github.site}/user", headers={"Authorization": "token no"}, timeout=9)
    requests.get(f"{github.site}/user", timeout=9)
    seen = github.log[-3:]
    assert [(one.method, one.path, one.token, one.status) for one in seen] == [
        ("POST", "/repos/acme/target/pulls", True, 201),
        ("GET", "/user", False, 401),
        ("GET", "/user", None, 401),
    ]
    assert seen[0].body["head"] == "a"
    assert seen[0].headers["authorization"] == "***"
    assert github.token not in repr(github.log)


def test_both_shapes_of_addresses_serve(github: GitHubDouble) -> None:
    headers = {"Authorization": f"Bearer {github.token}"}
    for api in (github.url, github.site):
        got = requests.get(f"{api}/repos/acme/target", headers=headers, timeout=9).json()
        assert got["url"] == f"{api}/repos/acme/target"
        assert got["clone_url"] == github.clone_url


def test_a_client_names_itself(github: GitHubDouble) -> None:
    headers = {"Authorization": f"Bearer {github.token}", "User-Agent": ""}
    assert requests.get(f"{github.url}/user", headers=headers, timeout=9).status_code == 403


def integration(github: GitHubDouble, key: str = "") -> GithubIntegration:
    auth = Auth.AppAuth(github.app.id, key or github.app.private_key)
    return GithubIntegration(auth=auth, base_url=github.url, retry=None)


def test_an_app_gets_a_token_of_its_installation(github: GitHubDouble, clock: Clock) -> None:
    clock.now = time.time()
    app = integration(github)
    assert app.get_repo_installation("acme", "target").id == github.app.installation
    granted = app.get_access_token(github.app.installation)
    theirs = github.client(granted.token)
    repo = theirs.get_repo(github.full_name)
    opening(repo)()
    assert repo.get_pull(1).user.login == "leafcut[bot]"
    assert repo.create_check_run("leafcut", repo.get_pull(1).head.sha).status == "queued"
    with pytest.raises(GithubException) as refused:
        assert theirs.get_user().login
    assert refused.value.status == 403
    clock.now += 3600
    with pytest.raises(BadCredentialsException):
        repo.get_pull(1)


def test_what_an_app_did_not_sign_is_refused(github: GitHubDouble, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with GitHubDouble(tmp_path / "other") as other:
        stranger = integration(github, other.app.private_key)
    with pytest.raises(GithubException) as refused:
        stranger.get_access_token(github.app.installation)
    assert (refused.value.status, refused.value.data["message"]) == (
        401,
        "A JSON web token could not be decoded",
    )


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"exp": 601}, "'Expiration time' claim ('exp') is too far in the future"),
        ({"exp": -1}, "'Expiration time' claim ('exp') must be a numeric value"),
        ({"iss": "8"}, "Integration not found"),
    ],
)
def test_what_an_app_claims_wrongly_is_refused(
    github: GitHubDouble, clock: Clock, claims: dict[str, object], words: str
) -> None:
    exp = clock.now + int(str(claims.get("exp", 60)))
    token = jwt.encode(
        {"iat": clock.now, "exp": exp, "iss": str(claims.get("iss", github.app.id))},
        github.app.private_key,
        "RS256",
    )
    url = f"{github.url}/app/installations/{github.app.installation}/access_tokens"
    got = requests.post(url, headers={"Authorization": f"Bearer {token}"}, timeout=9)
    assert got.status_code == 401
    assert got.json()["message"].startswith(words)
