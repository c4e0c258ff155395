"""The real command in a real process, with real repositories."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REPLACE = """\
version: 1
name: replace
title: Replace old by new
find: {regex: ['OLD\\b']}
select: {include: ["*.py"]}
partition: {by: file, max_files: 1}
codemod: {run: "sed -i s/OLD/NEW/g ${{ task.files }}"}
checks:
  - {name: compile, run: "${{ python }} -m py_compile ${{ task.files }}"}
"""


@dataclass(frozen=True, slots=True)
class Leafcut:
    """Runs `leafcut` with a state folder of its own below `home`."""

    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    here: Path | None = None
    timeout_s: float = 120.0

    def __call__(self, *arguments: str, code: int | None = 0) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end; `code` is the exit code that it must have, None for any."""
        done = subprocess.run(
            self.command(*arguments),
            env=self.env,
            cwd=self.cwd,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=self.timeout_s,
        )
        assert code is None or done.returncode == code, (
            f"{done.returncode}\n{done.stdout}{done.stderr}"
        )
        assert done.returncode != 1, done.stderr
        return done

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start a command and do not wait."""
        return subprocess.Popen(
            self.command(*arguments),
            env=self.env,
            cwd=self.cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            text=True,
        )

    def command(self, *arguments: str) -> list[str]:
        """Return the words of a call."""
        return [sys.executable, "-m", "orchestrator", *arguments]

    @property
    def cwd(self) -> Path:
        """Where a call stands: in `here`, by default in no repository at all."""
        return self.here or self.home.parent

    @property
    def env(self) -> dict[str, str]:
        """The whole environment of a call."""
        return {**os.environ, "LEAFCUT_HOME": str(self.home), **self.environment}

    def status(self, *arguments: str) -> Any:
        """Return what `status --json` says."""
        return json.loads(self("status", *arguments, "--json").stdout)

    def canonical(self, run: str) -> Path:
        """Return the canonical repository of a run."""
        return self.home / "runs" / run / "repository.git"


def git(repository: Path, *arguments: str) -> str:
    """Run git in a repository of the test's own."""
    return subprocess.run(
        ["git", "-C", str(repository), *arguments],
        check=True,
        capture_output=True,
        text=True,
        errors="surrogateescape",
    ).stdout


def make_repository(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Make a git repository with one commit of `files`."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    add_commit(folder, files, "base")
    return folder


def add_commit(folder: Path, files: Mapping[str, str | bytes], message: str) -> str:
    """Commit files and return the commit."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD").strip()


def make_playbook(folder: Path, text: str = REPLACE, name: str = "replace") -> Path:
    """Write a playbook and return its folder."""
    place = folder / name
    place.mkdir(parents=True, exist_ok=True)
    (place / "playbook.yaml").write_text(text, encoding="utf-8")
    return place


def chain(length: int, *, word: str = "OLD") -> dict[str, str]:
    """Return modules of which each imports the next."""
    files = {f"m{n:02}.py": f"import m{n + 1:02}\n\nvalue = '{word}'\n" for n in range(length - 1)}
    return {**files, f"m{length - 1:02}.py": f"value = '{word}'\n"}


def wide(count: int, *, word: str = "OLD") -> dict[str, str]:
    """Return modules that do not know each other."""
    return {f"m{n:02}.py": f"value = '{word}'\n" for n in range(count)}


def tree_of(repository: Path, revision: str) -> str:
    """Return the id of a revision's tree."""
    return git(repository, "rev-parse", f"{revision}^{{tree}}").strip()


def landed_tasks(repository: Path, base: str, revision: str) -> list[str]:
    """Return the tasks of the commits between two revisions, newest first."""
    said = git(
        repository, "log", "--format=%(trailers:key=Leafcut-Task,valueonly)", f"{base}..{revision}"
    )
    return said.split()


def events(lines: Sequence[str]) -> list[dict[str, Any]]:
    """Return `run --json` lines as documents."""
    return [json.loads(line) for line in lines if line.strip()]
