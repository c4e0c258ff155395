"""Real packages as git repositories: their wheels, downloaded once and committed."""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path


def repository_of(package: str) -> Path:
    """Return a repository of the files of a package, `name==version`, kept between benchmarks."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "leafcut-bench"
    target = cache / package.replace("=", "-")
    if target.is_dir():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(dir=cache))
    call = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(staged)]
    anywhere = ["--ignore-requires-python", "--only-binary", ":all:"]
    subprocess.run([*call, *anywhere, package], check=True)
    (wheel,) = staged.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(staged / "tree")
    for words in (
        ["init", "-q", "-b", "main"],
        ["config", "user.name", "Bench"],
        ["config", "user.email", "bench@example.invalid"],
        ["config", "gc.auto", "0"],
        ["config", "maintenance.auto", "false"],
        ["add", "-A", "-f"],
        ["commit", "-q", "-m", package],
        ["repack", "-q", "-a", "-d"],
    ):
        subprocess.run(["git", "-C", str(staged / "tree"), *words], check=True)
    (staged / "tree").rename(target)
    shutil.rmtree(staged)
    return target
