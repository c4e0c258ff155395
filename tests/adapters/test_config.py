"""Settings as files and variables say them."""

from pathlib import Path

import pytest

from orchestrator.adapters.config import environments_config, targets_config, users_config
from orchestrator.adapters.library.source import InvalidFileError
from orchestrator.domain.config import KEYS, Config
from orchestrator.errors import UsageError


def test_no_file_says_nothing(tmp_path: Path) -> None:
    assert users_config(tmp_path / "config.toml") == Config()


def test_a_users_file_says_what_it_says(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        'jobs = 2\nbudget_usd = 5\nagents = ["codemod"]\nsandbox = "docker"\nquiet = true\n'
    )
    assert users_config(file) == Config(
        jobs=2, budget_usd=5.0, agents=("codemod",), sandbox="docker", quiet=True
    )


def test_every_fault_is_told_with_its_place_and_the_nearest_key(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('josb = 2\njobs = "2"\nsandbox = "dokcer"\nsecret = "x"\nsample = 0\n')
    with pytest.raises(InvalidFileError) as error:
        users_config(file)
    assert [str(fault).removeprefix(f"{file}:") for fault in error.value.faults] == [
        "1:1: unknown key josb — did you mean jobs?",
        '2:8: jobs is "2" — it must be a whole number',
        "3:11: sandbox is \"dokcer\" — it must be 'auto', 'docker', 'bubblewrap' or 'local'",
        "4:1: secret is no setting — keys do not lie in settings; use --secret NAME=@FILE",
        "5:10: sample is 0 — it must be at least 1",
    ]


def test_a_target_that_says_too_much_is_refused_at_each_place() -> None:
    text = 'jobs = 1\nimage = "evil"\nverify = "head"\n'
    with pytest.raises(InvalidFileError) as error:
        targets_config(Path("c.toml"), text)
    assert [(fault.line, fault.message) for fault in error.value.faults] == [
        (2, "image is not for the target repository to set"),
        (3, "the target repository can only set verify to commit"),
    ]


def test_a_targets_endless_file_is_refused_unread() -> None:
    with pytest.raises(InvalidFileError, match="is larger than"):
        targets_config(Path("c.toml"), "#" * (1 << 21))


def test_variables_are_read_by_type() -> None:
    environ = {
        "LEAFCUT_JOBS": "3",
        "LEAFCUT_BUDGET_USD": "2.5",
        "LEAFCUT_AGENTS": "codemod, claude-code",
        "LEAFCUT_CHECKS": "a=x, y\nb=z",
        "LEAFCUT_QUIET": "1",
        "LEAFCUT_MODEL": "",
        "LEAFCUT_LEARNINGS": "/run/learnings.md",
    }
    assert environments_config(environ) == Config(
        jobs=3,
        budget_usd=2.5,
        agents=("codemod", "claude-code"),
        checks=("a=x, y", "b=z"),
        quiet=True,
    )


@pytest.mark.parametrize(
    ("variable", "value", "why"),
    [
        ("LEAFCUT_JOBS", "many", "jobs must be a whole number"),
        ("LEAFCUT_JOBS", "0", "jobs is 0 — it must be at least 1"),
        ("LEAFCUT_SANDBOX", "box", "sandbox must be 'auto', 'docker', 'bubblewrap' or 'local'"),
        ("LEAFCUT_BUDGET_USD", "nan", "budget_usd is nan"),
    ],
)
def test_a_variable_with_a_wrong_value_is_named(variable: str, value: str, why: str) -> None:
    with pytest.raises(UsageError, match=why) as error:
        environments_config({variable: value})
    assert error.value.message.startswith(f"{variable}={value}: ")


def test_every_key_can_be_set_by_its_variable() -> None:
    values = {
        "jobs": "1",
        "sandbox": "local",
        "learnings": "none",
        "learnings_scope": "run",
        "verify": "head",
        "max_tasks": "1",
        "budget_usd": "1",
        "sample": "1",
        "checkpoints": "layer",
        "color": "never",
        "quiet": "0",
    }
    for key in KEYS.values():
        said = environments_config({key.variable: values.get(key.name, "x")})
        assert getattr(said, key.name) is not None, key.name
