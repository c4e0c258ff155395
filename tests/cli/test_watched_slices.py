"""What the dashboard is given of slices: cut from a real run, asked of a GitHub double."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from orchestrator.application.watching.slices import SliceRow
from orchestrator.errors import LeafcutError
from orchestrator.wiring.watching import watched
from tests.support.github import GitHubDouble
from tests.support.leafcut import REPLACE, Leafcut, git, make_playbook, make_repository

FILES = {f"{folder}/m.py": "OLD = 1\n" for folder in "pq"}
RECIPE = REPLACE.replace(
    "checks:", "pull_requests: {max_lines: 2, stacked: true, draft: false}\nchecks:"
)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the home and the target of a run that is done."""
    folder = tmp_path_factory.mktemp("done")
    target = make_repository(folder / "target", FILES)
    recipe = make_playbook(folder / "playbooks", RECIPE)
    Leafcut(folder / "home")("run", str(recipe), "--repo", str(target), "--yes", "--sandbox=local")
    return folder / "home", target


@pytest.fixture
def leafcut(done: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Leafcut:
    """Return the command over a copy of the run, in whose home this process looks, too."""
    home = tmp_path / "home"
    shutil.copytree(done[0], home, ignore=shutil.ignore_patterns("worktrees"))
    monkeypatch.setenv("LEAFCUT_HOME", str(home))
    for name in ("GH_TOKEN", "GITHUB_TOKEN", "LEAFCUT_APP_ID"):
        monkeypatch.delenv(name, raising=False)
    return Leafcut(home)


def seen(leafcut: Leafcut, *, asking: bool = False) -> Sequence[SliceRow]:
    (run,) = (leafcut.home / "runs").iterdir()
    return watched(run.name).slices(asking)


def test_what_has_landed_is_cut_and_nothing_is_published(
    leafcut: Leafcut, done: tuple[Path, Path]
) -> None:
    first, second = seen(leafcut)
    assert (first.state, first.below, second.below) == ("cut", 0, 1)
    assert first.parts == (("p/m.py", 1, 1),)
    assert (first.added, first.removed, len(first.tasks)) == (1, 1, 1)
    assert "publishes them" in first.hint
    assert git(done[1], "for-each-ref", "refs/heads/leafcut") == ""


def test_branches_are_published_then_merged(leafcut: Leafcut, tmp_path: Path) -> None:
    """The target is a copy: what is published there would be seen by others."""
    place = tmp_path / "own"
    target = make_repository(place / "target", FILES)
    leafcut = Leafcut(leafcut.home)
    shutil.rmtree(leafcut.home / "runs")
    recipe = make_playbook(place / "playbooks", RECIPE)
    leafcut("run", str(recipe), "--repo", str(target), "--yes", "--sandbox=local")
    leafcut("prs", "create", str(next((leafcut.home / "runs").iterdir())))
    first, second = seen(leafcut)
    assert (first.state, second.state, first.hint) == ("published", "published", "")
    git(target, "merge", "-q", "--ff-only", first.branch)
    assert [one.state for one in seen(leafcut)] == ["merged", "published"]


def test_the_forge_is_asked_only_when_a_person_wants_it(
    leafcut: Leafcut, done: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with GitHubDouble(tmp_path / "hub", source=done[1]) as github:
        run = next((leafcut.home / "runs").iterdir()).name
        keyed = Leafcut(leafcut.home, {"GH_TOKEN": github.token})
        keyed("prs", run, "create", "--forge", "github", "--repo-url", github.clone_url)
        github.people.check(2, "ci", "failure")
        github.people.merge(1, "squash", delete_branch=True)
        asked = len(github.log)
        unasked = seen(leafcut)
        assert [one.state for one in unasked] == ["published", "published"]
        assert "u asks GitHub" in unasked[0].hint
        assert len(github.log) == asked
        no_key = seen(leafcut, asking=True)
        assert "there is no key" in no_key[0].hint
        assert f"leafcut prs sync {run}" in no_key[0].hint
        monkeypatch.setenv("GH_TOKEN", github.token)
        told = seen(leafcut, asking=True)
        assert [one.state for one in told] == ["merged", "open"]
        assert told[1].checks == "red"
        assert told[1].where.endswith("/pull/2")
        assert told[1].hint == ""


def test_what_cannot_be_cut_is_said(leafcut: Leafcut) -> None:
    """It is another process that finds it out."""
    run = next((leafcut.home / "runs").iterdir())
    (run / "plan.json").unlink()
    with pytest.raises(LeafcutError, match=r"plan\.json") as told:
        seen(leafcut)
    assert "the process" not in told.value.message


def test_who_cuts_ends_with_whoever_asked(leafcut: Leafcut) -> None:
    """Its standard input has its end when that process has."""
    run = next((leafcut.home / "runs").iterdir())
    words = [sys.executable, "-m", "orchestrator.wiring.slices_apart", str(run)]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
