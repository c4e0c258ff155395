"""Which virtual environments a check's own words ask to see."""

import sys
from pathlib import Path

import pytest

from orchestrator.adapters.sandbox.programs import virtual_environments


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """Return something that looks like a virtual environment."""
    folder = tmp_path / "my venv"
    for inner in ("bin", "lib"):
        (folder / inner).mkdir(parents=True)
    (folder / "bin/python").symlink_to(sys.executable)
    base = tmp_path / "base"
    (base / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text(f"home = {base}/bin\n")
    (folder / "secret").write_text("mine")
    return folder


def test_its_programs_packages_and_python_are_shown_and_no_more(venv: Path, tmp_path: Path) -> None:
    shown = virtual_environments([f"A=1 '{venv}/bin/python' -m pytest ${{{{ task.files }}}}"])
    inside = {venv / "bin", venv / "lib", venv / "pyvenv.cfg", tmp_path / "base"}
    assert set(shown) == inside


@pytest.mark.parametrize(
    "script",
    [
        "python -m pytest",
        "'{venv}/bin/nothing'",
        "cat '{venv}/pyvenv.cfg'",
        "/bin/sh -c true",
        "'{venv}/bin/python",
    ],
)
def test_nothing_else_is_shown(venv: Path, script: str) -> None:
    assert virtual_environments([script.format(venv=venv)]) == ()


def test_a_home_is_never_shown(venv: Path) -> None:
    (venv / "pyvenv.cfg").write_text(f"home = {Path.home()}/bin\n")
    assert Path.home() not in virtual_environments([f"'{venv}/bin/python' -c 0"])
