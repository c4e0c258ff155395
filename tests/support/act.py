"""Workflows run by `act` on this machine, with no image and no network but the loopback.

`act` is https://github.com/nektos/act: an independent program that does what GitHub's runner does.
It knows no `$/`, GitHub's way to name the repository of a workflow, so that becomes `./` here;
actions of others become clones and copies of folders; Leafcut is the one under test. All else is as
it stands.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from orchestrator.errors import MissingRequirementError
from tests.support.leafcut import git
from tests.support.requirements import needed

ROOT = Path(__file__).parents[2]
LEAFCUT = Path(sys.executable).with_name("leafcut")

_UPLOAD = """\
name: upload
description: A folder for a store.
inputs: {name: {required: true}, path: {required: true}, if-no-files-found: {}}
outputs: {artifact-id: {value: "${{ steps.put.outputs.id }}"}}
runs:
  using: composite
  steps:
    - id: put
      shell: bash
      env: {NAME: "${{ inputs.name }}", FROM: "${{ inputs.path }}"}
      run: |
        rm -rf "$STORE/$NAME"; mkdir -p "$STORE/$NAME"
        if [ -d "$FROM" ]; then cp -r "$FROM/." "$STORE/$NAME"; else cp "$FROM" "$STORE/$NAME"; fi
        echo id=1 >> "$GITHUB_OUTPUT"
"""
_DOWNLOAD = """\
name: download
description: A folder for a store.
inputs: {name: {required: true}, path: {required: true}, run-id: {}, github-token: {}}
runs:
  using: composite
  steps:
    - shell: bash
      env: {NAME: "${{ inputs.name }}", TO: "${{ inputs.path }}"}
      run: mkdir -p "$TO"; cp -r "$STORE/$NAME/." "$TO"
"""
_CHECKOUT = """\
name: checkout
description: A clone of the target.
inputs: {ref: {}, fetch-depth: {}, persist-credentials: {}}
runs:
  using: composite
  steps:
    - shell: bash
      env: {REF: "${{ inputs.ref || github.sha }}"}
      run: |
        git init -q .
        git fetch -q "$TARGET" '+refs/heads/*:refs/remotes/origin/*' '+refs/notes/*:refs/notes/*'
        git checkout -q --detach "$REF"
"""
# `$/` needs no checkout, `./` does.
_ALONE = "      - id: comment\n"
_CACHE = """\
name: cache
description: Keeps nothing.
inputs: {path: {}, key: {}, restore-keys: {}}
runs: {using: composite, steps: [{shell: bash, run: "true"}]}
"""
_STUBS = {
    "actions/cache": _CACHE,
    "actions/upload-artifact": _UPLOAD,
    "actions/download-artifact": _DOWNLOAD,
    "actions/checkout": _CHECKOUT,
}


def program(name: str) -> Path:
    """Return a program that the tests' environment has, or skip the test."""

    def found() -> Path:
        place = shutil.which(name, path=str(Path(sys.executable).parent))
        if place is None:
            raise MissingRequirementError(f"there is no {name}", hint="make setup")
        return Path(place)

    return needed(found)


def pinned(action: str) -> str:
    """Return the commit at which the workflows use an action of others."""
    text = (ROOT / ".github/workflows/leafcut.yml").read_text(encoding="utf-8")
    return text.partition(f"uses: {action}@")[2][:40]


@dataclass
class Act:
    """A repository with Leafcut's Action and workflows; `folder` holds all that a run leaves."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def repository(self) -> Path:
        """The target, which has the Action in it."""
        return self.folder / "target"

    @property
    def store(self) -> Path:
        """What artifacts become."""
        return self.folder / "store"

    def set_up(self, files: Mapping[str, str]) -> None:
        """Make the repository with files and the workflows, on its main branch."""
        github = self.repository / ".github"
        shutil.copytree(ROOT / ".github", github, ignore=shutil.ignore_patterns("ci.yml"))
        for path in [*github.rglob("*.yml")]:
            text = path.read_text(encoding="utf-8").replace("uses: $/", "uses: ./")
            path.write_text(
                text.replace(
                    _ALONE, f"      - uses: actions/checkout@{pinned('actions/checkout')}\n{_ALONE}"
                )
            )
        installer = github / "actions/leafcut/install.sh"
        installer.write_text(f'echo "leafcut={LEAFCUT}" >> "$GITHUB_OUTPUT"\n')
        for name, text in files.items():
            path = self.repository / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        git(self.repository, "init", "-q", "-b", "main")
        git(self.repository, "add", "-A")
        git(self.repository, "commit", "-q", "-m", "base")
        for name, text in _STUBS.items():
            place = self.folder / name
            place.mkdir(parents=True)
            (place / "action.yml").write_text(text)
        self.store.mkdir()

    def __call__(
        self,
        event: str,
        payload: Mapping[str, object],
        workflow: str,
        *,
        secrets: Sequence[str] = (),
    ) -> "subprocess.CompletedProcess[str]":
        """Let an event happen and return what the runner prints."""
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        (self.folder / "event.json").write_text(json.dumps(payload), encoding="utf-8")
        told = {"STORE": str(self.store), "TARGET": str(self.repository), **self.environment}
        words = [
            str(program("act")), event,
            "--eventpath", str(self.folder / "event.json"),
            "--workflows", f".github/workflows/{workflow}",
            "--platform", "ubuntu-24.04=-self-hosted",
            "--no-cache-server",
            "--action-offline-mode",
            *(word for name in _STUBS for word in self._stub(name)),
            *(word for name, value in told.items() for word in ("--env", f"{name}={value}")),
            *(word for secret in secrets for word in ("--secret", secret)),
        ]  # fmt: skip
        return subprocess.run(
            words,
            cwd=self.repository,
            env={
                "PATH": f"{LEAFCUT.parent}:{os.environ['PATH']}",
                "HOME": str(home),
                "NO_COLOR": "1",
            },
            capture_output=True,
            text=True,
            errors="surrogateescape",
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=240,
        )

    def _stub(self, name: str) -> list[str]:
        """Return the words that put a folder in the place of an action of others."""
        return ["--local-repository", f"{name}@{pinned(name)}={self.folder / name}"]
