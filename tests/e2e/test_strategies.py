"""The strategies, each played by an example: `examples/` has their playbooks and fixtures."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.leafcut import Leafcut, git, landed_tasks, make_playbook, make_repository

EXAMPLES = Path(__file__).parent / "examples"
LOGGER = EXAMPLES / "replace-logger"
HTTPS = EXAMPLES / "use-https"
LOCAL = ("--sandbox", "local", "--yes")

ODD = """\
import oldlog


def look() -> None:
    getattr(oldlog, "info")("shop.odd", "odd")
"""


def before(example: Path) -> dict[str, bytes]:
    root = example / "fixture" / "before"
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def changed(example: Path, folder: Path, *changes: tuple[str, str]) -> Path:
    """Copy an example's playbook and change its text by regular expressions."""
    copy = Path(shutil.copytree(example, folder / example.name))
    text = (copy / "playbook.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        text, count = re.subn(old, new, text, flags=re.DOTALL | re.MULTILINE)
        assert count == 1, old
    (copy / "playbook.yaml").write_text(text, encoding="utf-8")
    return copy


@pytest.mark.parametrize("example", [LOGGER, HTTPS], ids=lambda one: one.name)
def test_an_example_plays_its_fixture(leafcut: Leafcut, example: Path) -> None:
    leafcut("playbook", "validate", str(example))
    leafcut("playbook", "test", str(example))


def test_scaffold_first_teardown_last_and_the_app_runs_at_every_commit(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    target = make_repository(tmp_path / "target", before(LOGGER))
    leafcut("run", str(LOGGER), "--repo", str(target), *LOCAL)
    status = leafcut.status()
    assert (status["state"], status["not_done"], status["not_planned"][0]["file"]) == (
        "done",
        [],
        "oldlog.py",
    )
    assert [(one["name"], one["found"], one["met"]) for one in status["exit_criteria"]] == [
        ("residue", 0, True),
        ("scaffold", 0, True),
        ("the old logger", 0, True),
    ]
    canonical, head = leafcut.canonical(status["run"]), status["integration_branch"]
    stage = {task["id"]: task["stage"] for task in status["tasks"]}
    landed = [stage[task] for task in landed_tasks(canonical, status["base"], head)]
    assert landed == ["teardown", *["migrate"] * 5, "scaffold"]
    for commit in git(canonical, "rev-list", f"{status['base']}..{head}").split():
        tree = tmp_path / commit
        git(canonical, "worktree", "add", "-q", "--detach", str(tree), commit)
        subprocess.run([sys.executable, LOGGER / "same_output.py"], cwd=tree, check=True)
    files = git(canonical, "ls-tree", "-r", "--name-only", head).split()
    assert not {"oldlog.py", "compat_log.py"} & set(files)


def test_without_its_scaffold_the_same_migration_lands_nothing(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    playbook = changed(
        LOGGER,
        tmp_path,
        (r"strategy: scaffold\nmigrate: piecewise", "strategy: piecewise"),
        (r"^scaffold:.*?(?=^codemod)", ""),
        (r"^teardown:.*?(?=^checks)", ""),
    )
    target = make_repository(tmp_path / "target", before(LOGGER))
    leafcut("run", str(playbook), "--repo", str(target), *LOCAL, code=3)
    assert leafcut.status()["counts"]["landed"] == 0


def test_what_cannot_be_migrated_keeps_both_worlds_and_is_named(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    target = make_repository(tmp_path / "target", {**before(LOGGER), "shop/odd.py": ODD.encode()})
    continuing = changed(LOGGER, tmp_path, (r"\Z", "on_failed_dependency: continue\n"))
    done = leafcut("run", str(continuing), "--repo", str(target), *LOCAL, code=3)
    status = leafcut.status()
    states = {task["stage"]: task["state"] for task in status["tasks"] if task["attempts"] != 1}
    assert states["teardown"] == "blocked"
    reasons = {one["file"]: one["reason"] for one in status["not_done"]}
    assert set(reasons) == {"shop/odd.py", "compat_log.py", "main.py", "oldlog.py"}
    assert "occurrences left: 2" in reasons["shop/odd.py"]
    assert reasons["main.py"] == f"blocked by shop/odd.py ({reasons['shop/odd.py']})"
    assert {one["name"]: (one["found"], one["met"]) for one in status["exit_criteria"]} == {
        "residue": (2, False),
        "scaffold": (3, False),
        "the old logger": (1, False),
    }
    assert "exit criterion not met: residue: 2 left, at most 0" in status["reason"]
    assert "✗ scaffold: 3 left, at most 0" in done.stderr
    head = status["integration_branch"]
    assert "compat_log" in git(leafcut.canonical(status["run"]), "show", f"{head}:main.py")


def test_a_teardown_that_leaves_a_use_of_the_scaffold_does_not_land(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    playbook = changed(
        LOGGER,
        tmp_path,
        (r"\$\{\{ python \}\} \$\{\{ playbook.dir \}\}/teardown.py", "rm compat_log.py oldlog.py"),
        (r"^checks:.*?(?=^exit_criteria)", ""),
    )
    target = make_repository(tmp_path / "target", before(LOGGER))
    leafcut("run", str(playbook), "--repo", str(target), *LOCAL, code=3)
    (failed,) = [one for one in leafcut.status()["tasks"] if one["state"] == "failed"]
    assert failed["stage"] == "teardown"
    assert failed["reason_code"] == "guard:residue"


def test_a_scaffold_plan_shows_its_stages(leafcut: Leafcut, tmp_path: Path) -> None:
    target = make_repository(tmp_path / "target", before(LOGGER))

    def shown(form: str) -> str:
        return leafcut("plan", str(LOGGER), "--repo", str(target), "--format", form).stdout

    layers = re.findall(r"^layer \d+ .*$", shown("table"), re.MULTILINE)
    assert layers == ["layer 0  scaffold", "layer 1  migrate", "layer 2  teardown"]
    drawn = shown("mermaid")
    assert re.findall(r"subgraph (\w+)", drawn) == ["scaffold", "migrate", "teardown"]
    assert drawn.count("-->") == 10
    assert re.findall(r"cluster_(\w+)", shown("dot")) == ["scaffold", "migrate", "teardown"]
    assert shown("html").count('"stage": "migrate"') == 5


def test_a_saved_scaffold_plan_runs(leafcut: Leafcut, tmp_path: Path) -> None:
    target = make_repository(tmp_path / "target", before(LOGGER))
    plan = tmp_path / "plan.json"
    leafcut("plan", str(LOGGER), "--repo", str(target), "-o", str(plan))
    leafcut("run", str(plan), "--playbook", str(LOGGER), "--repo", str(target), *LOCAL)
    assert leafcut.status()["state"] == "done"
    leafcut("prs", "preview")


def test_piecewise_tasks_wait_for_nothing(leafcut: Leafcut, tmp_path: Path) -> None:
    target = make_repository(tmp_path / "target", before(HTTPS))
    leafcut("run", str(HTTPS), "--repo", str(target), *LOCAL)
    status = leafcut.status()
    assert (status["state"], status["counts"]["landed"]) == ("done", 3)
    assert status["exit_criteria"] == [
        {"name": "residue", "at_most": "20%", "before": 5, "found": 0, "met": True}
    ]


PARTLY = """\
version: 1
name: partly
title: Replace old by new, one a time
find: {regex: ['OLD']}
select: {include: ["*.txt"]}
graph: {language: none}
agents: [codemod, ./again]
codemod: {run: "sed -i '0,/OLD/s//NEW/' ${{ task.files }}"}
guards: {residue: reduce}
"""


def partly(folder: Path, more: str = "") -> str:
    playbook = make_playbook(folder, PARTLY + more, "partly")
    (playbook / "again").mkdir()
    text = "version: 1\nname: again\nkind: codemod\n"
    (playbook / "again" / "agent.yaml").write_text(text, encoding="utf-8")
    return str(playbook)


def test_a_green_part_lands_and_the_next_agent_goes_on(leafcut: Leafcut, tmp_path: Path) -> None:
    target = make_repository(tmp_path / "target", {"a.txt": "OLD\nOLD\nOLD\n", "b.txt": "OLD\n"})
    done = leafcut("run", partly(tmp_path), "--repo", str(target), *LOCAL)
    status = leafcut.status()
    assert (status["state"], status["residue"]) == ("done", {"before": 4, "after": 1})
    assert status["not_done"] == [{"file": "a.txt", "reason": "1 occurrence left"}]
    assert "not done: a.txt: 1 occurrence left" in done.stderr
    assert "⇄ added     a.txt, the rest: 2 occurrences left in 1 file" in done.stderr
    first, rest = (one for one in status["tasks"] if one["files"] == ["a.txt"])
    assert rest["id"] == f"{first['id']}-rest"
    assert (first["agent"], Path(rest["agent"]).name) == ("codemod", "again")
    assert (rest["state"], status["counts"]["landed"]) == ("landed", 3)
    leafcut("prs", "preview")


def test_a_run_is_not_done_before_its_exit_criteria_are_met(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    target = make_repository(tmp_path / "target", {"a.txt": "OLD\n" * 3 + "TODO\n" * 2})
    more = (
        "exit_criteria:\n  - residue: {at_most: '20%'}\n"
        "  - find: {name: todos, regex: [TODO], at_most: '100%'}\n"
    )
    leafcut("run", partly(tmp_path, more), "--repo", str(target), *LOCAL, code=3)
    status = leafcut.status()
    assert status["state"] == "incomplete"
    assert "✗ residue: 1 of 3 left, at most 20%" in leafcut("status").stdout
    assert status["reason"] == "exit criterion not met: residue: 1 of 3 left, at most 20%"
    assert [(one["name"], one["before"], one["found"]) for one in status["exit_criteria"]] == [
        ("residue", 3, 1),
        ("todos", 2, 2),
    ]
