"""A process that dies at any of the named crash points loses nothing and does nothing twice."""

import signal
from pathlib import Path

import pytest

from orchestrator.adapters.crash_points import POINTS, VARIABLE
from tests.support.leafcut import (
    REPLACE,
    Leafcut,
    chain,
    git,
    landed_tasks,
    make_playbook,
    make_repository,
    tree_of,
)

NAMES = [
    f"{port}.{method}:{side}"
    for port, methods in POINTS.items()
    if port != "forge"  # see tests/cli/test_prs_github.py
    for method in methods
    for side in ("before", "after")
]
TIMES = (1, 4)
"""Which of a point's moments kill: the first ones belong to the start of a run."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a playbook and a target."""
    folder = tmp_path_factory.mktemp("crash")
    make_playbook(folder / "playbooks", REPLACE)
    make_repository(folder / "target", chain(3))
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_a_crash_point(name: str, folder: Path, tmp_path: Path) -> None:
    playbook, target = str(folder / "playbooks" / "replace"), str(folder / "target")
    died = 0
    for number in TIMES:
        crashing = Leafcut(tmp_path / f"home{number}", {VARIABLE: f"{name}:{number}"})
        alone = Leafcut(crashing.home)
        options = ("--repo", target, "--sandbox", "local", "--yes", "-j", "1")
        died += crashing("run", playbook, *options, code=None).returncode == -signal.SIGKILL
        (run,) = (path.name for path in (crashing.home / "runs").iterdir())
        died += crashing("resume", run, code=None).returncode == -signal.SIGKILL
        alone("resume", run)
        died += crashing("prs", run, "create", code=None).returncode == -signal.SIGKILL
        made = alone("prs", run, "create", "--json").stdout
        status = alone.status(run)
        canonical = alone.canonical(run)
        assert status["state"] == "done"
        tasks = landed_tasks(canonical, status["base"], status["integration_branch"])
        assert sorted(tasks) == sorted(task["id"] for task in status["tasks"])
        tips = git(folder / "target", "for-each-ref", "--format=%(tree)", "refs/heads/leafcut")
        assert tree_of(canonical, status["integration_branch"]) in tips.split()
        assert '"slices"' in made
        for ref in git(folder / "target", "for-each-ref", "--format=%(refname)").split():
            if ref.startswith(("refs/heads/leafcut/", "refs/notes/leafcut/")):
                git(folder / "target", "update-ref", "-d", ref)
    assert died
