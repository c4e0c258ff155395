"""What every test starts from: an environment of its own, whoever runs it and wherever."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine is no failure, and a failure must come back when it is looked for.
settings.register_profile("leafcut", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("leafcut")

_GITCONFIG = """\
[user]
	name = Ada Lovelace
	email = ada@example.org
[init]
	defaultBranch = main
[commit]
	gpgSign = false
"""


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return this test's home folder; nothing of the user's, of git's or of Leafcut's leaks in."""
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text(_GITCONFIG, encoding="utf-8")
    for name in os.environ:
        if name.startswith(("GIT_", "XDG_", "LEAFCUT_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("LEAFCUT_HOME", str(home / "leafcut"))
    for kind in ("CONFIG", "CACHE", "STATE", "DATA"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    return home
