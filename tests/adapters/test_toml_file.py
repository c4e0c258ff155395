"""TOML with positions."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.adapters.library.source import InvalidFileError
from orchestrator.adapters.toml_file import parse

FILE = Path("config.toml")
TEXT = '''\
# jobs = 1
jobs = 2  # = 3
  "quoted" = "a = [b"
list = [
  "x]", # not = here
  'y',
]
long = """
not = "a key"
""""
inline = {a = 1}
dotted.b = 2

[table]
jobs = 3
'''


def test_each_key_at_the_top_is_found_where_it_stands() -> None:
    document = parse(FILE, TEXT)
    assert document.data == tomllib.loads(TEXT)
    lines = {key[0]: (span.line, span.column) for key, span in document.keys.items()}
    assert lines == {
        "jobs": (2, 1),
        "quoted": (3, 3),
        "list": (4, 1),
        "long": (8, 1),
        "inline": (11, 1),
        "dotted": (12, 1),
        "table": (14, 1),
    }
    values = {key[0]: TEXT[span.start : span.end] for key, span in document.values.items() if key}
    assert values["jobs"] == "2"
    assert values["quoted"] == '"a = [b"'
    assert values["list"].startswith("[\n")
    assert values["list"].endswith("\n]")


@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{1,8}", fullmatch=True),
        st.text(st.characters(min_codepoint=32, exclude_characters="\x7f", codec="utf-8")),
    )
)
def test_any_text_is_found_again(data: dict[str, str]) -> None:
    quoted = {key: _quoted(value) for key, value in data.items()}
    document = parse(FILE, "".join(f"{key} = {value}\n" for key, value in quoted.items()))
    assert document.data == data
    found = {
        key[0]: document.text[span.start : span.end] for key, span in document.values.items() if key
    }
    assert found == quoted


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("jobs = \n", "1:8: is no TOML"),
        ("jobs = 1\njobs = 2\n", "2:9: is no TOML"),
        ("a = 1\nb = [1,\n", "2:8: is no TOML"),
        ("a = 1\nday = 2026-01-02\n", "2:7: is a date"),
        ("usd = inf\n", "1:7: is no finite number"),
        ('a = ["x", "\\u0000"]\n', "1:5: holds a NUL"),
        (f"a = {'[' * 3000}{']' * 3000}\n", "1:1: is nested too deep"),
        (f"a = {'[' * 300}{']' * 300}\n", "1:5: is nested too deep"),
        (f"a{'.a' * 3000} = 1\n", "1:6005: is nested too deep"),
        (f"jobs = {'9' * 5000}\n", "1:1: holds a number that is too long"),
    ],
)
def test_a_fault_says_where_it_is(text: str, where: str) -> None:
    with pytest.raises(InvalidFileError) as error:
        parse(FILE, text)
    assert str(error.value.faults[0]).startswith(f"config.toml:{where}")
