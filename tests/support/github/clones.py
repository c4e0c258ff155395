"""A clone that pushes to the double by real git over HTTP."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Clone:
    """A clone in `path`, whose `origin` is the address that it was cloned from."""

    path: Path

    @classmethod
    def of(cls, address: str, path: Path) -> "Clone":
        """Clone an address."""
        subprocess.run(["git", "clone", "-q", address, str(path)], check=True, timeout=60)
        return cls(path)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run git in the clone and return how it ended; it asks nobody for a password."""
        return subprocess.run(
            ["git", "-c", "credential.helper=", "-c", "core.askPass=true", "-C", self.path, *words],
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=60,
        )

    def git(self, *words: str) -> str:
        """Run git in the clone and return what it says."""
        ended = self.run(*words)
        if ended.returncode != 0:
            raise RuntimeError(f"git {' '.join(words)}: {ended.stderr}")
        return ended.stdout.strip()

    def commit(self, branch: str, onto: str, files: Mapping[str, str], message: str) -> str:
        """Set a branch to a new commit on top of another, and return it."""
        self.git("checkout", "-q", "-B", branch, onto)
        for name, text in files.items():
            (self.path / name).write_text(text, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")
