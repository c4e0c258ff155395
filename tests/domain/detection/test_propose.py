"""The lines that a config file gets: what it says already stays."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.cli.checks import parse_check
from orchestrator.domain.detection.propose import CheckIdea, checks, with_checks
from tests.domain.detection.test_detect import JUNIT, MONOREPO, look

IDEA = CheckIdea(name="tests", run=JUNIT, report="junit", because="pytest.ini is there")


def test_a_new_file_has_jobs_and_checks() -> None:
    text = with_checks("", [IDEA], 2)
    assert tomllib.loads(text) == {"jobs": 2, "checks": [f"tests:junit={JUNIT}"]}
    assert "# pytest.ini is there" in text


def test_what_is_said_already_stays_and_keys_go_before_the_first_table() -> None:
    before = "# mine\njobs = 7  # many\n\n[other]\nx = 1\n"
    after = with_checks(before, [IDEA], 2)
    assert tomllib.loads(after) == {
        "jobs": 7,
        "checks": [f"tests:junit={JUNIT}"],
        "other": {"x": 1},
    }
    assert after.startswith("# mine\njobs = 7  # many\n")


def test_nothing_is_added_to_a_file_that_says_all() -> None:
    before = "checks = []\njobs = 1\n"
    assert with_checks(before, [IDEA], 2) == before


@pytest.mark.parametrize(
    "before", ["jobs =", "a = " + "[" * 100_000, f"a{'.a' * 3000} = 1", f"a = {'9' * 5000}"]
)
def test_a_broken_file_is_refused(before: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        with_checks(before, [IDEA], 2)


def test_a_line_that_only_looks_like_a_table_is_seen() -> None:
    with pytest.raises(ValueError, match="without changing"):
        with_checks('text = """\n[not a table]\n"""\n', [IDEA], 2)


@given(st.text(max_size=40), st.text(max_size=40).filter(lambda text: not text.isspace()))
def test_whatever_a_check_and_its_reason_hold_the_file_is_toml(run: str, because: str) -> None:
    idea = CheckIdea(name="tests", run=f"x{run}", report="exit", because=because)
    assert tomllib.loads(with_checks("", [idea], 1))["checks"] == [f"tests=x{run}"]


def test_every_proposed_check_is_one_that_the_command_line_takes() -> None:
    for one in checks(look(MONOREPO)):
        check = parse_check(one.on_command_line)
        assert (check.name, check.run, check.report) == (one.name, one.run, one.report)
