"""Runs in containers: from end to end, killed and gone on with, and refused before they begin."""

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from orchestrator.adapters.git.overlay import possible
from tests.support import requirements
from tests.support.containers import BASE
from tests.support.leafcut import (
    REPLACE,
    Leafcut,
    git,
    landed_tasks,
    make_playbook,
    make_repository,
    wide,
)

IN_IMAGE = REPLACE.replace("codemod:", f'environment: {{image: "{BASE}"}}\ncodemod:')
LONELY = (
    "import os\n"
    "for one in map(int, filter(str.isdigit, os.listdir('/proc'))):\n"
    "    if one not in (1, os.getpid(), os.getppid()):\n"
    "        os.kill(one, 9)\n"
)
"""Ends what would end the container with its Leafcut: a hostile command can."""
ONCE = (
    'if mkdir "$LEAFCUT_NOTES/again"; then python3 ${{ playbook.dir }}/lonely.py; '
    "trap '' TERM; sleep 4714; fi; sed -i s/OLD/NEW/g ${{ task.files }}"
)


@pytest.fixture(autouse=True, scope="module")
def image() -> None:
    """See that there is an image to run in."""
    requirements.docker().close()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A repository with three files to change."""
    return make_repository(tmp_path / "target", wide(3))


def containers(run: str) -> list[str]:
    """Return the states of the containers of a run."""
    words = ["docker", "ps", "--all", "--filter", f"label=leafcut.run={run}"]
    said = subprocess.run(
        [*words, "--format", "{{.State}}"], capture_output=True, text=True, check=True
    )
    return said.stdout.split()


def test_a_codemod_and_its_checks_run_in_the_image(
    leafcut: Leafcut, tmp_path: Path, target: Path
) -> None:
    text = IN_IMAGE.replace("${{ python }}", "test -f /.dockerenv && ${{ python }}")
    playbook = make_playbook(tmp_path / "playbooks", text)
    leafcut("run", str(playbook), "--repo", str(target), "--yes", "--json")
    status = leafcut.status()
    assert (status["state"], status["counts"]["landed"]) == ("done", 3)
    started = json.loads(leafcut("logs", "--json").stdout.splitlines()[0])["event"]
    assert started["sandbox"] == "docker"
    assert started["image"].startswith("sha256:")
    assert containers(status["run"]) == []
    leafcut("prs", status["run"], "create", "--out", str(tmp_path / "slices"))
    notes = git(target, "for-each-ref", "--format=%(refname)", "refs/notes/leafcut").strip()
    listed = git(target, "notes", f"--ref={notes}", "list").split()
    receipt = json.loads(git(target, "cat-file", "blob", listed[0]))["receipt"]
    assert receipt["environment"]["image"] == started["image"]


def test_what_lacks_an_image_stops_before_anything_is_scheduled(
    leafcut: Leafcut, tmp_path: Path, target: Path
) -> None:
    playbook = str(make_playbook(tmp_path / "playbooks"))
    options = ("--repo", str(target), "--yes", "--sandbox", "docker")
    assert "--image NAME" in leafcut("run", playbook, *options, code=2).stderr
    said = leafcut("run", playbook, *options, "--image", "leafcut-nowhere:1", code=7).stderr
    assert "docker pull leafcut-nowhere:1" in said
    remote = Leafcut(leafcut.home, {"DOCKER_HOST": "tcp://192.0.2.1:2375"})
    said = remote("run", playbook, *options, "--image", BASE, code=7).stderr
    assert "a daemon of another machine does not see the files" in said
    assert leafcut("status", "--all").stdout == ""


def test_an_environment_is_built_from_the_playbooks_dockerfile(
    leafcut: Leafcut, tmp_path: Path, target: Path
) -> None:
    name = f"replace-{uuid4().hex[:8]}"
    text = IN_IMAGE.replace(f'image: "{BASE}"', "dockerfile: tools/Dockerfile")
    text = text.replace("name: replace", f"name: {name}").replace("-m py_compile", "/opt/mark.py")
    playbook = make_playbook(tmp_path / "playbooks", text, name)
    (playbook / "tools").mkdir()
    (playbook / "tools/Dockerfile").write_text(f"FROM {BASE}\nCOPY mark.py /opt/\n")
    (playbook / "tools/mark.py").write_text("print(1)\n")
    run = ("run", str(playbook), "--repo", str(target), "--yes")
    try:
        assert f"leafcut playbook build {playbook}" in leafcut(*run, code=7).stderr
        assert "sha256:" in leafcut("playbook", "build", str(playbook)).stdout
        leafcut(*run)
        (playbook / "tools/mark.py").write_text("print(2)\n")
        assert "has changed since the image" in leafcut(*run, code=7).stderr
    finally:
        subprocess.run(
            ["docker", "rmi", "--force", f"leafcut-environment-{name}"],
            capture_output=True,
            check=False,
        )


@pytest.fixture
def stranger() -> Iterator[str]:
    """A container of somebody else's run, of the same name."""
    words = ["docker", "run", "--detach", "--rm", "--label", "leafcut.folder=/elsewhere"]
    started = subprocess.run(
        [*words, BASE, "sleep", "300"], capture_output=True, text=True, check=True
    )
    name = started.stdout.strip()
    yield name
    subprocess.run(["docker", "rm", "--force", name], capture_output=True, check=False)


def test_what_a_killed_leafcut_leaves_is_removed(
    leafcut: Leafcut, tmp_path: Path, target: Path, stranger: str
) -> None:
    text = IN_IMAGE.replace('"sed -i s/OLD/NEW/g ${{ task.files }}"', json.dumps(ONCE))
    playbook = make_playbook(tmp_path / "playbooks", text)
    (playbook / "lonely.py").write_text(LONELY)
    running = leafcut.start("run", str(playbook), "--repo", str(target), "--yes", "--json")
    run = _killed_at_work(leafcut, running, 3)
    assert containers(run) == ["running"] * 3
    resumed = leafcut.start("resume", run, "--json")
    told, _ = resumed.communicate(timeout=120)
    assert resumed.returncode == 0, told
    assert containers(run) == []
    status = leafcut.status(run)
    tasks = landed_tasks(leafcut.canonical(run), status["base"], status["integration_branch"])
    assert len(tasks) == 3
    for notes in (leafcut.home / "runs" / run / "notes").iterdir():
        shutil.rmtree(notes)
    again = leafcut.start("run", str(playbook), "--repo", str(target), "--yes", "--json")
    second = _killed_at_work(leafcut, again, 3)
    assert containers(second)
    leafcut("clean", second, "--yes")
    assert containers(second) == []
    alive = subprocess.run(
        ["docker", "inspect", "--format", "{{.State.Running}}", stranger],
        capture_output=True,
        text=True,
        check=True,
    )
    assert alive.stdout == "true\n"


def _killed_at_work(leafcut: Leafcut, running: "subprocess.Popen[str]", attempts: int) -> str:
    """Kill a run while all its attempts are in their containers; return its name."""
    assert running.stdout is not None
    run = str(json.loads(running.stdout.readline())["run"])
    notes = leafcut.home / "runs" / run / "notes"
    assert _wait(lambda: len(list(notes.glob("*/again"))) == attempts)
    time.sleep(1.0)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    time.sleep(1.0)
    return run


def _wait(holds: Callable[[], object]) -> bool:
    """Wait until something holds, for a minute at most; say whether it does."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.1)
    return False


def mounted(folder: Path) -> list[str]:
    """Return the lines of what is mounted in a folder."""
    return [line for line in Path("/proc/mounts").read_text().splitlines() if str(folder) in line]


def test_a_large_tree_is_shown_by_overlays_and_nothing_stays_mounted(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    if not possible(tmp_path):
        pytest.skip("only root may mount overlays")
    files = {f"data/{n % 40}/{n}.txt": f"{n}\n" for n in range(1100)}
    target = make_repository(tmp_path / "target", {**files, **wide(3), ".gitignore": ".venv/\n"})
    setup = 'setup: {run: ["mkdir .venv; touch .venv/made"], keep: [.venv]}\n'
    text = IN_IMAGE.replace("codemod:", f"{setup}codemod:").replace(
        "${{ python }}", "test -e .venv/made && ls data/39/1079.txt && ${{ python }}"
    )
    playbook = make_playbook(tmp_path / "playbooks", text)
    options = ("--repo", str(target), "--yes", "--json")
    running = leafcut.start("run", str(playbook), *options)
    assert running.stdout is not None
    run = str(json.loads(running.stdout.readline())["run"])
    assert _wait(lambda: len(mounted(leafcut.home)) > 1)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert mounted(leafcut.home)
    leafcut("resume", run, "--json")
    status = leafcut.status(run)
    assert (status["state"], status["counts"]["landed"]) == ("done", 3)
    assert mounted(leafcut.home) == []
    running = leafcut.start("run", str(playbook), *options)
    assert _wait(lambda: len(mounted(leafcut.home)) > 1)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    (second,) = (path.name for path in (leafcut.home / "runs").iterdir() if path.name != run)
    leafcut("clean", second, "--yes")
    assert mounted(leafcut.home) == []
    assert not (leafcut.home / "runs" / second).exists()
