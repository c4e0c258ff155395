"""Text of a repository inside Markdown: it shows, and nothing acts on it."""

import html
import re
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.markdown import block, cell, code, inert, plain, script

ACTING = re.compile(r"@\w|#\d|\bGH-\d|https?://", re.IGNORECASE)
CALLING = re.compile(
    r"(?<![A-Za-z0-9])@\w|#\d|\bGH-\d|https?://\S+/(issues|pull|discussions)/\d", re.IGNORECASE
)
"""What acts even in a commit message that is made from a body."""
WORDS = ("a", "1", "@", "#", "`", "|", "\\", " ", "<", "*", "_", "[", "\n", "\r", "\x00", "\x1b")
PIECES = ("\u202e", "GH-", ":", "/", "https://", "issues/", "fixes ", "o/r", "'", '"', "&#35;")
hostile = st.lists(st.sampled_from(WORDS + PIECES), max_size=30).map("".join)
ATTACKS = (
    "fixes #1",
    "Closes: #1",
    "closes GH-1",
    "resolves gh-12",
    "resolves owner/repo#1",
    "FIXED owner/repo#12,",
    "close https://github.com/o/r/issues/1",
    "fix http://github.com/o/r/pull/2#issuecomment-3",
    "closes https://ghe.example.org/o/r/issues/1",
    "@ada",
    "cc @org/team",
    "(@ada)",
    "`@ada`",
    "```\n@ada\n```",
    "\\@ada",
    "<b>@ada</b>",
    "<!-- fixes #1 -->",
    "[x](https://github.com/o/r/issues/1)",
    "fixes\t#1",
    "fixes\n#1",
    "fixes #\u202e1",
    "_@ada_",
    "**fixes #1**",
    "fixes [#1](x)",
    "a.b@ada",
    "'fixes #1'",
    '"$(echo @ada)"',
    "x # fixes #1 @ada",
)


@given(hostile)
def test_nothing_calls_a_person_or_closes_an_issue(text: str) -> None:
    for shown in (plain(text), code(text), cell(text), inert(text)):
        assert not ACTING.search(shown)
        assert "\n" not in shown
        assert not re.search(r"[\x00-\x1f\u202e]", shown)


@given(hostile)
def test_nothing_acts_in_a_block_either(text: str) -> None:
    for shown in (block(text), block(text, "diff"), script([text]), script([text, text])):
        assert not CALLING.search(shown)


@pytest.mark.parametrize("text", ATTACKS)
def test_known_ways_of_calling_and_closing_do_nothing(text: str) -> None:
    shown = [plain(text), code(text), cell(text), inert(text), block(text), script([text])]
    for one in shown:
        assert not CALLING.search(one)
        assert not CALLING.search(html.unescape(one).replace("\\", ""))


@given(st.lists(hostile.filter(lambda text: "\x00" not in text), max_size=3))
def test_texts_side_by_side_do_not_act_together(texts: list[str]) -> None:
    for whole in (" ".join(map(plain, texts)), ", ".join(map(code, texts))):
        assert not ACTING.search(whole)


COMMANDS = (
    "echo a@b.c x#1 '#2' @scope/pkg",
    "npm exec @scope/pkg 'fixes' #1",
    "echo GH-1 \\@ada https://github.com/o/r/issues/1",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_copied_command_does_the_same(command: str) -> None:
    _, shown, _ = script([command]).splitlines()
    assert not CALLING.search(shown)
    if "'#2'" not in command:
        assert shlex.split(shown, comments=True) == shlex.split(command, comments=True)
    assert "user@example.org" in script(["git clone https://user@example.org/o/r"])


@given(hostile)
def test_a_code_span_ends_where_it_should(text: str) -> None:
    fence = re.match("`+", code(text))
    assert fence is not None
    inner = code(text)[len(fence.group()) : -len(fence.group())]
    assert fence.group() not in re.findall("`+", inner)


@given(hostile)
def test_a_cell_stays_one_cell(text: str) -> None:
    assert not re.search(r"(?<!\\)\|", cell(text))


@given(hostile)
def test_a_block_ends_where_it_should(text: str) -> None:
    first, *inner, last = block(text).splitlines()
    assert first == last
    assert not any(line.startswith(last) for line in inner)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a `b` | <c>", "a \\`b\\` \\| \\<c\\>"),
        ("fixes #12 by @ada", "fixes \\#\u200b12 by @\u200bada"),
        ("two\nlines\udcff", "two lines\\\\xff"),
        ("Tidy up (1/3)", "Tidy up (1/3)"),
    ],
)
def test_running_text(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_code_spans_show_what_is_there() -> None:
    assert code("a|b.py") == "`a|b.py`"
    assert cell("a|b.py") == "`a\\|b.py`"
    assert code("`x`\n") == "`` `x`\\n ``"
    assert code("node/@types/x") == "`node/@\u200btypes/x`"
