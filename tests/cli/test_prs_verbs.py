"""The verbs of `leafcut prs`: which words each takes, and how it turns down those of others."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import typer

from orchestrator.cli.app import app
from tests.support.leafcut import Leafcut
from tests.support.parsing import parsed

ROOT: Any = typer.main.get_command(app)
FORGE = {"--forge", "--repo-url"}
CUT = {"--max-lines", "--group-by", "--stacked"}
OWN: Mapping[str, set[str]] = {
    "preview": {*FORGE, *CUT},
    "create": {*FORGE, *CUT, "--draft", "--out"},
    "sync": {*FORGE, *CUT, "--draft"},
    "address": {*FORGE, *CUT, "--agent"},
    "close": {*FORGE, "--delete-branches"},
    "bundle": CUT,
}
"""What each verb can be told, beside --json."""
VALUES = {
    "--forge": "github",
    "--repo-url": "https://github.com/acme/x",
    "--max-lines": "100",
    "--group-by": "owner",
    "--stacked": "true",
    "--out": "out",
    "--agent": "codemod",
}
"""An option's value; the others are flags."""
ASKED = {"address": ("12",), "bundle": ("out",)}
EVERY = sorted(set[str]().union(*OWN.values()))


def call(verb: str, option: str) -> tuple[str, ...]:
    """Return the words that give a verb an option."""
    value = [VALUES[option]] if option in VALUES else []
    return ("prs", verb, *ASKED.get(verb, ()), option, *value)


def test_these_are_all_verbs() -> None:
    assert set(ROOT.commands["prs"].commands) == set(OWN)


@pytest.mark.parametrize("option", EVERY)
@pytest.mark.parametrize("verb", OWN)
def test_a_verb_takes_its_own_options_and_no_others(verb: str, option: str) -> None:
    line = " ".join(("leafcut", *call(verb, option)))
    if option in OWN[verb]:
        assert parsed(line)
        return
    owners = " or ".join(name for name in OWN if option in OWN[name])
    with pytest.raises(typer.TyperException) as caught:
        parsed(line)
    assert str(caught.value) == f"No such option: {option}. It goes with leafcut prs {owners}"


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("preview", "--delete-branches"), "--delete-branches. It goes with leafcut prs close\n"),
        (("close", "--no-draft"), "--no-draft. It goes with leafcut prs create or sync\n"),
        (("p-1", "bundle", "out", "--agent", "x"), "--agent. It goes with leafcut prs address\n"),
        (("close", "--rerun"), "No such option: --rerun\n"),
        (("--json", "preview"), "It goes behind the command: leafcut prs preview --json"),
        (("preveiw",), "No such command 'preveiw'. Did you mean 'preview'?"),
        (("p-1",), "No such command 'p-1'."),
        (("create", "p-1", "p-2"), "Got unexpected extra argument(s) (p-2)"),
        (("p-1", "create", "p-2"), "two runs are named, p-1 and p-2"),
        (("p-1", "bundle"), "Missing argument 'DIR'"),
        (("p-1", "address"), "Missing argument 'NUMBER'"),
        (("address", "twelve"), "'twelve' is no number of a pull request"),
    ],
)
def test_what_makes_no_sense_is_told_in_one_message(
    words: tuple[str, ...], answer: str, tmp_path: Path
) -> None:
    said = Leafcut(tmp_path)("prs", *words, code=2)
    assert answer in said.stderr
    assert said.stdout == ""
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("line", "same"),
    [
        ("prs p-1 create --json", "prs create p-1 --json"),
        ("prs p-1 address 12", "prs address 12 p-1"),
        ("prs p-1 bundle out", "prs bundle out p-1"),
        ("prs address '#12'", "prs address 12"),
    ],
)
def test_the_run_may_stand_before_the_verb(line: str, same: str) -> None:
    assert parsed(f"leafcut {line}") == parsed(f"leafcut {same}")


@pytest.mark.parametrize("verb", OWN)
def test_the_help_of_a_verb_is_about_that_verb(verb: str, tmp_path: Path) -> None:
    said = Leafcut(tmp_path)("prs", verb, "--help").stdout
    assert {option for option in EVERY if option in said} == OWN[verb]
    assert f"  leafcut prs {verb}" in said
