"""`leafcut publish --forge github` in a real process, against a GitHub double."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.github import GitHubDouble
from tests.support.leafcut import REPLACE, Leafcut, git, make_playbook, make_repository
from tests.support.spying_git import environments, telling_environments

FILES = {f"{folder}/m.py": "OLD = 1\n" for folder in "pq"}
RECIPE = REPLACE.replace(
    "checks:", "pull_requests: {max_lines: 2, stacked: true, draft: false}\nchecks:"
)


@dataclass(frozen=True, slots=True)
class Job:
    """A bundle in a job that knows nothing of the run: a clone, a key, a home of its own."""

    github: GitHubDouble
    leafcut: Leafcut
    clone: Path
    bundle: Path
    digest: str

    def __call__(self, *arguments: str, code: int | None = 0, digest: str = "") -> Any:
        """Publish, and return what it says."""
        words = ("publish", str(self.bundle), "--repo", str(self.clone), "--json")
        vouched = ("--digest", digest or self.digest)
        where = ("--forge", "github", "--repo-url", self.github.clone_url)
        done = self.leafcut(*words, *vouched, *where, *arguments, code=code)
        return json.loads(done.stdout) if code == 0 else done.stderr


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    working = Leafcut(tmp_path / "home")
    target = make_repository(tmp_path / "target", FILES)
    recipe = make_playbook(tmp_path / "playbooks", RECIPE)
    working("run", str(recipe), "--repo", str(target), "--yes", "--sandbox", "local")
    said = working("prs", working.status()["run"], "bundle", str(tmp_path / "bundle"), "--json")
    shutil.rmtree(working.home)
    with GitHubDouble(tmp_path / "hub", source=target) as github:
        git(tmp_path, "clone", "-q", github.remote(), str(tmp_path / "clone"))
        fresh = Leafcut(tmp_path / "fresh", {"GH_TOKEN": github.token})
        digest = json.loads(said.stdout)["digest"]
        yield Job(github, fresh, tmp_path / "clone", tmp_path / "bundle", digest)


def test_a_job_that_knows_nothing_of_the_run_opens_it(job: Job) -> None:
    told = job()
    assert [one["number"] for one in told["slices"]] == [1, 2]
    pulls = job.github.state.pulls
    assert [pull.base for pull in pulls.values()] == ["main", told["slices"][0]["branch"]]
    assert (pulls[2].body or "").startswith("Stack, from the first to merge: #1 → **#2**")
    assert [job.github.bare.refs("refs/heads/leafcut/")[f"refs/heads/{one['branch']}"]
            for one in told["slices"]] == [one["tip"] for one in told["slices"]]  # fmt: skip
    assert len(job.github.bare.refs("refs/notes/leafcut/")) == 1


def test_again_changes_nothing(job: Job) -> None:
    job()
    before = len(job.github.log)
    assert [one["state"] for one in job()["slices"]] == ["kept", "kept"]
    writes = [one for one in job.github.log[before:] if one.method != "GET"]
    assert not [one for one in writes if "git-upload-pack" not in one.path]
    assert len(job.github.state.pulls) == 2


def test_an_answer_that_was_lost_opens_nothing_twice(job: Job) -> None:
    job.github.faults.drop("POST", "/pulls$")
    job()
    assert len(job.github.state.pulls) == 2


def test_no_more_are_open_than_may_be(job: Job) -> None:
    told = job("--max-open", "1")
    assert [one["state"] for one in told["slices"]] == ["opened", "waiting"]
    assert "are open" in told["slices"][1]["reason"]
    job.github.people.merge(1, "merge")
    told = job("--max-open", "1")
    assert told["slices"][0]["reason"] == "merged"


def test_what_stands_on_something_merged_goes_to_main(job: Job) -> None:
    job()
    job.github.people.merge(1, "squash", delete_branch=False)
    told = job()
    assert [one["reason"] for one in told["slices"]] == ["merged", ""]
    assert job.github.state.pulls[2].base == "main"


def test_what_a_person_closed_stays_closed(job: Job) -> None:
    job()
    job.github.people.close(2)
    told = job()
    assert told["slices"][1]["state"] == "closed"
    assert not job.github.state.pulls[2].open


def test_a_commit_of_a_person_is_never_lost(job: Job) -> None:
    branch = job()["slices"][1]["branch"]
    theirs = job.github.people.push(branch, {"theirs.py": "x = 1\n"})
    assert "was moved by someone else" in job(code=5)
    assert job.github.bare.refs("refs/heads/")[f"refs/heads/{branch}"] == theirs


def test_a_key_that_is_refused(job: Job) -> None:
    job.github.state.tokens.clear()
    assert job(code=4)
    assert not job.github.state.pulls


def test_no_other_bundle_than_the_one_that_was_looked_at(job: Job) -> None:
    assert "not the one that was looked at" in job(code=5, digest="0" * 64)
    assert not [one for one in job.github.log if one.path.startswith("/api")]


def test_no_child_but_the_git_that_pushes_is_given_the_key(job: Job, tmp_path: Path) -> None:
    seen_in = tmp_path / "seen"
    path = telling_environments(tmp_path / "bin", seen_in)
    replace(job, leafcut=Leafcut(job.leafcut.home, {**job.leafcut.environment, "PATH": path}))()
    seen = environments(seen_in)
    assert sum("Authorization: Basic" in text for text in seen) == 1
    assert not [text for text in seen if job.github.token in text]
