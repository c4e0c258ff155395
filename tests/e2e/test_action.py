"""The Action and its workflows, run by `act` on a fixture repository."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.act import Act
from tests.support.github import GitHubDouble
from tests.support.github.state import WorkflowRun
from tests.support.leafcut import git

PLAYBOOK = """\
version: 1
name: replace
title: 'Replace `touch "$PWNED"` $(touch "$PWNED") old by new'
find: {regex: ['OLD\\b']}
select: {include: ["pkg/*.py"]}
partition: {by: file, max_files: 1}
params: {word: {type: string, default: NEW}}
pull_requests: {draft: false}
codemod: {run: "sed -i s/OLD/NEW/g ${{ task.files }}"}
checks:
  - {name: compile, run: "${{ python }} -m py_compile ${{ task.files }}"}
"""
HOSTILE = ('$(touch "$PWNED")', '`touch "$PWNED"`', "'; touch \"$PWNED\"; '", "::error::pwned")
FILES = {
    "pb/playbook.yaml": PLAYBOOK,
    **{f"pkg/{name}.py": "OLD = 1\n" for name in ("m1", *HOSTILE)},
}
CALLER = """\
name: migrate
on:
  workflow_dispatch:
    inputs:
      playbook: {type: string}
      params: {type: string}
      checkpoint: {type: string}
      sandbox: {type: string}
jobs:
  migrate:
    uses: ./.github/workflows/leafcut.yml
    with:
      playbook: ${{ inputs.playbook }}
      params: ${{ inputs.params }}
      checkpoint: ${{ inputs.checkpoint }}
      sandbox: ${{ inputs.sandbox || 'local' }}
"""
COMMENT = """\
name: comment
on:
  issue_comment:
    types: [created]
jobs:
  gate:
    runs-on: ubuntu-24.04
    outputs:
      allowed: ${{ steps.comment.outputs.allowed }}
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683
      - id: comment
        uses: ./.github/actions/comment
        env:
          GITHUB_TOKEN: ${{ secrets.READS }}
      - if: steps.comment.outputs.allowed == 'true'
        env:
          TOLD: ${{ toJSON(steps.comment.outputs) }}
        run: printf '%s' "$TOLD" > "$STORE/told.json"
"""
TALK = """\
name: talk
on:
  issue_comment:
    types: [created]
jobs:
  talk:
    uses: ./.github/workflows/leafcut-comment.yml
    with:
      default-playbook: ./pb
"""
HERE = """\
name: here
on: {workflow_dispatch: {}}
jobs:
  here:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683
      - id: run
        uses: ./.github/actions/leafcut
        with: {playbook: ./pb, sandbox: local}
      - id: check
        uses: ./.github/actions/publish
        with:
          bundle: ${{ steps.run.outputs.bundle }}
          playbook: ./pb
          sandbox: local
      - uses: ./.github/actions/publish
        with:
          bundle: ${{ steps.run.outputs.bundle }}
          digest: ${{ steps.check.outputs.digest }}
          forge: local
          out: ${{ runner.temp }}/pages
      - env:
          PAGES: ${{ runner.temp }}/pages
        run: |
          cp -r "$PAGES" "$STORE/pages"
          git for-each-ref --format='%(refname)' refs/heads refs/notes > "$STORE/refs"
"""


@pytest.fixture
def act(tmp_path: Path) -> Act:
    made = Act(tmp_path, {"PWNED": str(tmp_path / "pwned")})
    callers = {"migrate": CALLER, "on": COMMENT, "talk": TALK, "here": HERE}
    workflows = {f".github/workflows/{name}.yml": text for name, text in callers.items()}
    made.set_up({**FILES, **workflows})
    return made


@pytest.fixture
def hub(act: Act) -> Iterator[GitHubDouble]:
    with GitHubDouble(act.folder / "hub", source=act.repository) as github:
        act.environment |= {
            "GITHUB_SERVER_URL": github.site,
            "GITHUB_API_URL": github.url,
            "GITHUB_REPOSITORY": github.full_name,
        }
        yield github


def harmless(act: Act) -> bool:
    """Say whether nothing of what is hostile was ever run."""
    return not (act.folder / "pwned").exists()


def test_three_jobs_from_dispatch_to_pull_requests(act: Act, hub: GitHubDouble) -> None:
    inputs = {"playbook": "./pb", "params": f"word={HOSTILE[0]}"}
    git(act.repository, "checkout", "-q", "-b", '$(touch${IFS}"$PWNED")')
    keys = [f"GITHUB_TOKEN={hub.token}"]
    done = act("workflow_dispatch", {"inputs": inputs}, "migrate.yml", secrets=keys)
    assert done.returncode == 0, done.stdout + done.stderr
    assert harmless(act)
    assert "graph LR" in done.stdout
    assert done.stdout.count("| ✓ landed |") >= len(HOSTILE)
    pulls = list(hub.state.pulls.values())
    assert pulls
    assert all(pull.head.startswith("leafcut/") for pull in pulls)
    assert len(hub.bare.refs("refs/notes/leafcut/")) == 1
    branches = hub.bare.refs("refs/heads/")
    assert set(branches) - {"refs/heads/main"} == {f"refs/heads/{pull.head}" for pull in pulls}


def test_a_job_may_publish_into_what_it_has_checked_out(act: Act) -> None:
    done = act("workflow_dispatch", {}, "here.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert harmless(act)
    assert done.stdout.count("| ✓ landed |") >= len(HOSTILE)
    refs = (act.store / "refs").read_text().splitlines()
    branches = [ref for ref in refs if ref.startswith("refs/heads/leafcut/replace/")]
    pages = json.loads((act.store / "pages/slices.json").read_text())["slices"]
    assert len(branches) == len(pages) > 0
    assert [ref for ref in refs if ref.startswith("refs/notes/leafcut/replace-")]
    for page in pages:
        text = (act.store / "pages" / page["page"]).read_text()
        assert f"refs/heads/{page['branch']}" in branches
        assert "## Checks" in text


def test_a_run_waits_for_a_comment_and_goes_on(act: Act, hub: GitHubDouble) -> None:
    inputs = {"playbook": "./pb", "checkpoint": "before_publish"}
    keys = [f"GITHUB_TOKEN={hub.token}"]
    done = act("workflow_dispatch", {"inputs": inputs}, "migrate.yml", secrets=keys)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "It waits for a person" in done.stdout
    assert (act.store / "leafcut-state/state.tar.gz").is_file()
    assert not hub.state.pulls
    hub.state.workflow_runs[7] = WorkflowRun(hub.full_name, "main", "workflow_dispatch")
    event = comment("/leafcut approve 7", "ada")
    done = act("issue_comment", event, "talk.yml", secrets=keys)
    assert done.returncode == 0, done.stdout + done.stderr
    assert hub.state.pulls


@pytest.mark.parametrize(
    ("who", "text", "allowed"),
    [
        ("mallory", "/leafcut run ./pb", False),
        ("linus", "/leafcut run ./pb", False),
        ("ada", "/leafcut run $(touch${IFS}$PWNED)", False),
        ("ada", "/leafcut run ./pb params.word=$(touch${IFS}$PWNED)", True),
    ],
)
def test_who_may_start_something_by_a_comment(
    act: Act, hub: GitHubDouble, who: str, text: str, *, allowed: bool
) -> None:
    event = comment(text, who)
    event["issue"] = {"number": 1, "title": HOSTILE[0]}
    done = act("issue_comment", event, "on.yml", secrets=[f"READS={hub.token}"])
    assert done.returncode == 0, done.stdout + done.stderr
    assert harmless(act)
    told = act.store / "told.json"
    assert told.is_file() == allowed
    if allowed:
        head = git(act.repository, "rev-parse", "HEAD").strip()
        found = json.loads(told.read_text())
        assert (found["action"], found["playbook"], found["commit"]) == ("run", "./pb", head)
        assert found["params"] == "word=$(touch${IFS}$PWNED)"


def comment(text: str, who: str) -> dict[str, Any]:
    """Return what GitHub tells of a new comment."""
    said = {"id": 3, "body": text, "user": {"login": who, "type": "User"}}
    return {"action": "created", "comment": said}
