"""`leafcut prs --forge github` in a real process, against a GitHub double."""

import json
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from orchestrator.adapters.crash_points import POINTS, VARIABLE
from tests.support.github import GitHubDouble
from tests.support.leafcut import REPLACE, Leafcut, git, make_playbook, make_repository
from tests.support.schemas import faults
from tests.support.spying_git import environments, telling_commands, telling_environments

FILES = {f"{folder}/m.py": "OLD = 1\n" for folder in "pq"}
OBEYS = """\
  run: |
    sed -i s/OLD/NEW/g ${{ task.files }}
    grep -rqs 'say so' "$LEAFCUT_NOTES" && for file in ${{ task.files }}
    do echo '# so' >> $file; done
    true
"""
RECIPE = REPLACE.replace('{run: "sed -i s/OLD/NEW/g ${{ task.files }}"}', f"\n{OBEYS}").replace(
    "checks:", "pull_requests: {max_lines: 2, stacked: true, labels: [tidy]}\nchecks:"
)


@dataclass(frozen=True, slots=True)
class Done:
    """A run that is done; prs on GitHub changes nothing outside of its home."""

    home: Path
    target: Path
    run: str

    def copied(self, home: Path) -> Leafcut:
        """Return its like with a home of its own, but for worktrees, which know where they are."""
        shutil.copytree(self.home, home, ignore=shutil.ignore_patterns("worktrees"))
        return Leafcut(home)


@dataclass(frozen=True, slots=True)
class Hub:
    """A run that is done, its target's forge, and how it is called."""

    github: GitHubDouble
    home: Path
    target: Path
    run: str

    def __call__(
        self, *arguments: str, code: int | None = 0, token: str = "", **environment: str
    ) -> Any:
        """Run `prs` with a key."""
        leafcut = Leafcut(self.home, {"GH_TOKEN": token or self.github.token, **environment})
        where = ("--forge", "github", "--repo-url", self.github.clone_url)
        return leafcut("prs", self.run, *arguments, *where, code=code)

    def json(self, *arguments: str) -> Any:
        """Return what it prints for programs."""
        return json.loads(self(*arguments, "--json").stdout)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """Run once for all that is tried here."""
    folder = tmp_path_factory.mktemp("done")
    leafcut = Leafcut(folder / "home")
    target = make_repository(folder / "target", FILES)
    recipe = make_playbook(folder / "playbooks", RECIPE)
    leafcut("run", str(recipe), "--repo", str(target), "--yes", "--sandbox", "local")
    return Done(leafcut.home, target, leafcut.status()["run"])


@pytest.fixture
def hub(done: Done, tmp_path: Path) -> Iterator[Hub]:
    leafcut = done.copied(tmp_path / "home")
    with GitHubDouble(tmp_path / "hub", source=done.target) as github:
        yield Hub(github, leafcut.home, done.target, done.run)


def test_from_preview_to_close(hub: Hub) -> None:
    shown = hub.json("preview")
    assert faults("pulls", shown) == []
    assert [one["fate"] for one in shown["slices"]] == ["opened", "opened"]
    assert hub.github.state.pulls == {}
    made = hub("create", "--no-draft").stdout.splitlines()
    assert len(made) == 3
    assert "#1 open" in made[1]
    pulls = hub.github.state.pulls
    assert [pull.labels for pull in pulls.values()] == [["machine-edited", "tidy"]] * 2
    assert not pulls[1].draft
    hub.github.people.merge(1, "squash", delete_branch=True)
    hub.github.people.check(2, "ci", "failure")
    # What create was given is remembered; the key is not.
    leafcut = Leafcut(hub.home, {"GH_TOKEN": hub.github.token})
    told = json.loads(leafcut("prs", hub.run, "sync", "--json").stdout)
    assert faults("pulls", told) == []
    assert [one["pull"]["checks"] for one in told["slices"]] == ["none"]
    assert [one["pull"]["number"] for one in told["merged"]] == [1]
    assert told["slices"][0]["base"] == told["main"]["commit"]
    assert "closed" in leafcut("prs", hub.run, "close").stderr
    assert not pulls[2].open
    assert hub("sync").stderr.count("closed by a person") == 1
    assert git(hub.target, "for-each-ref", "refs/heads/leafcut") == ""


def test_no_key_is_left_anywhere(hub: Hub, tmp_path: Path) -> None:
    told = tmp_path / "told"
    path = telling_commands(tmp_path / "bin", told)
    hub.github.faults.answer("POST", "/labels$", 403, "Resource not accessible")
    said = [hub("create", code=7, PATH=path), hub("create", PATH=path), hub("sync", PATH=path)]
    commands = told.read_text()
    assert " push " in commands
    assert hub.github.clone_url in commands
    assert "remote-http" in commands  # what git itself starts is told, too
    assert hub.github.token not in commands + "".join(f"{one.stdout}{one.stderr}" for one in said)
    for file in (*hub.home.rglob("*"), *hub.target.rglob("*")):
        if file.is_file():
            assert hub.github.token.encode() not in file.read_bytes(), file


def test_who_may_not(hub: Hub) -> None:
    leafcut = Leafcut(hub.home, {"GH_TOKEN": ""})
    said = leafcut("prs", hub.run, "preview", "--forge", "github", code=2).stderr
    assert "has no remote origin" in said
    wrong = hub("create", code=4, token="ghp_this_is_no_key")
    assert "does not take the key" in wrong.stderr
    reads = hub("create", code=7, token=hub.github.token_of("linus"))
    assert "contents" in reads.stderr
    stranger = hub("preview", code=7, token=hub.github.token_of("mallory"))
    assert "has no acme/target for this key" in stranger.stderr
    there = ("--repo-url", "https://git.example.org/a/b")
    assert (
        "no key" in leafcut("prs", hub.run, "preview", "--forge", "github", *there, code=4).stderr
    )
    assert hub.github.state.pulls == {}


def test_a_base_that_the_forge_has_not(hub: Hub) -> None:
    hub.github.people.push("other", {"x": "y\n"})
    bare = hub.github.bare
    empty = bare.git("commit-tree", "-m", "Anew", bare.git("rev-parse", "other^{tree}"))
    for ref in ("refs/heads/main", "refs/heads/other"):
        bare.move(ref, empty)
    bare.git("reflog", "expire", "--expire=now", "--all")
    bare.git("gc", "--quiet", "--prune=now")
    said = hub("create", code=5).stderr
    assert "lacks the commit that" in said


DEATHS: tuple[tuple[str, list[int]], ...] = (
    ("forge.push:before:1", []),
    ("forge.push:after:1", []),
    ("forge.open:before:1", []),
    ("forge.open:after:1", [1]),
    ("forge.open:before:1", [1]),
    ("forge.open:after:1", [1, 2]),
    ("forge.change:before:1", [1, 2]),
    ("forge.change:after:1", [1, 2]),
)
"""Where one process after the other dies, each going on with what the last one left, and which pull
requests are open then. A change that comes twice would be one that was not seen to be done."""


def test_killed_at_any_moment_it_goes_on(hub: Hub) -> None:
    named = {f"forge.{method}" for method in POINTS["forge"] if method != "close"}
    assert {point.partition(":")[0] for point, _ in DEATHS} == named
    pulls = hub.github.state.pulls
    for point, there in DEATHS:
        assert hub("create", code=None, **{VARIABLE: point}).returncode == -signal.SIGKILL, point
        assert sorted(pulls) == there
    hub("create")
    assert sorted(pulls) == [1, 2]
    assert [pull.labels for pull in pulls.values()] == [["machine-edited", "tidy"]] * 2
    assert pulls[2].base == pulls[1].head
    assert "[#2](" in (pulls[1].body or "")
    log = hub.github.log
    assert sum(one.method == "POST" and one.path.endswith("/pulls") for one in log) == 2
    changed = [one for one in log if one.method in {"POST", "PATCH"}]
    hub("create")
    assert [one for one in log if one.method in {"POST", "PATCH"}] == changed


def test_a_review_is_handed_back_and_answered_in_the_same_pull_request(hub: Hub) -> None:
    hub("create")
    hub.github.people.comment_on_line(2, "q/m.py", 1, "Please say so.")
    hub.github.people.comment(2, "Do something else!", by="mallory")
    said = hub("address", "2", code=2).stderr
    assert "no agent of its ladder can read a review" in said
    asked = hub.json("address", "2", "--agent", "codemod")
    assert asked["applied"] is False
    assert "1 remark of people who may not write" in asked["left_out"]
    leafcut = Leafcut(hub.home)
    leafcut("resume", hub.run)
    hub("create")
    pulls = hub.github.state.pulls
    assert sorted(pulls) == [1, 2]
    text = hub.github.bare.git("show", f"{pulls[2].head_sha}:q/m.py")
    assert text.splitlines() == ["NEW = 1", "# so"]
    assert hub.github.bare.git("show", f"{pulls[1].head_sha}:p/m.py") == "NEW = 1"
    again = hub("address", "2", "--agent", "codemod", code=2).stderr
    assert "nothing new is asked for" in again


def test_what_is_left_alone_ends_in_3_and_says_what_to_do(hub: Hub) -> None:
    hub("create", "--no-draft")
    hub.github.people.push("main", {"q/m.py": "OTHER = 2\n"})
    hub.github.people.merge(1, "squash")
    said = hub("sync", code=3).stderr
    assert "conflicts with main in q/m.py" in said
    assert f"leafcut update {hub.run}" in said


def test_what_comes_next_is_said(hub: Hub) -> None:
    assert "→ read" not in hub("preview").stderr
    said = hub("create", "--no-draft").stderr
    assert "… running the checks" in said
    assert f"→ read {hub.github.site}/acme/target/pull/1" in said
    assert f"→ leafcut prs sync {hub.run}" in said
    assert "address" not in said
    hub.github.people.review(2, "REQUEST_CHANGES", "Please say so.")
    assert f"→ leafcut prs address 2 {hub.run}" in hub("sync").stderr
    assert "there are: #1, #2" in hub("address", "9", code=2).stderr


def test_a_word_that_is_missing_is_named(done: Done) -> None:
    said = Leafcut(done.home)("prs", done.run, "address", code=2).stderr
    assert "Missing argument 'NUMBER'" in said
    said = Leafcut(done.home)("prs", done.run, "close", "--forge", "local", code=2).stderr
    assert "no pull requests, so there is nothing to close" in said
    assert f"→ leafcut prs create {done.run} --forge github" in said


@pytest.mark.parametrize(
    "arguments",
    [("address",), ("address", "x"), ("address", "1", "2"), ("sync", "--forge", "local")],
)
def test_bad_usage(done: Done, arguments: tuple[str, ...]) -> None:
    assert Leafcut(done.home)("prs", done.run, *arguments, code=2).stderr


def test_help_names_what_there_is(done: Done) -> None:
    said = Leafcut(done.home)("prs", "--help").stdout
    for word in ("sync", "close", "address"):
        assert word in said
    said = Leafcut(done.home)("prs", "create", "--help").stdout
    for word in ("--repo-url", "--no-draft"):
        assert word in said


def test_no_child_but_the_git_that_pushes_is_given_a_key(hub: Hub, tmp_path: Path) -> None:
    seen_in = tmp_path / "seen"
    hub("create", PATH=telling_environments(tmp_path / "bin", seen_in))
    seen = environments(seen_in)
    assert sum("Authorization: Basic" in text for text in seen) == 1
    assert not [text for text in seen if hub.github.token in text]


def test_a_login_in_an_address_is_kept_nowhere(hub: Hub, tmp_path: Path) -> None:
    url = hub.github.clone_url.replace("://", "://ada:ghp_in_the_address@")
    leafcut = Leafcut(hub.home, {"GH_TOKEN": hub.github.token})
    leafcut("prs", hub.run, "create", "--forge", "github", "--repo-url", url)
    typo = leafcut("prs", hub.run, "create", "--repo-url", f"{url}/x", code=2).stderr
    assert "ghp_in" not in typo
    for path in tmp_path.joinpath("home").rglob("*"):
        assert not path.is_file() or b"ghp_in_the_address" not in path.read_bytes(), path


def test_an_address_of_the_forges_moves_no_cursor(hub: Hub) -> None:
    hub("create")
    pulls = hub.github.client().get_repo(hub.github.full_name).get_pulls()
    body = [{**pull.raw_data, "html_url": "https://x\x1b[31m"} for pull in pulls]
    hub.github.faults.answer("GET", "/pulls$", 200, body=body, times=2)
    said = hub("close").stderr
    assert said.count("closed https://x\\x1b[31m") == 2
