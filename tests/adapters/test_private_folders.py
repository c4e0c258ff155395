"""The home and the temporary folder of a command: empty at its start, gone in the end."""

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestrator.adapters.sandbox.environment import PrivateFolders


def closed_folder(home: Path) -> None:
    (home / "a" / "b").mkdir(parents=True)
    (home / "a" / "link").symlink_to("/")
    (home / "a").chmod(0)
    home.chmod(0)


def link(home: Path) -> None:
    home.rmdir()
    home.symlink_to(home.parent.parent)


@pytest.mark.parametrize(
    "spoil",
    [closed_folder, link, Path.rmdir, lambda home: (home / ".config").touch()],
    ids=["closed", "link", "gone", "used"],
)
def test_a_folder_is_fresh_whatever_a_command_made_of_it(spoil: Callable[[Path], object]) -> None:
    private = PrivateFolders()
    with private.lend() as first:
        spoil(first / "home")
    with private.lend() as second:
        home = second / "home"
        assert second == first
        assert home.is_dir()
        assert not home.is_symlink()
        assert list(home.iterdir()) == []
    private.close()
    assert not first.exists()


def test_nobody_shares_one() -> None:
    private = PrivateFolders()
    with private.lend() as first, private.lend() as second:
        assert first != second
        private.close()
    assert not first.exists()
    assert not second.exists()
