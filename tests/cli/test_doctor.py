"""`leafcut doctor` in a real process."""

import json
import shutil
from pathlib import Path

from tests.support.leafcut import Leafcut


def test_a_machine_that_can_run_these_tests_is_well(tmp_path: Path) -> None:
    leafcut = Leafcut(tmp_path, {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org"})
    found = json.loads(leafcut("doctor", "--json").stdout)
    assert (found["schema"], found["ok"]) == (1, True)
    by_name = {finding["name"]: finding for finding in found["findings"]}
    assert by_name["git author"]["says"] == "Ada <ada@example.org>"
    assert {finding["level"] for finding in found["findings"]} <= {"ok", "warn", "later"}
    assert not [one for one in found["findings"] if one["level"] != "ok" and not one["mend"]]


def test_what_is_missing_is_named_with_the_command_that_mends_it(tmp_path: Path) -> None:
    nowhere = f"unix://{tmp_path}/docker.sock"
    leafcut = Leafcut(tmp_path, {"PATH": str(tmp_path), "DOCKER_HOST": nowhere})
    shown = leafcut("doctor", code=7).stdout
    assert "✗ fail   git " in shown
    assert "· later  Docker" in shown
    assert "npm install" not in shown
    assert "→ apt-get install git" in shown
    assert shutil.which("git", path=str(tmp_path)) is None
