"""A run whose setup may reach one host, by the real command."""

from pathlib import Path

import pytest

from tests.support import requirements
from tests.support.leafcut import REPLACE, Leafcut, make_playbook, make_repository, wide
from tests.support.site import site

ASK = (
    '${{ python }} -c "import urllib.request as u; '
    "open('got', 'wb').write(u.urlopen('http://HOST:PORT/a.txt').read())\""
)


@pytest.mark.parametrize(("host", "code"), [("127.0.0.1", 0), ("other.example.org", 7)])
def test_a_runs_setup_reaches_what_the_playbook_names(
    leafcut: Leafcut, tmp_path: Path, host: str, code: int
) -> None:
    requirements.bubblewrap().close()
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.txt").write_text("a\n")
    with site(tmp_path, tmp_path / "files") as there:
        setup = (
            f"setup:\n  hosts: ['127.0.0.1:PORT']\n  keep: [got]\n  run:\n    - |\n      {ASK}\n"
        )
        check = "  - {name: got, run: 'test -s got'}\n"
        text = (REPLACE + check + setup).replace("HOST", host)
        text = text.replace("PORT", str(there.http))
        playbook = make_playbook(tmp_path / "playbooks", text)
        target = make_repository(tmp_path / "target", {**wide(2), ".gitignore": "got\n"})
        words = ("run", str(playbook), "--repo", str(target), "--sandbox", "bubblewrap", "--yes")
        done = leafcut(*words, code=code)
        told = f"setup wanted to reach {host}:{there.http}, which setup.hosts does not name"
        assert (told in done.stderr) == (code != 0)
        assert bool(there.seen) == (code == 0)
