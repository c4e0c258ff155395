"""The oldest Python that a playbook writes for is the target's own, or is said aloud."""

from pathlib import Path

from tests.support.leafcut import Leafcut, make_repository

OLD = {"m.py": "import sys\nif sys.version_info < (3, 8):\n    x = 1\nelse:\n    x = 2\n"}


def _pyproject(said: str) -> dict[str, str]:
    return {"pyproject.toml": f'[project]\nname = "x"\nrequires-python = "{said}"\n'}


def test_code_for_a_supported_python_is_left_alone(tmp_path: Path) -> None:
    leafcut = Leafcut(tmp_path / "home")
    target = make_repository(tmp_path / "target", {**OLD, **_pyproject(">=3.7")})
    said = leafcut("plan", "upgrade-syntax", "--repo", str(target))
    assert "params: python=3.7, keep_percent_format=false" in said.stdout
    assert "python=3.7: pyproject.toml says >=3.7" in said.stderr
    assert "no selected file has an occurrence" in said.stderr


def test_a_newer_python_than_the_target_supports_is_warned_of(tmp_path: Path) -> None:
    leafcut = Leafcut(tmp_path / "home")
    target = make_repository(tmp_path / "target", {**OLD, **_pyproject(">=3.7")})
    asked = ("upgrade-syntax", "--repo", str(target), "--param", "python=3.11")
    for command in (("plan",), ("run", "--dry-run")):
        said = leafcut(*command, *asked).stderr
        assert "⚠ python=3.11, but pyproject.toml says >=3.7: what lands may break" in said
    assert "params: python=3.11, " in said


def test_a_default_that_nobody_said_is_warned_of(tmp_path: Path) -> None:
    leafcut = Leafcut(tmp_path / "home")
    target = make_repository(tmp_path / "target", OLD)
    said = leafcut("plan", "upgrade-syntax", "--repo", str(target)).stderr
    assert "⚠ python=3.11: the repository does not say which Pythons it supports" in said


def test_a_python_older_than_the_playbook_knows_is_refused(tmp_path: Path) -> None:
    leafcut = Leafcut(tmp_path / "home")
    target = make_repository(tmp_path / "target", {**OLD, **_pyproject(">=3.5")})
    said = leafcut("plan", "upgrade-syntax", "--repo", str(target), code=2).stderr
    assert "pyproject.toml says that Python >=3.5 is supported" in said
    assert "--param python=3.6" in said
