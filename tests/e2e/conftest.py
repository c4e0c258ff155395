"""Fixtures of the end-to-end tests."""

from pathlib import Path

import pytest

from tests.support import npm
from tests.support.leafcut import Leafcut, make_playbook


@pytest.fixture
def leafcut(tmp_path: Path) -> Leafcut:
    """Return the command with a state folder of this test's own."""
    return Leafcut(tmp_path / "leafcut-home")


@pytest.fixture
def playbook(tmp_path: Path) -> str:
    """Return the path of a playbook that replaces OLD by NEW and compiles."""
    return str(make_playbook(tmp_path / "playbooks"))


@pytest.fixture(scope="session")
def clients() -> Path:
    """Return the folder of the real agents' programs; made before a test gets a home of its own."""
    return npm.clients()
