"""The locale's encoding decides nothing: names of files and what is said are UTF-8."""

from pathlib import Path

from tests.support.leafcut import REPLACE, Leafcut, make_playbook, make_repository

ASCII = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def test_names_that_the_locale_cannot_say_are_worked_on_and_told(tmp_path: Path) -> None:
    leafcut = Leafcut(tmp_path / "home", ASCII)
    playbook = make_playbook(tmp_path / "playbooks", REPLACE)
    target = make_repository(tmp_path / "target", {"é.py": "value = 'OLD'\n"})
    done = leafcut("run", str(playbook), "--repo", str(target), "--yes", "--sandbox", "local")
    assert "✓ landed    [1/1] é.py" in done.stderr
    assert "é.py" in leafcut("status").stdout
