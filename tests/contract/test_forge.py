"""What every forge does: by GitHub's client on the double, and on the independent `emulate`.

`emulate` has no git over HTTP, so what pushes is tried on the double alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from github import Auth

from orchestrator.adapters.forges.address import Address, address
from orchestrator.adapters.forges.github import GitHubForge
from orchestrator.domain.pulls import Pull, PullDraft
from orchestrator.errors import AuthenticationError, InvalidInputError, MissingRequirementError
from orchestrator.ports.forge import Forge
from tests.support.emulate import Emulate
from tests.support.github import GitHubDouble
from tests.support.reviewed import Sleeper

DRAFT = PullDraft(branch="leafcut/p/a", base="main", title="A", body="Why.\n", labels=("tidy",))


@dataclass(frozen=True)
class Flat(Address):
    """A host whose REST has no prefix, as api.github.com has none."""

    @property
    def api(self) -> str:
        """Where REST is."""
        return f"{self.scheme}://{self.host}"


@pytest.fixture(params=["double", "emulate"])
def forge(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Forge]:
    """Return a forge with the branches `leafcut/p/a` and `leafcut/p/b` beside main."""
    pace = Sleeper().pace()
    if request.param == "double":
        github: GitHubDouble = request.getfixturevalue("github")
        for name in "ab":
            github.people.push(f"leafcut/p/{name}", {f"{name}.txt": "x\n"}, by="ada")
        where = address(github.clone_url, named=True)
        yield GitHubForge(where, Auth.Token(github.token), pace, tmp_path)
        return
    emulate: Emulate = request.getfixturevalue("emulate")
    repo = emulate.client().get_repo(emulate.new_repository())
    main = repo.get_git_ref("heads/main").object.sha
    for name in "ab":
        repo.create_git_ref(f"refs/heads/leafcut/p/{name}", main)
    host = emulate.url.partition("://")[2]
    owner, _, name = repo.full_name.partition("/")
    flat = Flat("http", host, owner, name, named=True)
    yield GitHubForge(flat, Auth.Token("tok_ada"), pace, tmp_path)


def only(forge: Forge, branch: str = DRAFT.branch) -> Pull:
    (found,) = forge.pulls([branch])
    return found


def test_one_that_is_opened_is_found_by_its_branch(forge: Forge) -> None:
    assert forge.main()[0] == "main"
    assert forge.pulls([DRAFT.branch]) == []
    made = forge.open(DRAFT)
    assert made.is_as(DRAFT)
    assert made == only(forge)
    assert (made.state, made.draft, made.labels) == ("open", True, ("tidy",))


def test_opening_it_again_opens_nothing(forge: Forge) -> None:
    first = forge.open(DRAFT)
    again = forge.open(replace(DRAFT, title="Another", labels=("tidy", "more")))
    assert again.number == first.number
    assert (again.title, again.labels) == ("Another", ("tidy", "more"))
    assert only(forge).title == "Another"


def test_it_becomes_what_the_draft_says(forge: Forge) -> None:
    made = forge.open(DRAFT)
    wanted = replace(DRAFT, base="leafcut/p/b", body="Because.")
    assert forge.change(made, wanted).is_as(wanted)
    assert only(forge).is_as(wanted)


def test_a_closed_one_is_closed_and_the_next_is_another(forge: Forge) -> None:
    made = forge.open(DRAFT)
    forge.close(made, "No more.")
    forge.close(made, "No more.")
    assert only(forge).state == "closed"
    assert forge.open(DRAFT).number != made.number


def test_leafcuts_own_refs(forge: Forge) -> None:
    assert set(forge.refs()) == {"refs/heads/leafcut/p/a", "refs/heads/leafcut/p/b"}


@pytest.fixture
def doubled(github: GitHubDouble, tmp_path: Path) -> GitHubForge:
    github.people.push("leafcut/p/a", {"a.txt": "x\n"}, by="ada")
    return keyed(github, github.token, tmp_path)


def keyed(github: GitHubDouble, token: str, folder: Path) -> GitHubForge:
    where = address(github.clone_url, named=True)
    return GitHubForge(where, Auth.Token(token), Sleeper().pace(), folder)


def test_what_is_asked_for_on_one(doubled: GitHubForge, github: GitHubDouble) -> None:
    made = doubled.open(DRAFT)
    thread = github.people.comment_on_line(made.number, "a.txt", 1, "Why x?")
    done = github.people.comment_on_line(made.number, "a.txt", 1, "And this?")
    github.people.resolve(done)
    github.people.comment(made.number, "Nice", by="mallory")
    github.people.comment(made.number, "I only read here", by="linus")
    github.people.comment(made.number, "/leafcut approve")
    github.people.review(made.number, "REQUEST_CHANGES", "Not so.")
    github.people.check(made.number, "ci", "failure", summary="1 test failed")
    github.people.check(made.number, "lint", "success")
    github.people.status(made.number, "old", "failure")
    remarks = doubled.remarks(made)
    told = [(one.kind, one.who, one.path, one.line, one.insider) for one in remarks]
    assert told == [
        ("thread", "grace", "a.txt", 1, True),
        ("comment", "mallory", "", 0, False),
        ("comment", "linus", "", 0, False),
        ("comment", "grace", "", 0, True),
        ("check", "ci", "", 0, True),
        ("check", "old", "", 0, True),
    ]
    assert remarks[0].text == "grace: Why x?"
    assert "1 test failed" in remarks[4].text
    before = remarks[0].key
    github.people.reply(thread, "Still.")
    assert doubled.remarks(made)[0].key != before


def test_owners_are_asked_once_and_who_cannot_be_is_left_out(
    doubled: GitHubForge, github: GitHubDouble
) -> None:
    owners = ("@grace", "@nobody", "ada@example.org", "@acme/none")
    made = doubled.open(replace(DRAFT, reviewers=owners))
    state = github.state.pulls[made.number]
    assert (state.reviewers, state.teams) == (["grace"], [])
    state.reviewers.clear()
    doubled.open(replace(DRAFT, reviewers=owners))
    assert state.reviewers == []


def test_what_it_refuses_says_what_to_do(
    doubled: GitHubForge, github: GitHubDouble, tmp_path: Path
) -> None:
    with pytest.raises(AuthenticationError):
        keyed(github, "ghp_wrong", tmp_path).main()
    with pytest.raises(MissingRequirementError) as error:
        keyed(github, github.token_of("linus"), tmp_path).open(DRAFT)
    assert "pull requests: write" in error.value.hint
    with pytest.raises(InvalidInputError, match="too long"):
        doubled.open(replace(DRAFT, body="x" * (doubled.longest_body + 1)))
    with pytest.raises(InvalidInputError):
        doubled.open(replace(DRAFT, branch="leafcut/p/none"))
    github.faults.answer("GET", "/pulls", 500, times=9)
    with pytest.raises(MissingRequirementError, match="500 again and again"):
        doubled.pulls([DRAFT.branch])
    assert len(github.state.pulls) == 0
