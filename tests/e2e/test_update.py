"""A main branch that moves on while a run is under way, and the run that follows it."""

import signal
from pathlib import Path

import pytest

from tests.support.leafcut import (
    REPLACE,
    Leafcut,
    add_commit,
    git,
    make_playbook,
    make_repository,
    tree_of,
)

LOCAL = ("--sandbox", "local", "--yes")
NAMES = ("quiet", "near", "moved", "gone", "own")
FILES = {  # so different that git takes none of them for another one that was renamed
    f"{name}.py": "value = 'OLD'\n" + "".join(f"{name}{n} = '{name * n}'\n" for n in range(12))
    for name in NAMES
}
CLASH = {"clash.py": "value = 'OLD'\n"}


def landed_run(leafcut: Leafcut, folder: Path, *more: str, text: str = REPLACE) -> tuple[Path, str]:
    playbook = make_playbook(folder / "playbooks", text)
    target = make_repository(folder / "target", {**FILES, **CLASH})
    leafcut("run", str(playbook), "--repo", str(target), *LOCAL, *more, code=None)
    return target, leafcut.status()["run"]


def move_on(target: Path) -> str:
    """Let main do to landed files all that it can: nothing, an edit, a clash, a move, an end."""
    add_commit(target, {"near.py": FILES["near.py"] + "more = 'OLD OLD'\n"}, "edit near")
    add_commit(target, {"clash.py": "value = 'OLD' + 'OLD'\n"}, "clash")
    git(target, "mv", "moved.py", "elsewhere.py")
    add_commit(target, {}, "move")
    git(target, "rm", "-q", "gone.py")
    add_commit(target, {}, "remove")
    add_commit(target, {"own.py": FILES["own.py"].replace("OLD", "NEW")}, "do it themselves")
    return add_commit(target, {"fresh.py": "value = 'OLD'\n"}, "add")


def content(leafcut: Leafcut, run: str, path: str) -> str:
    status = leafcut.status(run)
    return git(leafcut.canonical(run), "show", f"{status['integration_head']}:{path}")


def test_what_landed_is_replayed_and_the_rest_becomes_tasks(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    target, run = landed_run(leafcut, tmp_path)
    base = move_on(target)
    before = {task["id"]: task for task in leafcut.status()["tasks"]}
    said = leafcut("update", run).stderr
    assert "3 landed commits replayed, 3 not" in said
    status = leafcut.status(run)
    assert status["base"] == base
    assert "NEW" in content(leafcut, run, "elsewhere.py")
    new = {task["files"][0]: task for task in status["tasks"] if task["id"] not in before}
    assert sorted(new) == ["clash.py", "fresh.py", "near.py"]
    assert {task["state"] for task in new.values()} == {"ready"}

    leafcut("resume", run)
    status = leafcut.status(run)
    assert (status["state"], status["residue"]["after"]) == ("done", 0)
    assert status["not_done"] == []
    assert content(leafcut, run, "clash.py") == "value = 'NEW' + 'NEW'\n"
    leafcut("prs", run, "create")
    branches = git(target, "branch", "--list", "leafcut/*", "--format=%(refname)").split()
    assert {git(target, "merge-base", base, branch).strip() for branch in branches} == {base}
    leafcut("verify", f"{base}..{branches[-1]}", "--repo", str(target))


def test_update_is_idempotent_and_says_so(leafcut: Leafcut, tmp_path: Path) -> None:
    target, run = landed_run(leafcut, tmp_path)
    move_on(target)
    leafcut("update", run)
    first = leafcut.status(run)
    assert "already" in leafcut("update", run).stderr
    again = leafcut.status(run)
    assert (again["tasks"], again["integration_head"]) == (
        first["tasks"],
        first["integration_head"],
    )


def test_a_run_that_stands_there_already_keeps_its_end(leafcut: Leafcut, tmp_path: Path) -> None:
    _, run = landed_run(leafcut, tmp_path)
    before = leafcut.status(run)
    assert before["state"] == "done"
    assert "already" in leafcut("update", run).stderr
    assert leafcut.status(run) == before


def test_tasks_that_had_not_started_follow_the_base(leafcut: Leafcut, tmp_path: Path) -> None:
    target, run = landed_run(leafcut, tmp_path, "--max-tasks", "1", "-j", "1")
    move_on(target)
    leafcut("update", run)
    status = leafcut.status(run)
    over = {t["files"][0]: t["reason_code"] for t in status["tasks"] if t["state"] == "skipped"}
    assert over.keys() <= {"gone.py", "moved.py", "own.py"}
    assert set(over.values()) == {"gone"}
    everything = {file for t in status["tasks"] if t["state"] != "skipped" for file in t["files"]}
    assert {"elsewhere.py", "fresh.py"} <= everything


def test_a_replayed_commit_that_is_red_on_the_new_base_becomes_a_task(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    text = REPLACE.replace(
        'run: "${{ python }} -m py_compile ${{ task.files }}"',
        'run: "if test -e strict; then ! grep -l NEW quiet.py; fi", on: landing',
    )
    target, run = landed_run(leafcut, tmp_path, text=text)
    add_commit(target, {"strict": ""}, "be strict")
    leafcut("update", run)
    status = leafcut.status(run)
    (quiet,) = [t for t in status["tasks"] if t["files"] == ["quiet.py"] and t["state"] == "ready"]
    assert quiet["id"].endswith("-2")
    (old,) = [t for t in status["tasks"] if t["state"] == "landed" and t["commit"] is None]
    assert "red" in old["reason"]
    assert "OLD" in content(leafcut, run, "quiet.py")
    assert "NEW" in content(leafcut, run, "near.py")


MOMENTS = {
    "journal.append:before:2": "old",
    "repository.move:before:2": "old",
    "journal.append:after:2": "new",
    "repository.move:before:3": "new",
    "repository.move:before:4": "new",
}
"""The second append is the update; before it commits are replayed aside, after it refs follow."""


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_update_leaves_the_old_state_or_the_new_one(
    leafcut: Leafcut, tmp_path: Path, moment: str
) -> None:
    target, run = landed_run(leafcut, tmp_path)
    old = leafcut.status(run)
    base = move_on(target)
    killed = Leafcut(leafcut.home, {"LEAFCUT_CRASH_AT": moment})
    assert killed("update", run, code=None).returncode == -signal.SIGKILL
    status = leafcut.status(run)
    if MOMENTS[moment] == "old":
        assert (status["base"], status["tasks"]) == (old["base"], old["tasks"])
        assert status["integration_head"] == old["integration_head"]
    else:
        assert status["base"] == base
        assert status["integration_head"] != old["integration_head"]
    leafcut("update", run)
    leafcut("resume", run)
    status = leafcut.status(run)
    canonical = leafcut.canonical(run)
    assert (status["state"], status["base"]) == ("done", base)
    assert tree_of(canonical, status["integration_branch"]) == tree_of(
        canonical, status["integration_head"]
    )
    assert content(leafcut, run, "clash.py") == "value = 'NEW' + 'NEW'\n"
