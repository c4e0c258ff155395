"""What the forge does with answers of a host that is hostile, broken, or no GitHub at all."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from github import Auth

from orchestrator.adapters.forges.address import address
from orchestrator.adapters.forges.github import GitHubForge
from orchestrator.domain.pulls import PullDraft
from orchestrator.errors import MissingRequirementError
from tests.support.github import GitHubDouble
from tests.support.landed import make_landed
from tests.support.reviewed import BASE, EDITS, Reviewed, Sleeper


@pytest.fixture
def forge(github: GitHubDouble, tmp_path: Path) -> GitHubForge:
    where = address(github.clone_url, named=True)
    return GitHubForge(where, Auth.Token(github.token), Sleeper().pace(), tmp_path)


def repository_of(github: GitHubDouble) -> dict[str, Any]:
    return dict(github.client().get_repo(github.full_name).raw_data)


@pytest.mark.parametrize("elsewhere", ["ext::sh -c touch% {mark}", "{other}"])
def test_git_goes_to_the_host_that_the_key_is_for_and_no_other(
    elsewhere: str, tmp_path: Path
) -> None:
    landed = make_landed(tmp_path, BASE, EDITS)
    mark = tmp_path / "ran"
    with (
        GitHubDouble(tmp_path / "hub", source=landed.target.root) as github,
        GitHubDouble(tmp_path / "other") as other,
    ):
        reviewed = Reviewed(landed, github)
        url = elsewhere.format(mark=mark, other=other.clone_url)
        body = {**repository_of(github), "clone_url": url}
        github.faults.answer("GET", "/target$", 200, body=body, times=9)
        reviewed.sync()
        assert sorted(github.state.pulls) == [1, 2, 3, 4]
        assert other.log == []
        assert not mark.exists()
    landed.canonical.close()


def test_a_name_that_is_none_leads_nowhere(forge: GitHubForge, github: GitHubDouble) -> None:
    body = {**repository_of(github), "full_name": "acme/../../x"}
    github.faults.answer("GET", "/target$", 200, body=body)
    with pytest.raises(MissingRequirementError, match="not GitHub's"):
        forge.bring("0" * 40)


GARBAGE = {
    "a login page": b"<html>Sign in</html>",
    "half of it": b'{"id": 1, "name',
    "nothing": b"",
    "other types": b'{"number": "x", "default_branch": 7, "head": 3, "commit": 4, "statuses": 5}',
    "no text": b"\xff\xfe{",
}
ASKED = {
    "the repository": ("GET", "/target$"),
    "main": ("GET", "/branches/"),
    "branches": ("GET", "/matching-refs/"),
    "pull requests": ("GET", "/pulls$"),
    "a new one": ("POST", "/pulls$"),
    "checks": ("GET", "/check-runs$"),
    "statuses": ("GET", "/status$"),
    "threads": ("POST", "/graphql$"),
    "comments": ("GET", "/issues/1/comments$"),
}


def all_of_it(forge: GitHubForge) -> None:
    forge.main()
    forge.refs()
    forge.pulls(["leafcut/p/a"])
    made = forge.open(PullDraft(branch="leafcut/p/a", base="main", title="A", body="Why.\n"))
    forge.judged(made)
    forge.remarks(made)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_told_of_as_such_and_does_no_lasting_harm(
    forge: GitHubForge, github: GitHubDouble, asked: str, garbage: str
) -> None:
    github.people.push("leafcut/p/a", {"a.txt": "x\n"}, by="ada")
    github.faults.answer(*ASKED[asked], 200, body=GARBAGE[garbage], times=9)
    try:
        all_of_it(forge)
    except MissingRequirementError as error:
        assert "not GitHub's" in error.message  # noqa: PT017 - nothing at all may be right, too
    github.faults.clear()
    where = address(github.clone_url, named=True)
    all_of_it(GitHubForge(where, Auth.Token(github.token), Sleeper().pace(), Path()))
    assert len(github.state.pulls) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_takes_the_key_nowhere(
    forge: GitHubForge, github: GitHubDouble, status: int, tmp_path: Path
) -> None:
    with GitHubDouble(tmp_path / "other") as other:
        there = {"Location": f"{other.url}/repos/acme/target"}
        github.faults.answer("GET", "/target$", status, headers=there)
        with pytest.raises(MissingRequirementError):
            forge.main()
        assert other.log == []


def test_whose_account_is_gone_and_who_says_nothing_ask_for_nothing(
    forge: GitHubForge, github: GitHubDouble
) -> None:
    github.people.push("leafcut/p/a", {"a.txt": "x\n"}, by="ada")
    made = forge.open(PullDraft(branch="leafcut/p/a", base="main", title="A", body="Why.\n"))
    user = {"login": "grace", "type": "User", "url": "u"}
    one = {"id": 1, "url": "c", "body": "Do it", "user": user}
    near = {"author_association": "COLLABORATOR"}
    body = [{**one, **near}, {**one, **near, "id": 2, "user": None}, {**one, "id": 3, "body": None}]
    github.faults.answer("GET", "/issues/1/comments$", 200, body=body)
    assert [remark.key for remark in forge.remarks(made)] == ["comment/1"]


def test_who_is_not_known_to_write_gives_no_orders(
    forge: GitHubForge, github: GitHubDouble
) -> None:
    github.people.push("leafcut/p/a", {"a.txt": "x\n"}, by="ada")
    made = forge.open(PullDraft(branch="leafcut/p/a", base="main", title="A", body="Why.\n"))
    for number in range(3):
        github.people.comment(made.number, f"Do {number}")
    for _ in range(250):
        github.people.comment(made.number, "Spam", by="mallory")
    github.people.comment(made.number, "Do it", by="ada")
    github.faults.answer("GET", "/collaborators/grace/permission$", 403, "Resource not accessible")
    before = len(github.log)
    assert [one.text for one in forge.remarks(made) if one.insider] == ["Do it"]
    assert len(github.log) - before < 20  # by the page, not one by one
    assert sum("/permission" in one.path for one in github.log) == 2


def test_one_of_a_fork_is_none_of_ours(forge: GitHubForge, github: GitHubDouble) -> None:
    github.people.push("leafcut/p/a", {"a.txt": "x\n"}, by="ada")
    made = forge.open(PullDraft(branch="leafcut/p/a", base="main", title="A", body="Why.\n"))
    ours = dict(github.client().get_repo(github.full_name).get_pull(made.number).raw_data)
    head = {**ours["head"], "repo": {**ours["head"]["repo"], "id": 2, "full_name": "acme/fork"}}
    theirs = {**ours, "number": 9, "head": head, "state": "closed", "merged_at": ours["created_at"]}
    other = {**ours, "number": 8, "head": {**ours["head"], "ref": "leafcut/p/b"}}
    gone = {**theirs, "number": 7, "head": {**head, "repo": None}}
    github.faults.answer("GET", "/pulls$", 200, body=[theirs, other, gone, ours])
    assert [pull.number for pull in forge.pulls(["leafcut/p/a"])] == [made.number]


def test_a_thousand_owners_are_not_all_asked(forge: GitHubForge, github: GitHubDouble) -> None:
    github.people.push("leafcut/p/a", {"a.txt": "x\n"}, by="ada")
    owners = ("@grace", *(f"@nobody-{number}" for number in range(1000)))
    draft = PullDraft(branch="leafcut/p/a", base="main", title="A", body="Why.\n")
    forge.open(replace(draft, reviewers=owners))
    assert github.state.pulls[1].reviewers == ["grace"]
    assert sum("requested_reviewers" in one.path for one in github.log) <= 15
