"""Fixtures of the contract suites."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import npm
from tests.support.emulate import PACKAGES, Emulate, emulating
from tests.support.github import GitHubDouble


@pytest.fixture
def github(tmp_path: Path) -> Iterator[GitHubDouble]:
    """Return a GitHub double with one commit on `main`."""
    with GitHubDouble(tmp_path) as double:
        yield double


@pytest.fixture(scope="session")
def emulate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulate]:
    """Return the independent stand-in; made before a test gets a home of its own."""
    programs = npm.programs(PACKAGES)
    with emulating(programs, tmp_path_factory.mktemp("emulate")) as running:
        yield running
