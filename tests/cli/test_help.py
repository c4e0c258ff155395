"""What `--help` says: each command in a line that is not cut at 80 columns."""

from pathlib import Path

import pytest

from tests.support.leafcut import Leafcut


@pytest.mark.parametrize("group", [(), ("learnings",), ("rules",), ("playbook",), ("agents",)])
def test_no_command_is_cut_short(group: tuple[str, ...], tmp_path: Path) -> None:
    leafcut = Leafcut(tmp_path, {"COLUMNS": "80"})
    _, commands = leafcut(*group, "--help").stdout.split("\nCommands:\n")
    assert [line for line in commands.splitlines() if line.endswith("...")] == []
