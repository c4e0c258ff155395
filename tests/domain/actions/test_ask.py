"""What inputs and comments become: words of a command line, or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.actions.ask import (
    Asked,
    asked,
    inputs_of,
    options_of,
    playbook_of,
    publish_words,
    verify_words,
)

ID = "0123456789" * 4


def test_inputs_come_from_the_environment_alone() -> None:
    environment = {"LEAFCUT_INPUT_MAX_TASKS": " 3 ", "LEAFCUT_INPUT_BASE": "", "OTHER": "x"}
    assert inputs_of(environment) == {"max-tasks": "3"}


def test_each_value_is_one_word() -> None:
    inputs = {
        "params": "python=3.12\nquote=$(touch /tmp/x); `id` \"'",
        "concurrency": "4",
        "budget": "2.50",
        "sample": "10",
        "secrets": "ANTHROPIC_API_KEY",
        "trust-target": "true",
    }
    assert options_of(inputs) == (
        "--param=python=3.12",
        "--param=quote=$(touch /tmp/x); `id` \"'",
        "--jobs=4",
        "--budget=2.50",
        "--sample=10",
        "--secret=ANTHROPIC_API_KEY",
        "--trust-target",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("concurrency", "0"),
        ("concurrency", "4 --unsafe-local"),
        ("budget", "-1"),
        ("agent", "--yes"),
        ("params", "no equals sign"),
        ("secrets", "KEY=value"),
        ("secrets", "KEY=@/etc/passwd"),
        ("sandbox", "none"),
        ("base", "-x"),
        ("image", "--privileged"),
        ("trust-target", "yes"),
        ("include", "a" * 10_001),
    ],
)
def test_a_value_without_its_form_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"input {name}|more than"):
        options_of({name: value})


@given(st.dictionaries(st.sampled_from(["params", "agent", "base", "model", "check"]), st.text()))
def test_no_input_becomes_an_option_of_its_own(inputs: dict[str, str]) -> None:
    try:
        words = options_of(inputs)
    except ValueError:
        return
    known = ("--param=", "--agent=", "--base=", "--model=", "--check=")
    assert all(word.startswith(known) and "\n" not in word and "\0" not in word for word in words)


@pytest.mark.parametrize("name", ["", "-x", "--help", "a\nb", "$(id)", "a;b"])
def test_a_playbook_is_no_option(name: str) -> None:
    with pytest.raises(ValueError, match="input playbook"):
        playbook_of({"playbook": name})


@pytest.mark.parametrize(
    ("comment", "wanted"),
    [
        ("Looks good", None),
        ("please do /leafcut run x", None),
        ("/leafcuts run x", None),
        ("/leafcut run upgrade-syntax", Asked("run", playbook="upgrade-syntax")),
        (
            "  /leafcut run upgrade-syntax sample=5 params.python=3.12 params.a='b c' agent=x\r\nY",
            Asked(
                "run",
                playbook="upgrade-syntax",
                inputs={"sample": "5", "params": "python=3.12\na=b c", "agent": "x"},
            ),
        ),
        ("/leafcut approve 123", Asked("approve", run_id="123")),
    ],
)
def test_the_first_line_of_a_comment(comment: str, wanted: Asked | None) -> None:
    assert asked(comment) == wanted


@pytest.mark.parametrize(
    "comment",
    [
        "/leafcut",
        "/leafcut rm -rf /",
        "/leafcut run",
        "/leafcut run --help",
        "/leafcut run x trust-target=true",
        "/leafcut run x check=evil=sh",
        "/leafcut run x secrets=GITHUB_TOKEN",
        "/leafcut run x image=evil",
        "/leafcut run x sandbox=local",
        "/leafcut run x concurrency=$(id)",
        "/leafcut run 'x",
        "/leafcut approve",
        "/leafcut approve 1 2",
        "/leafcut approve ../1",
    ],
)
def test_comments_that_ask_for_what_there_is_not(comment: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each says what is wrong in its own words
        asked(comment)


def test_publishing_without_a_digest_only_looks() -> None:
    words = publish_words({"bundle": "/b", "forge": "github"})
    assert words[:2] == ("publish", "/b")
    assert {"--yes", "--check", "--rerun", "--forge=github"} <= set(words)
    digest = "ab" * 32
    assert "--check" not in publish_words({"bundle": "/b", "digest": digest})
    with pytest.raises(ValueError, match="digest"):
        publish_words({"bundle": "/b", "digest": "none"})


def test_verifying_takes_full_ids_only() -> None:
    assert verify_words({"base": ID, "head": ID})[:2] == ("verify", f"{ID}..{ID}")
    for wrong in ({"base": ID}, {"base": "main", "head": ID}, {"base": "-x", "head": ID}):
        with pytest.raises(ValueError, match="input"):
            verify_words(wrong)
