"""`leafcut verify` in a real process: what was published, tampered with, or is red now."""

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from orchestrator.adapters.crash_points import VARIABLE
from tests.support.leafcut import Leafcut, git, make_playbook, make_repository

PLAYBOOK = """\
version: 1
name: replace
title: Replace old by new
params: {limit: {type: integer, default: 9}}
find: {regex: ['OLD\\b']}
select: {include: ["**/*.py"]}
partition: {by: file, max_files: 1}
codemod: {run: "sed -i s/OLD/NEW/g ${{ task.files }}"}
setup: {run: ["echo ready > .ready"], keep: [.ready]}
checks:
  - {name: compile, run: "${{ python }} -m py_compile ${{ task.files }}"}
  - {name: own, run: "${{ python }} ${{ playbook.dir }}/own.py ${{ params.limit }}", on: landing}
  - {name: listed, run: "xargs -0 cat < ${{ files_from }} && test -f .ready", on: landing}
"""
OWN = "import pathlib, sys\nsys.exit(len(list(pathlib.Path('p').glob('*'))) > int(sys.argv[1]))\n"
FILES = {".gitignore": "/.ready\n", "README": "OLD\n"} | {
    f"{folder}/m{number}.py": "OLD = 1\n" for folder in "pq" for number in range(2)
}


@dataclass(frozen=True, slots=True)
class Published:
    """A run whose slices are in its target."""

    leafcut: Leafcut
    target: Path
    playbook: Path
    run: str
    tips: tuple[str, ...]

    @property
    def range(self) -> str:
        """All commits that were published."""
        return f"main..{self.tips[-1]}"

    def verify(self, *arguments: str, code: int = 0, repo: Path | None = None) -> Any:
        """Return what `verify --json` prints."""
        place = ("--repo", str(repo or self.target))
        return json.loads(self.leafcut("verify", *arguments, *place, "--json", code=code).stdout)

    def states(self, *arguments: str, code: int = 0, repo: Path | None = None) -> list[str]:
        """Return how each commit stands."""
        said = self.verify(*arguments, code=code, repo=repo)
        return [commit["state"] for commit in said["commits"]]


def _published(folder: Path, *options: str) -> Published:
    leafcut = Leafcut(folder / "home")
    target = make_repository(folder / "target", FILES)
    playbook = make_playbook(folder / "playbooks", PLAYBOOK)
    (playbook / "own.py").write_text(OWN)
    leafcut("run", str(playbook), "--repo", str(target), "--yes", "--sandbox", "local", *options)
    stacked = ("--max-lines", "4", "--stacked", "true")
    made = json.loads(leafcut("prs", "create", *stacked, "--json").stdout)
    tips = tuple(piece["tip"] for piece in made["slices"])
    return Published(leafcut, target, playbook, made["run"], tips)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """One run for the tests that change nothing."""
    return _published(tmp_path_factory.mktemp("verify"))


@pytest.fixture
def copied(done: Published, tmp_path: Path) -> Published:
    """The same with a target of its own, to tamper with."""
    shutil.copytree(done.target, tmp_path / "copy")
    return replace(done, target=tmp_path / "copy")


def test_what_was_published_verifies(done: Published) -> None:
    assert len(done.tips) == 2
    said = done.verify(done.range)
    assert said["counts"] == {"verified": 4, "no_receipt": 0, "mismatch": 0, "red": 0}
    tested = [commit["tested"] for commit in said["commits"]]
    assert tested == [done.tips[0]] * 2 + [done.tips[1]] * 2
    shown = done.leafcut("verify", done.range, "--repo", str(done.target)).stdout.splitlines()
    assert shown[0].endswith(f"(checked in {done.tips[0][:10]})")
    assert shown[-1] == "4 verified"


@pytest.mark.parametrize("verify", ["commit", "head"])
def test_the_integration_branch_verifies(tmp_path: Path, verify: str) -> None:
    done = _published(tmp_path, "--verify", verify)
    canonical = done.leafcut.canonical(done.run)
    head = done.leafcut.status()["integration_branch"]
    said = done.verify(f"refs/leafcut/base..{head}", "--rerun", "--yes",
                       "--playbook", str(done.playbook), repo=canonical)  # fmt: skip
    assert [commit["state"] for commit in said["commits"]] == ["verified"] * 4
    own = {commit["tested"] == commit["commit"] for commit in said["commits"]}
    assert own == {True} if verify == "commit" else False in own


def test_a_clone_with_the_notes_verifies_and_one_without_says_how_to_get_them(
    done: Published, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(done.target), str(clone))
    shown = done.leafcut("verify", f"main~0..{done.tips[-1]}", "--repo", str(clone), code=3)
    assert "the receipts of run" in shown.stdout
    assert "git fetch origin 'refs/notes/leafcut/*:refs/notes/leafcut/*'" in shown.stderr
    git(clone, "fetch", "-q", "origin", "refs/notes/leafcut/*:refs/notes/leafcut/*")
    before = git(clone, "for-each-ref")
    assert done.states(done.range, repo=clone) == ["verified"] * 4
    assert git(clone, "for-each-ref") == before


def test_commits_of_people_have_no_receipt(done: Published) -> None:
    said = done.verify("main", code=3)
    assert said["commits"][0]["reasons"] == ["it is no commit of Leafcut"]


def test_half_a_slice_is_not_verified(done: Published) -> None:
    assert done.states(f"main..{done.tips[0]}~1", code=3) == ["no_receipt"]


@pytest.mark.parametrize("revisions", ["nope", "main..nope", "main..main", "--all"])
def test_a_bad_range(done: Published, revisions: str) -> None:
    done.leafcut("verify", "--repo", str(done.target), "--", revisions, code=5)


def test_a_folder_that_is_no_repository(done: Published, tmp_path: Path) -> None:
    done.leafcut("verify", "main", "--repo", str(tmp_path), code=5)


def test_an_amended_commit_has_no_receipt_and_its_slice_no_tip(copied: Published) -> None:
    git(copied.target, "checkout", "-q", "--detach", copied.tips[0])
    (copied.target / "p/m1.py").write_text("EVIL = 1\n")
    git(copied.target, "commit", "-q", "--amend", "-a", "--no-edit")
    said = copied.verify("main..HEAD", code=3)["commits"]
    assert [one["state"] for one in said] == ["no_receipt", "no_receipt"]
    assert "which is not in the range" in said[0]["reasons"][0]
    assert "was it amended" in said[1]["reasons"][0]


def test_a_receipt_that_was_carried_along_does_not_match(copied: Published) -> None:
    git(copied.target, "checkout", "-q", "--detach", copied.tips[0])
    (copied.target / "p/m1.py").write_text("EVIL = 1\n")
    git(copied.target, "commit", "-q", "--amend", "-a", "--no-edit")
    ref = f"--ref=leafcut/{copied.run}"
    git(copied.target, "notes", ref, "copy", copied.tips[0], "HEAD")
    (said,) = copied.verify("HEAD", code=3)["commits"]
    assert said["state"] == "mismatch"
    assert said["reasons"] == [f"the receipt is that of {copied.tips[0][:12]}"]


@pytest.mark.parametrize(
    ("old", "new"),
    [('"outcome": "passed"', '"outcome": "flaky"'), ("py_compile", "this"), ('"exit_code": 0', "")],
)
def test_a_changed_note_does_not_match(copied: Published, old: str, new: str) -> None:
    ref = f"--ref=leafcut/{copied.run}"
    text = git(copied.target, "notes", ref, "show", copied.tips[1])
    assert old in text
    git(copied.target, "notes", ref, "add", "-f", "-m", text.replace(old, new), copied.tips[1])
    assert copied.states(copied.range, code=3) == ["verified", "verified", "verified", "mismatch"]


def test_a_dropped_note_is_missed(copied: Published) -> None:
    git(copied.target, "notes", f"--ref=leafcut/{copied.run}", "remove", copied.tips[0])
    said = copied.states(copied.range, code=3)
    assert said == ["verified", "no_receipt", "verified", "verified"]


def test_receipts_that_a_person_moved_are_not_written_over(tmp_path: Path) -> None:
    done = _published(tmp_path)
    ref = f"refs/notes/leafcut/{done.run}"
    git(done.target, "notes", f"--ref=leafcut/{done.run}", "remove", done.tips[0])
    there = git(done.target, "rev-parse", ref)
    said = done.leafcut("prs", "create", code=5).stderr
    assert ref in said
    assert git(done.target, "rev-parse", ref) == there


def test_a_rerun_runs_the_checks_of_each_receipt_once(done: Published) -> None:
    said = done.verify(done.range, "--rerun", "--yes", "--playbook", str(done.playbook))
    assert [commit["state"] for commit in said["commits"]] == ["verified"] * 4
    for commit in said["commits"]:
        assert [check["check"] for check in commit["rerun"]] == ["compile", "own", "listed"]
        assert not any("${{" in check["command"] for check in commit["rerun"])
    shown = done.leafcut("verify", done.range, "--repo", str(done.target), "--rerun", "--yes",
                         "--playbook", str(done.playbook))  # fmt: skip
    assert shown.stderr.count("… checks of") == 2
    assert "  ${{ python }} ${{ playbook.dir }}/own.py 9" in shown.stderr.splitlines()
    assert "  echo ready > .ready" in shown.stderr.splitlines()


def test_a_rerun_asks_before_it_runs_code_of_others(done: Published) -> None:
    arguments = ("verify", done.range, "--repo", str(done.target), "--rerun")
    said = done.leafcut(*arguments, code=2).stderr
    assert "-m py_compile" in said
    assert "--yes" in said


def test_a_rerun_needs_the_very_playbook_that_checks_take_files_from(
    done: Published, tmp_path: Path
) -> None:
    arguments = ("verify", done.range, "--repo", str(done.target), "--rerun", "--yes")
    assert "replace" in done.leafcut(*arguments, code=2).stderr
    other = make_playbook(tmp_path, PLAYBOOK)
    (other / "own.py").write_text("print('mine')\n")
    said = done.leafcut(*arguments, "--playbook", str(other), code=2).stderr
    assert "is not the one" in said


RED_NOW = """\
version: 1
name: replace
title: Replace old by new
find: {regex: ['OLD\\b']}
select: {include: ["**/*.py"]}
codemod: {run: "sed -i s/OLD/NEW/g ${{ task.files }}"}
checks:
  - {name: moody, run: "test ! -e FLAG || ! grep -r NEW p", on: landing}
"""


def test_a_check_that_fails_now_is_told_and_what_the_base_fails_is_not_counted(
    tmp_path: Path,
) -> None:
    leafcut, flag = Leafcut(tmp_path / "home"), tmp_path / "flag"
    target = make_repository(tmp_path / "target", FILES)
    known = '  - {name: known, run: "false", on: landing}\n'
    text = RED_NOW.replace("FLAG", str(flag)) + known
    playbook = make_playbook(tmp_path / "playbooks", text)
    leafcut("run", str(playbook), "--repo", str(target), "--yes", "--sandbox", "local")
    tip = json.loads(leafcut("prs", "create", "--json").stdout)["slices"][-1]["tip"]
    arguments = ("verify", f"main..{tip}", "--repo", str(target), "--rerun", "--yes",
                 "--sandbox", "local")  # fmt: skip
    assert "checks green again" in leafcut(*arguments).stdout
    flag.touch()
    said = leafcut(*arguments, code=3).stdout
    assert "red now" in said
    assert "check moody is failed now" in said
    assert "check known" not in said
    flag.unlink()
    leafcut(*arguments)


def test_a_run_that_died_before_it_could_tell_what_landed_has_its_receipts(tmp_path: Path) -> None:
    crashing = Leafcut(tmp_path / "home", {VARIABLE: "repository.move:after:2"})
    leafcut = Leafcut(tmp_path / "home")
    target = make_repository(tmp_path / "target", FILES)
    playbook = make_playbook(tmp_path / "playbooks", PLAYBOOK)
    (playbook / "own.py").write_text(OWN)
    crashing("run", str(playbook), "--repo", str(target), "--yes", "--sandbox", "local", code=None)
    (run,) = (path.name for path in (tmp_path / "home/runs").iterdir())
    leafcut("resume", run)
    tip = json.loads(leafcut("prs", "create", "--json").stdout)["slices"][-1]["tip"]
    leafcut("verify", f"main..{tip}", "--repo", str(target))
    canonical = leafcut.canonical(run)
    head = leafcut.status()["integration_branch"]
    said = leafcut("verify", f"refs/leafcut/base..{head}", "--repo", str(canonical), "--json")
    for commit in json.loads(said.stdout)["commits"]:
        assert commit["state"] == "verified"
        text = git(canonical, "notes", f"--ref=leafcut/{run}", "show", commit["commit"])
        checks = json.loads(text)["receipt"]["checks"]
        assert [check["name"] for check in checks] == ["compile", "own", "listed"]
