"""`leafcut prs` in a real process, from a run to branches, pages and patches."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.leafcut import REPLACE, Leafcut, git, make_playbook, make_repository

FILES = {f"{folder}/m{number}.py": "OLD = 1\n" * 40 for folder in "pq" for number in range(3)}


@dataclass(frozen=True, slots=True)
class Finished:
    """A run that is done, and its target."""

    leafcut: Leafcut
    target: Path
    run: str

    def json(self, *arguments: str) -> Any:
        """Return what `prs … --json` prints."""
        return json.loads(self.leafcut("prs", *arguments, "--json").stdout)

    def refs(self) -> dict[str, str]:
        """Return all refs of the target."""
        listed = git(self.target, "for-each-ref", "--format=%(refname) %(objectname)")
        return dict(line.split(" ") for line in listed.splitlines())


def _finished(folder: Path, playbook: str = REPLACE) -> Finished:
    leafcut = Leafcut(folder / "home")
    target = make_repository(folder / "target", FILES)
    recipe = make_playbook(folder / "playbooks", playbook)
    arguments = ("run", str(recipe), "--repo", str(target), "--yes", "--sandbox", "local")
    leafcut(*arguments)
    return Finished(leafcut, target, leafcut.status()["run"])


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """One run for the tests that write nothing or write elsewhere."""
    return _finished(tmp_path_factory.mktemp("prs"))


def test_preview_writes_nothing_and_shows_what_create_would_do(done: Finished) -> None:
    before = done.refs()
    shown = done.json("preview", "--max-lines", "300")
    assert done.refs() == before
    assert not (done.leafcut.home / "runs" / done.run / "slices").exists()
    assert [piece["group"] for piece in shown["slices"]] == ["p", "q"]
    assert [(piece["added"], piece["removed"]) for piece in shown["slices"]] == [(120, 120)] * 2
    assert {piece["branch_state"] for piece in shown["slices"]} == {"new"}
    said = done.leafcut("prs", done.run, "preview")
    assert f"→ leafcut prs create {done.run}" in said.stderr
    table = said.stdout
    assert len(table.splitlines()) == 3
    assert shown["slices"][0]["branch"] in table


def test_create_writes_branches_pages_and_patches(tmp_path: Path) -> None:
    done = _finished(tmp_path)
    before = done.refs()
    preview = done.json("preview")
    made = done.json("create", "--out", str(tmp_path / "out"))
    for one, two in zip(preview["slices"], made["slices"], strict=True):
        assert {**two, "checks": []} == one
    branches = {f"refs/heads/{piece['branch']}": piece["tip"] for piece in made["slices"]}
    after = done.refs()
    receipts = after.pop(made["receipts"])
    assert after == {**before, **branches}
    assert git(done.target, "status", "--porcelain") == ""
    head = git(done.leafcut.canonical(done.run), "rev-parse", f"{made['head']}^{{tree}}")
    tips = [piece["tip"] for piece in made["slices"]]
    git(done.target, "merge", "--quiet", "--no-edit", *reversed(tips))
    assert git(done.target, "rev-parse", "HEAD^{tree}") == head
    git(done.target, "reset", "--quiet", "--hard", before["refs/heads/main"])
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    stem = "replace-old-by-new"
    pages = [f"01-{stem}-1-2.md", f"02-{stem}-2-2.md"]
    assert written == [pages[0], "01.patch", pages[1], "02.patch", "slices.json"]
    first = made["slices"][0]
    page = (tmp_path / "out" / pages[0]).read_text()
    assert f"`leafcut verify {first['base']}..{first['tip']}` checks it" in page
    again = done.json("create", "--out", str(tmp_path / "out"))
    assert {piece["branch_state"] for piece in again["slices"]} == {"unchanged"}
    assert done.refs() == {**after, made["receipts"]: receipts}


def test_a_branch_that_a_person_moved_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    done = _finished(tmp_path)
    branch = done.json("create")["slices"][1]["branch"]
    git(done.target, "branch", "--force", branch, "main")
    before = done.refs()
    said = done.leafcut("prs", "create", "--max-lines", "100", code=5).stderr
    assert branch in said
    assert done.refs() == before
    assert "REFUSED" in done.leafcut("prs", "preview").stdout


def test_a_red_head_writes_nothing(tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    check = (
        f"  - {{name: mood, run: 'echo ${{{{ task.files }}}}; test ! -e {flag}', on: landing}}\n"
    )
    done = _finished(tmp_path, REPLACE + check)
    before = done.refs()
    flag.touch()
    said = done.leafcut("prs", "create", code=3).stderr
    assert "mood" in said
    assert "Nothing was written" in said
    assert done.refs() == before
    assert not (done.leafcut.home / "runs" / done.run / "slices").exists()


def test_nothing_landed_is_no_error(tmp_path: Path) -> None:
    leafcut = Leafcut(tmp_path / "home")
    target = make_repository(tmp_path / "target", FILES)
    text = REPLACE.replace("sed -i s/OLD/NEW/g", "true")
    recipe = make_playbook(tmp_path / "playbooks", text)
    leafcut("run", str(recipe), "--repo", str(target), "--yes", "--max-tasks", "1", code=3)
    assert "nothing has landed" in leafcut("prs", "create").stderr
    assert json.loads(leafcut("prs", "preview", "--json").stdout)["slices"] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("prs", "make"),
        ("prs", "a", "b", "create"),
        ("prs", "preview", "--stacked", "sideways"),
        ("prs", "preview", "--max-lines", "0"),
        ("prs", "preview", "--group-by", "mood"),
        ("prs", "nobody-knows-it", "preview"),
        ("prs", "create", "--out", "."),
    ],
)
def test_bad_usage(done: Finished, arguments: tuple[str, ...]) -> None:
    assert done.leafcut(*arguments, code=2).stderr


def test_a_blind_check_is_called_blind_wherever_it_speaks_for_a_slice(tmp_path: Path) -> None:
    blind = "  - {name: tests, run: 'true', on: landing}\n"
    leafcut = Leafcut(tmp_path / "home")
    target = make_repository(tmp_path / "target", FILES)
    recipe = make_playbook(tmp_path / "playbooks", REPLACE + blind)
    run = leafcut("run", str(recipe), "--repo", str(target), "--yes", "--sandbox", "local").stderr
    *_, end = run.partition("✓ done")
    for said in (run.partition("✓ done")[0], end):
        assert "check tests is blind: it stayed green with p/m0.py broken" in said
        assert "editable install" in said
    made = leafcut("prs", "create", "--out", str(tmp_path / "out"))
    assert "compile passed, tests passed (blind)" in made.stderr
    pages = [page.read_text() for page in (tmp_path / "out").glob("*.md")]
    assert all("blind: it says nothing against a broken file" in page for page in pages)


def test_a_newer_run_takes_over_what_an_older_one_published(tmp_path: Path) -> None:
    done = _finished(tmp_path)
    older = done.run
    first = done.json(older, "create")
    recipe = str(tmp_path / "playbooks/replace")
    again = ("run", recipe, "--repo", str(done.target), "--yes", "--sandbox", "local")
    done.leafcut(*again)
    newer = done.leafcut("status", "--all").stdout.split()[0]
    branch = first["slices"][0]["branch"]
    assert f"taken over from {older}" in done.leafcut("prs", newer, "preview").stdout
    made = done.json(newer, "create")
    (taken,) = (piece for piece in made["slices"] if piece["branch"] == branch)
    assert (taken["branch_state"], taken["branch_owner"]) == ("taken", older)
    assert done.refs()[f"refs/heads/{branch}"] == taken["tip"]
    before = done.refs()
    said = done.leafcut("prs", older, "create", code=5).stderr
    assert f"where run {newer} published it" in said
    assert f"git branch -D {branch}" in said
    assert done.refs() == before
    git(done.target, "branch", "--force", branch, "main")
    assert "REFUSED" in done.leafcut("prs", newer, "preview").stdout


def test_slices_say_what_they_stand_on(tmp_path: Path) -> None:
    done = _finished(tmp_path, REPLACE + "pull_requests: {stacked: true}\n")
    one, two = done.json("preview")["slices"]
    assert (one["stack"], one["position"], one["stands_on"]) == (1, 1, "")
    assert (two["stack"], two["position"], two["stands_on"]) == (1, 2, one["branch"])
    assert two["base"] == one["tip"]
    assert "1: 2 of 2" in done.leafcut("prs", "preview").stdout
    apart = done.json("create", "--stacked", "auto")["slices"]
    assert [(piece["stack"], piece["stands_on"]) for piece in apart] == [(1, ""), (2, "")]
    assert done.json("preview")["slices"][1]["stack"] == 2, "create keeps it"
    page = next((done.leafcut.home / "runs" / done.run / "slices").glob("01-*.md")).read_text()
    assert "All 3 hunks are the same edit." in page
    assert "| `compile` | ✓ passed | ✓ passed |" in page


def test_a_run_remembers_how_its_slices_were_cut(tmp_path: Path) -> None:
    done = _finished(tmp_path)
    out = tmp_path / "out"
    first = done.json("create", "--max-lines", "100", "--out", str(out))
    again = done.json("create", done.run)
    keys = [piece["branch"] for piece in first["slices"]]
    assert len(keys) > 2
    assert [piece["branch"] for piece in again["slices"]] == keys
    assert again["folder"] == str(out)
    assert len(done.json("preview", "--max-lines", "400")["slices"]) < len(keys)
    assert len(done.json("preview")["slices"]) == len(keys)
