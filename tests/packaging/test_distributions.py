"""The sdist and the wheel hold what they must and nothing else, and the wheel works elsewhere."""

import os
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path, PurePosixPath

import pytest

from orchestrator import __version__
from tests.packaging.conftest import ROOT, Built

FOLDERS = ("orchestrator", "agents", "playbooks", "tests", "benchmarks", "docs")
PAGES = {
    "CHANGELOG.md",
    "CONTEXT.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "constraints.txt",
    "pyproject.toml",
}
DATA = {"agents": "orchestrator/_library/agents", "playbooks": "orchestrator/_library/playbooks"}
CACHES = {"__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis"}


def sources(folder: str) -> set[str]:
    """Return the files below a top-level folder of this checkout."""
    found = (path.relative_to(ROOT) for path in (ROOT / folder).rglob("*") if path.is_file())
    return {path.as_posix() for path in found if not CACHES.intersection(path.parts)}


def in_sdist(path: Path) -> set[str]:
    """Return the files of an sdist, below its one folder."""
    with tarfile.open(path) as archive:
        names = [PurePosixPath(one.name) for one in archive.getmembers() if one.isfile()]
    assert {name.parts[0] for name in names} == {f"leafcut-{__version__}"}
    return {"/".join(name.parts[1:]) for name in names}


def in_wheel(path: Path) -> set[str]:
    """Return the files of a wheel."""
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


def is_fixture(source: str) -> bool:
    """Tell whether a file only serves to test a playbook."""
    top, _, *rest = source.split("/")
    return top == "playbooks" and rest[:1] == ["fixture"]


def installed_as(source: str) -> str:
    """Return where the wheel puts a file of the checkout."""
    top, _, rest = source.partition("/")
    return f"{DATA.get(top, top)}/{rest}"


def test_the_sdist_is_the_project(built: Built) -> None:
    expected = set().union(*map(sources, FOLDERS)) | PAGES | {"PKG-INFO", ".gitignore"}
    assert in_sdist(built.sdist) == expected


def test_the_wheel_is_the_program_and_its_library(built: Built) -> None:
    shipped = set().union(*map(sources, ("orchestrator", *DATA)))
    fixtures = {path for path in shipped if is_fixture(path)}
    about = f"leafcut-{__version__}.dist-info"
    expected = {installed_as(path) for path in shipped - fixtures} | {
        f"{about}/{name}"
        for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
    }
    assert in_wheel(built.wheel) == expected


def test_the_wheel_says_what_it_is(built: Built) -> None:
    about = f"leafcut-{__version__}.dist-info"
    with zipfile.ZipFile(built.wheel) as archive:
        said = Parser().parsestr(archive.read(f"{about}/METADATA").decode())
        entry_points = archive.read(f"{about}/entry_points.txt").decode()
    assert (said["Name"], said["Version"]) == ("leafcut", __version__)
    assert (said["License-Expression"], said["Requires-Python"]) == ("MIT", ">=3.11")
    assert said.get_all("Provides-Extra") == ["demo", "redis-server", "web"]
    assert "leafcut = orchestrator.__main__:main" in entry_points


@pytest.fixture(scope="module")
def site(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that the wheel alone is installed in; its dependencies are this venv's."""
    folder = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", "--target", folder, built.wheel], check=True)
    return folder


def test_the_installed_command_finds_its_own_library(site: Path, tmp_path: Path) -> None:
    asked = "from orchestrator.wiring import places; print(places.agent_shelves()[-1])"
    said = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert Path(said.strip()) == site / "orchestrator" / "_library" / "agents"
