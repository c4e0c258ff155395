"""What of the host a sandbox is shown, wherever its commands have left traps."""

import os
from pathlib import Path

import pytest

from orchestrator.adapters.sandbox.mounts import UNPRIVILEGED, hand_over
from tests.support.hostile import nested


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands anything over")
def test_folders_are_handed_over_as_deep_as_a_path_reaches(tmp_path: Path) -> None:
    inner = tmp_path / "notes" / "inner"
    inner.mkdir(parents=True)
    (inner / "file").write_text("")
    (inner / "link").symlink_to(tmp_path)
    with nested(inner):
        hand_over(tmp_path / "notes", UNPRIVILEGED, UNPRIVILEGED)
        owners = {path.name: path.lstat().st_uid for path in (inner, *inner.iterdir())}
    assert owners == dict.fromkeys(("inner", "file", "link", "deeper"), UNPRIVILEGED)
    assert tmp_path.stat().st_uid == 0
