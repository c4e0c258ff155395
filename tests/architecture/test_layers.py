"""The layers hold, and the contracts that say so notice when they do not."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT_IMPORTS = str(Path(sys.executable).with_name("lint-imports"))
LAYERS = "Layers: imports point down only"
CORE = "The core touches nothing outside"


def lint_imports(tree: Path) -> "subprocess.CompletedProcess[str]":
    """Check the contracts on the `orchestrator/` of a tree."""
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache", "--config", str(tree / "pyproject.toml")],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of what the contracts look at, to plant imports in."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "orchestrator", tmp_path / "orchestrator", ignore=skip)
    return tmp_path


def test_the_layers_hold() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout
    assert f"{LAYERS} KEPT" in done.stdout
    assert f"{CORE} KEPT" in done.stdout


@pytest.mark.parametrize(
    ("package", "planted", "broken"),
    [
        ("domain", "import sqlite3", CORE),
        ("ports", "import docker.client", CORE),
        ("application", "import subprocess", CORE),
        ("application", "from orchestrator import cli", LAYERS),
        ("domain", "from orchestrator.ports import clock", LAYERS),
        ("adapters", "from orchestrator.wiring import places", LAYERS),
    ],
)
def test_a_planted_import_is_found(copy: Path, package: str, planted: str, broken: str) -> None:
    place = copy / "orchestrator" / package / "planted.py"
    place.write_text(f"{planted}\n", encoding="utf-8")
    done = lint_imports(copy)
    assert done.returncode == 1
    assert f"{broken} BROKEN" in done.stdout
    assert f"orchestrator.{package}.planted -> " in done.stdout


def test_a_package_outside_the_layers_is_found(copy: Path) -> None:
    (copy / "orchestrator" / "helpers.py").touch()
    done = lint_imports(copy)
    assert done.returncode != 0
    assert f"{LAYERS} BROKEN" in done.stdout
    assert "orchestrator.helpers" in done.stdout
