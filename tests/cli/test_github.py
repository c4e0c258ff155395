"""`leafcut github` in real processes: comments, outputs, what the runner is told."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.github import GitHubDouble
from tests.support.github.state import WorkflowRun
from tests.support.leafcut import REPLACE, Leafcut, make_playbook, make_repository

COMMIT = "0123456789" * 4


@dataclass(frozen=True, slots=True)
class Job:
    """A job of a workflow, in a folder of its own."""

    folder: Path
    hub: GitHubDouble

    def comment(self, text: str, who: str = "ada", **event: Any) -> dict[str, str]:
        """Let somebody comment; return the outputs."""
        said = {"body": text, "user": {"login": who, "type": "User"}}
        told = {"action": "created", "comment": said, **event}
        (self.folder / "event.json").write_text(json.dumps(told))
        (self.folder / "output").write_text("")
        environment = {
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_TOKEN": self.hub.token,
            "GITHUB_API_URL": self.hub.url,
            "GITHUB_SERVER_URL": self.hub.site,
            "GITHUB_REPOSITORY": self.hub.full_name,
            "GITHUB_SHA": COMMIT,
        }
        Leafcut(self.folder / "home", environment)("github", "comment")
        return outputs(self.folder / "output")


def outputs(file: Path) -> dict[str, str]:
    """Read a step's outputs as the runner does."""
    found: dict[str, str] = {}
    lines = iter(file.read_text(encoding="utf-8").split("\n"))
    for line in lines:
        name, sign, end = line.partition("<<")
        if sign:
            value = []
            while (line := next(lines)) != end:
                value.append(line)
            found[name] = "\n".join(value)
    return found


@pytest.fixture
def job(tmp_path: Path) -> Iterator[Job]:
    with GitHubDouble(tmp_path / "hub") as hub:
        yield Job(tmp_path, hub)


@pytest.mark.parametrize("who", ["ada", "grace"])
def test_a_writer_may_ask(job: Job, who: str) -> None:
    found = job.comment("/leafcut run upgrade-syntax sample=5 params.a=1 params.b=$(id)", who)
    assert found["allowed"] == "true"
    assert (found["action"], found["playbook"]) == ("run", "upgrade-syntax")
    assert (found["sample"], found["params"], found["commit"]) == ("5", "a=1\nb=$(id)", COMMIT)


@pytest.mark.parametrize("who", ["linus", "mallory", "acme-nobody"])
def test_nobody_else_may(job: Job, who: str) -> None:
    if who == "acme-nobody":
        job.hub.state.account(who)
    assert job.comment("/leafcut run upgrade-syntax", who) == {"allowed": "false"}


def test_what_starts_nothing(job: Job) -> None:
    nothing = {"allowed": "false"}
    bot = {"body": "/leafcut run x", "user": {"login": "ada", "type": "Bot"}}
    assert job.comment("/leafcut run x", action="edited") == nothing
    assert job.comment("/leafcut run x", comment=bot) == nothing
    assert job.comment("/leafcut run x trust-target=true") == nothing
    asked = len(job.hub.log)
    assert job.comment("Looks good\n/leafcut run x") == nothing
    assert len(job.hub.log) == asked


def test_only_a_run_of_the_main_branch_goes_on(job: Job) -> None:
    runs = job.hub.state.workflow_runs
    runs[1] = WorkflowRun(job.hub.full_name, "main", "workflow_dispatch")
    runs[2] = WorkflowRun("mallory/target", "main", "workflow_dispatch")
    runs[3] = WorkflowRun(job.hub.full_name, "feature", "push")
    runs[4] = WorkflowRun(job.hub.full_name, "main", "pull_request_target")
    found = job.comment("/leafcut approve 1")
    assert (found["action"], found["run-id"]) == ("approve", "1")
    for other in (2, 3, 4):
        assert job.comment(f"/leafcut approve {other}") == {"allowed": "false"}


@pytest.fixture
def step(tmp_path: Path) -> Leafcut:
    """A step of the Action on a repository with a hostile file, and what the runner gives it."""
    target = make_repository(tmp_path / "target", {"::error::x.py": "OLD = 1\n", "m.py": "OLD = 1"})
    recipe = make_playbook(tmp_path / "playbooks", REPLACE)
    environment = {
        "LEAFCUT_INPUT_PLAYBOOK": str(recipe),
        "LEAFCUT_INPUT_SANDBOX": "local",
        "RUNNER_TEMP": str(tmp_path / "temp"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "GITHUB_RUN_ID": "7",
    }
    return Leafcut(tmp_path / "home", environment, here=target)


def test_a_step_has_outputs_a_page_and_a_bundle(step: Leafcut, tmp_path: Path) -> None:
    said = step("github", "run").stdout
    found = outputs(tmp_path / "output")
    assert (found["state"], found["exit-code"], found["landed"]) == ("done", "0", "2")
    assert Path(found["kept"]).is_file()
    assert (Path(found["bundle"]) / "slices.json").is_file()
    assert "| ✓ landed |" in (tmp_path / "summary").read_text()
    words = [line for line in said.splitlines() if line.startswith("::stop-commands::")]
    ends = [f"::{word.rpartition('::')[2]}::" for word in words]
    assert len(set(ends)) == 2
    assert all(end in said.splitlines() for end in ends)


def test_inputs_that_are_none_start_nothing(step: Leafcut, tmp_path: Path) -> None:
    step.environment["LEAFCUT_INPUT_CONCURRENCY"] = "4 --unsafe-local"  # type: ignore[index]
    assert "input concurrency" in step("github", "run", code=2).stderr
    assert not (tmp_path / "home").exists()


def test_failures_become_annotations(step: Leafcut, tmp_path: Path) -> None:
    text = REPLACE.replace("s/OLD/NEW/g", "'s/OLD.*/NEW(/'")
    make_playbook(tmp_path / "playbooks", text)
    said = step("github", "run").stdout
    found = outputs(tmp_path / "output")
    assert (found["state"], found["exit-code"], found["bundle"]) == ("incomplete", "3", "")
    errors = [line for line in said.splitlines() if line.startswith("::error ")]
    assert len(errors) == 2
    assert any("file=%3A%3Aerror%3A%3Ax.py" in line for line in errors)
