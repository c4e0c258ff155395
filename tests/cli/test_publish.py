"""`leafcut prs bundle` and `leafcut publish` in real processes: what is opened, what is refused."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.forging import forged, sealed
from tests.support.leafcut import REPLACE, Leafcut, add_commit, git, make_playbook, make_repository

FILES = {f"{folder}/m{number}.py": "OLD = 1\n" * 40 for folder in "pq" for number in range(2)}
LOCAL = ("--sandbox", "local", "--yes")
Manifest = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bundled:
    """A run, its target, and the bundle that was made of it."""

    leafcut: Leafcut
    target: Path
    run: str
    folder: Path
    digest: str

    def refused(self, folder: Path, *options: str) -> str:
        """Return why a bundle is refused; nothing has come to the target."""
        said = self.leafcut("publish", str(folder), "--repo", str(self.target), *options, code=5)
        assert not git(self.target, "for-each-ref", "refs/heads/leafcut", "refs/notes")
        return said.stderr


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Bundled:
    """One bundle for the tests that only look."""
    folder = tmp_path_factory.mktemp("publish")
    leafcut = Leafcut(folder / "home")
    target = make_repository(folder / "target", FILES)
    recipe = make_playbook(folder / "playbooks", REPLACE)
    leafcut("run", str(recipe), "--repo", str(target), "--yes", "--sandbox", "local")
    run = leafcut.status()["run"]
    said = leafcut("prs", run, "bundle", str(folder / "bundle"), "--json").stdout
    return Bundled(leafcut, target, run, folder / "bundle", json.loads(said)["digest"])


@pytest.fixture
def elsewhere(bundled: Bundled, tmp_path: Path) -> Bundled:
    """The bundle, and a clone of the target that may be written to."""
    git(tmp_path, "clone", "-q", str(bundled.target), str(tmp_path / "clone"))
    leafcut = replace(bundled.leafcut, home=tmp_path / "home")
    return replace(bundled, target=tmp_path / "clone", leafcut=leafcut)


def test_a_bundle_becomes_branches_receipts_and_pages(elsewhere: Bundled, tmp_path: Path) -> None:
    out = tmp_path / "slices"
    words = ("publish", str(elsewhere.folder), "--repo", str(elsewhere.target), "--out", str(out))
    assert f"→ read {out}" in elsewhere.leafcut(*words, "--rerun", *LOCAL).stderr
    document = json.loads((elsewhere.folder / "slices.json").read_text())
    for one in document["slices"]:
        assert git(elsewhere.target, "rev-parse", one["branch"]).strip() == one["tip"]
        elsewhere.leafcut("verify", f"main..{one['branch']}", "--repo", str(elsewhere.target))
    assert len(list(out.glob("*.md"))) == len(list(out.glob("*.patch"))) == len(document["slices"])
    before = git(elsewhere.target, "for-each-ref")
    again = elsewhere.leafcut(*words, "--digest", elsewhere.digest, "--json")
    assert json.loads(again.stdout)["published"]
    assert git(elsewhere.target, "for-each-ref") == before


def test_the_action_verifies_what_was_published(elsewhere: Bundled, tmp_path: Path) -> None:
    words = ("publish", str(elsewhere.folder), "--repo", str(elsewhere.target))
    elsewhere.leafcut(*words, "--out", str(tmp_path / "out"), "--digest", elsewhere.digest)
    one = json.loads((elsewhere.folder / "slices.json").read_text())["slices"][0]
    told = {
        "LEAFCUT_INPUT_BASE": one["base"],
        "LEAFCUT_INPUT_HEAD": one["tip"],
        "LEAFCUT_INPUT_REPOSITORY": str(elsewhere.target),
    }
    step = replace(elsewhere.leafcut, environment=told)
    assert " verified" in step("github", "verify").stdout
    add_commit(elsewhere.target, {"mine.py": "x = 1\n"}, "Mine")
    told["LEAFCUT_INPUT_HEAD"] = git(elsewhere.target, "rev-parse", "HEAD").strip()
    assert "it is no commit of Leafcut" in step("github", "verify", code=3).stdout


def test_nobody_vouches_for_a_bundle_by_making_it(bundled: Bundled) -> None:
    words = ("publish", str(bundled.folder), "--repo", str(bundled.target))
    assert "nobody vouches" in bundled.leafcut(*words, code=2).stderr
    assert "not the one" in bundled.refused(bundled.folder, "--digest", "0" * 64)
    seen = bundled.leafcut(*words, "--check", "--rerun", *LOCAL)
    assert seen.stdout.strip() == bundled.digest
    assert f"--digest {bundled.digest}, where the key is" in seen.stderr
    assert not git(bundled.target, "for-each-ref", "refs/heads/leafcut")


@pytest.mark.parametrize("name", ["GH_TOKEN", "GITHUB_TOKEN", "LEAFCUT_APP_PRIVATE_KEY"])
def test_checks_are_not_run_where_a_key_is(bundled: Bundled, name: str) -> None:
    leafcut = replace(bundled.leafcut, environment={name: "ghp_0123456789abcdef"})
    words = ("publish", str(bundled.folder), "--repo", str(bundled.target), "--rerun", *LOCAL)
    assert f"{name} is in the environment" in leafcut(*words, code=2).stderr


def _append(name: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        with (folder / name).open("ab") as file:
            file.write(b" ")

    return change


def _linked(folder: Path) -> None:
    (folder / "report.json").rename(folder.parent / "report.json")
    (folder / "report.json").symlink_to(folder.parent / "report.json")


def _piped(folder: Path) -> None:
    import os

    (folder / "report.json").unlink()
    os.mkfifo(folder / "report.json")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_append("report.json"), "report.json was changed"),
        (_append("slices.bundle"), "slices.bundle was changed"),
        (lambda folder: (folder / "report.json").unlink(), "report.json is missing"),
        (lambda folder: (folder / "more.md").write_text("x"), "'more.md' is in the bundle, and"),
        (lambda folder: (folder / "a b").write_text("x"), "it has a file 'a b'"),
        (lambda folder: (folder / "slices.json").write_text("{}"), "slices.json is no bundle's"),
        (_linked, "report.json cannot be read"),
        (_piped, "report.json is no file"),
    ],
)
def test_files_that_were_tampered_with(
    bundled: Bundled, tmp_path: Path, change: Callable[[Path], None], why: str
) -> None:
    folder = Path(shutil.copytree(bundled.folder, tmp_path / "bundle"))
    change(folder)
    assert why in bundled.refused(folder, "--check")


def _first(**fields: object) -> Callable[[Manifest], None]:
    return lambda document: document["slices"][0].update(fields)


def _all(**fields: object) -> Callable[[Manifest], None]:
    return lambda document: document.update(fields)


def _swap_tips(document: Manifest) -> None:
    one, two = document["slices"]
    one["tip"], two["tip"] = two["tip"], one["tip"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_swap_tips, "slices.bundle has refs/heads/leafcut/"),
        (_first(tree="0" * 40), "the tree of"),
        (_first(tip="0" * 40), "slices.bundle has refs/heads/leafcut/"),
        (_first(base="0" * 40), "stands on 000000000000, not on"),
        (_first(branch="main"), "'main' is no branch of Leafcut's"),
        (_first(branch="leafcut/../main"), "is no branch of Leafcut's"),
        (_first(branch="leafcut/other"), "which is no slice"),
        (_first(stands_on="leafcut/none"), "which is no slice before it"),
        (_first(body="thanks @mallory"), "calls people or closes issues: '@mallory'"),
        (_first(body="fixes #12"), "calls people or closes issues: 'fixes #12'"),
        (_first(title="fixes https://github.com/a/b/issues/7"), "its title calls people"),
        (_first(title="two\nlines"), "its title has not"),
        (_first(body="x" * 65_537), "its page has 65537 characters"),
        (_first(extra=1), "slices.json is no bundle's of this version"),
        (_all(run="../x"), "is no run's name"),
        (_all(run="another"), "which is no slice and no receipts of the run"),
        (_all(receipts="0" * 40), "refs/notes/leafcut/"),
        (_all(slices=[]), "it has 0 slices"),
        (_all(files={}), "slices.bundle is not among its files"),
        (_all(schema=2), "slices.json is no bundle's of this version"),
    ],
)
def test_manifests_that_were_tampered_with(
    bundled: Bundled, tmp_path: Path, change: Callable[[Manifest], None], why: str
) -> None:
    folder = Path(shutil.copytree(bundled.folder, tmp_path / "bundle"))
    assert why in bundled.refused(sealed(folder, change), "--check")


def test_a_commit_that_is_not_its_receipts(bundled: Bundled, tmp_path: Path) -> None:
    files = {"p/m0.py": ("100644", b"NEW = 2\n")}
    folder = forged(bundled.folder, bundled.target, tmp_path, files, receipts=False)
    assert "does not fit its receipt" in bundled.refused(folder, "--check")


def test_refs_that_no_slice_needs(bundled: Bundled, tmp_path: Path) -> None:
    branch = json.loads((bundled.folder / "slices.json").read_text())["slices"][1]["branch"]
    extra = {"refs/heads/main": branch}
    folder = forged(bundled.folder, bundled.target, tmp_path, {}, extra_refs=extra)
    assert "carries 'refs/heads/main'" in bundled.refused(folder, "--check")


def test_a_pack_that_is_broken(bundled: Bundled, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(bundled.folder, tmp_path / "bundle"))
    content = bytearray((folder / "slices.bundle").read_bytes())
    content[-40] ^= 0xFF
    (folder / "slices.bundle").write_bytes(content)
    assert "git does not take its objects" in bundled.refused(sealed(folder), "--check")


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({".github/workflows/x.yml": ("100644", b"on: push\n")}, "is run by the forge"),
        ({".GitHub/Workflows/x.yml": ("100644", b"on: push\n")}, "is run by the forge"),
        ({".github/actions/a/action.yml": ("100644", b"name: a\n")}, "is run by the forge"),
        ({"out": ("120000", b"../../etc/passwd")}, "is a link out of the tree"),
        ({"out": ("120000", b"/etc/passwd")}, "is a link out of the tree"),
        ({"sub/x": ("120000", b"../.GIT/config")}, "is a link into a repository"),
        ({"key.py": ("100644", b'KEY = "ghp_' + b"a1" * 18 + b'"\n')}, "guard:secrets"),
        ({"todo.py": ("100644", b"# TODO: later\n")}, "guard:laziness"),
    ],
)
def test_changes_that_no_receipt_makes_good(
    bundled: Bundled, tmp_path: Path, files: dict[str, tuple[str, bytes]], why: str
) -> None:
    folder = forged(bundled.folder, bundled.target, tmp_path, files)
    assert why in bundled.refused(folder, "--check")


def test_a_forged_receipt_is_found_by_running_the_checks(bundled: Bundled, tmp_path: Path) -> None:
    files = {"p/m0.py": ("100644", b"this is no python(\n")}
    folder = forged(bundled.folder, bundled.target, tmp_path, files)
    words = ("publish", str(folder), "--repo", str(bundled.target), *LOCAL)
    assert bundled.leafcut(*words, "--check").stdout.strip() != bundled.digest
    assert "is failed now" in bundled.leafcut(*words, "--rerun", code=3).stderr
    assert not git(bundled.target, "for-each-ref", "refs/heads/leafcut")


def test_a_target_without_the_base(bundled: Bundled, tmp_path: Path) -> None:
    other = make_repository(tmp_path / "other", {"a.py": "x = 1\n"})
    here = replace(bundled, target=other)
    assert "has no commit" in here.refused(bundled.folder, "--check")


def test_a_base_that_is_no_part_of_what_people_have(elsewhere: Bundled) -> None:
    git(elsewhere.target, "checkout", "-q", "--orphan", "other")
    add_commit(elsewhere.target, {"a.py": "x = 1\n"}, "other")
    assert "is no part of what" in elsewhere.refused(elsewhere.folder, "--check")


def test_a_branch_that_a_person_moved_stays(elsewhere: Bundled, tmp_path: Path) -> None:
    words = ("publish", str(elsewhere.folder), "--repo", str(elsewhere.target))
    more = ("--out", str(tmp_path / "out"), "--digest", elsewhere.digest)
    elsewhere.leafcut(*words, *more)
    branch = json.loads((elsewhere.folder / "slices.json").read_text())["slices"][0]["branch"]
    git(elsewhere.target, "checkout", "-q", branch)
    mine = add_commit(elsewhere.target, {"mine.py": "x = 1\n"}, "Mine")
    git(elsewhere.target, "checkout", "-q", "main")
    assert "was moved by someone else" in elsewhere.leafcut(*words, *more, code=5).stderr
    assert git(elsewhere.target, "rev-parse", branch).strip() == mine
    git(elsewhere.target, "update-ref", f"refs/heads/{branch}", "main")
    assert "was moved by someone else" in elsewhere.leafcut(*words, *more, code=5).stderr


def test_a_bundle_takes_no_folder_of_others(bundled: Bundled, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    said = bundled.leafcut("prs", bundled.run, "bundle", str(tmp_path / "mine"), code=2)
    assert "no bundle" in said.stderr
