import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestrator.adapters.secrets import take_secrets
from orchestrator.errors import UsageError


def test_what_is_named_is_taken_out_of_the_environment() -> None:
    environment = {"API_KEY": "0123456789", "PATH": "/bin"}
    assert take_secrets(["API_KEY", "OTHER_KEY"], (), environment) == {"API_KEY": "0123456789"}
    assert environment == {"PATH": "/bin"}


def test_a_file_goes_before_the_environment(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-a-file\n")
    environment = {"API_KEY": "0123456789"}
    found = take_secrets(["API_KEY"], [f"API_KEY=@{tmp_path / 'key'}"], environment)
    assert found == {"API_KEY": "from-a-file"}
    assert environment == {}


def test_a_line_break_after_a_secret_is_no_part_of_it() -> None:
    assert take_secrets(["API_KEY"], (), {"API_KEY": "0123456789\n"}) == {"API_KEY": "0123456789"}


def test_a_secret_that_nobody_named_before_may_be_given() -> None:
    assert take_secrets((), ["MINE"], {"MINE": "0123456789"}) == {"MINE": "0123456789"}


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("API_KEY=0123456789", "would show a secret"),
        ("API_KEY=@/nowhere/at/all", "cannot be read"),
        ("API_KEY=@empty", "is empty"),
        ("NONE", "no NONE in the environment"),
        ("SHORT", "fewer than 8 characters"),
    ],
)
def test_what_cannot_be_a_secret_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, problem: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").touch()
    with pytest.raises(UsageError, match=problem) as caught:
        take_secrets((), [given], {"SHORT": "1234567"})
    assert "0123456789" not in str(caught.value)


LOOK = """
import os, subprocess, sys
from orchestrator.adapters.secrets import take_secrets
taken = take_secrets(["API_KEY"])
shown = open("/proc/self/environ", "rb").read()
child = subprocess.run(["env"], capture_output=True, check=True).stdout
print(taken["API_KEY"] == sys.stdin.read(), b"0123456789" in shown + child, b"KEPT=kept" in shown)
"""


@pytest.mark.skipif(not os.path.exists("/proc/self/environ"), reason="no /proc")
def test_neither_children_nor_proc_show_it() -> None:
    said = subprocess.run(
        [sys.executable, "-c", LOOK],
        env={**os.environ, "API_KEY": "0123456789", "KEPT": "kept"},
        input="0123456789",
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == ["True", "False", "True"], said.stderr
