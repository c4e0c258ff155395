"""What `--help` says: each command in a line that is not cut at 80 columns."""

from pathlib import Path

import pytest

from orchestrator.cli.grammar import SECTIONS, START
from tests.support.leafcut import Leafcut


@pytest.mark.parametrize(
    "group", [(), ("learnings",), ("rules",), ("playbook",), ("agents",), ("prs",)]
)
def test_no_command_is_cut_short(group: tuple[str, ...], tmp_path: Path) -> None:
    leafcut = Leafcut(tmp_path, {"COLUMNS": "80"})
    _, *lines = leafcut(*group, "--help").stdout.splitlines()
    assert [line for line in lines if line.endswith("...")] == []


def test_help_shows_the_way_from_the_start_to_the_end(tmp_path: Path) -> None:
    lines = Leafcut(tmp_path)("--help").stdout.splitlines()
    sections = [line.removesuffix(":") for line in lines if line in {f"{s}:" for s in SECTIONS}]
    assert sections == list(SECTIONS[:-1])
    start = lines.index(f"{START}:")
    assert "  run  " in "\n".join(lines[start : start + 6])


def test_an_example_stands_on_a_line_of_its_own(tmp_path: Path) -> None:
    lines = Leafcut(tmp_path, {"COLUMNS": "40"})("run", "--help").stdout.splitlines()
    at = lines.index("Example:")
    assert lines[at + 1].startswith("  leafcut run upgrade-syntax")
    assert lines[at + 1].endswith('"tests=python -m pytest -q"')


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("statsu",), "No such command 'statsu'. Did you mean 'status'?"),
        (("learnings", "lits"), "No such command 'lits'. Did you mean 'list'?"),
        (("status", "--jsno"), "No such option: --jsno. Did you mean --json?"),
        (("run", "x", "--max-task", "3"), "No such option: --max-task. Did you mean --max-tasks"),
        (("status", "--colour", "never"), "No such option: --colour. Did you mean --color?"),
        (
            ("--json", "status"),
            "No such option: --json. It goes behind the command: leafcut status --json",
        ),
    ],
)
def test_a_near_miss_is_answered_with_what_may_be_meant(
    words: tuple[str, ...], answer: str, tmp_path: Path
) -> None:
    assert answer in Leafcut(tmp_path)(*words, code=2).stderr


def test_a_number_says_its_range_in_words(tmp_path: Path) -> None:
    leafcut = Leafcut(tmp_path, {"COLUMNS": "80"})
    assert "[1 to 65535]" in leafcut("watch", "--help").stdout
    said = " ".join(leafcut("run", "--help").stdout.split())
    assert "Attempts at once. [at least 1]" in said
    assert "x>=" not in said


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("logs", "--raw"), "--raw is about one task\n  → leafcut logs --task TASK --raw"),
        (("logs", "--prompt"), "--prompt is about one task"),
        (("logs", "--task", "a", "--raw", "--json"), "--raw is text"),
        (("logs", "--task", "a", "--prompt", "--follow"), "a prompt does not grow"),
        (("logs", "--task", "a", "--prompt", "--raw"), "a prompt is no transcript"),
        (("watch", "--port", "80"), "--port goes with --web"),
        (("watch", "--web", "--json"), "a browser shows no JSON"),
    ],
)
def test_an_option_that_would_be_passed_over_is_refused(
    words: tuple[str, ...], answer: str, tmp_path: Path
) -> None:
    assert answer in Leafcut(tmp_path)(*words, code=2).stderr
