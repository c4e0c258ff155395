"""YAML files as plain data with places: what is read, and what is refused where."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestrator.adapters.library.source import MAX_BYTES, MAX_SHOWN, InvalidFileError, read
from orchestrator.errors import InvalidInputError


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "f.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def faults(folder: Path, content: str | bytes) -> list[str]:
    path = written(folder, content)
    with pytest.raises(InvalidFileError) as caught:
        read(path)
    assert caught.value.exit_code == 5
    return [str(fault).removeprefix(f"{path}:") for fault in caught.value.faults]


def test_words_of_yaml_1_1_stay_text(tmp_path: Path) -> None:
    document = read(written(tmp_path, "on: yes\noff: no\ntime: 1:30\n"))
    assert document.data == {"on": "yes", "off": "no", "time": "1:30"}


def test_plain_values_have_their_types(tmp_path: Path) -> None:
    text = "a: 1\nb: 1.5\nc: true\nd: null\ne: 0x10\nf: '1'\ng: [~, {h: -3}]\ni:\n"
    data = read(written(tmp_path, text)).data
    assert list(data) == ["a", "b", "c", "d", "e", "f", "g", "i"]
    assert list(data.values()) == [1, 1.5, True, None, 16, "1", [None, {"h": -3}], None]
    assert isinstance(data["c"], bool)


@pytest.mark.parametrize("text", ["a: 1\r\nb: [2,\r\n  3]\r\n", "\ufeffa: 1\nb: [2, 3]\n"])
def test_windows_line_ends_and_byte_order_marks_do_not_matter(tmp_path: Path, text: str) -> None:
    document = read(written(tmp_path, text))
    assert document.data == {"a": 1, "b": [2, 3]}
    assert (document.keys["b",].line, document.keys["b",].column) == (2, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", "3:1: the key 'a' stands here twice — keep one"),
        ("a: &x [1]\nb: *x\n", "1:4: is used again by an alias"),
        ("a: 1\n\tb: 2\n", "2:1: is no YAML: found character '\\t' that cannot start any token"),
        ("a: !!python/object:os.system x\n", "1:4: has the type tag:yaml.org,2002:python/object"),
        ("a: 2024-01-01\n", "1:4: has the type tag:yaml.org,2002:timestamp"),
        ("<<: {a: 1}\n", "1:1: is no key — keys are text; quote it"),
        ("1: a\n", "1:1: is no key — keys are text; quote it"),
        ("[a]: b\n", "1:1: is no key — keys are text; quote it"),
        ("a: .inf\n", "1:4: is nothing that can be used: '.inf' — quote it as text"),
        ("a: 017\n", "1:4: is nothing that can be used: '017' — quote it as text"),
        ("%YAML 1.1\n---\na: yes\n", "3:4: is nothing that can be used: 'yes'"),
        ('a: "x\\0y"\n', "1:4: holds a NUL character, which no command can take"),
        ('a: "\\ud800"\n', "1:4: is nothing that can be used: '\\ud800'"),
        ("a: [1, 2\nb: 3\n", "2:2: is no YAML: expected ',' or ']', but got ':'"),
        ("a: 1\n---\nb: 2\n", "2:1: is no YAML: but found another document"),
        ("- a\n", "1:1: is no mapping — write `key: value` lines"),
        ("", "1:1: is no mapping — write `key: value` lines"),
        ("# nothing\n", "1:1: is no mapping — write `key: value` lines"),
        ("a: b\nc: \x01\n", "2:4: holds the character"),
    ],
)
def test_what_is_refused_and_where(tmp_path: Path, text: str, said: str) -> None:
    assert faults(tmp_path, text)[0].startswith(said)


def test_bytes_that_are_no_utf_8(tmp_path: Path) -> None:
    assert faults(tmp_path, b"a: 1\nb: \xe9\xe8\n") == ["2:4: is not UTF-8 — save it as UTF-8"]
    assert faults(tmp_path, "a: 1".encode("utf-16"))[0].endswith("is not UTF-8 — save it as UTF-8")


def test_a_folder_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").mkdir()
    for path, why in ((tmp_path / "f.yaml", "Is a directory"), (tmp_path / "g", "No such file")):
        with pytest.raises(InvalidFileError, match=f":1:1: cannot be read: {why}"):
            read(path)


def test_all_faults_are_told_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = "a: 1\na: 2\nb: !x 1\nc: 2024-01-01\n"
    assert [fault.split(": ")[0] for fault in faults(tmp_path, text)] == ["2:1", "3:4", "4:4"]


def test_a_flood_of_faults_is_cut(tmp_path: Path) -> None:
    path = written(tmp_path, "a: 1\n" * (MAX_SHOWN + 8))
    with pytest.raises(InvalidFileError) as caught:
        read(path)
    lines = caught.value.message.splitlines()
    assert lines[0] == f"f.yaml has {MAX_SHOWN + 7} faults"
    assert lines[-1] == "… and 7 more"
    assert len(lines) == MAX_SHOWN + 2


BOMBS = {
    "aliases": "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n",
    "itself": "a: &a [*a]\n",
    "same anchor": "a: &a 1\nb: &a 2\nc: *a\n",
    "merge": "a: &a {x: 1}\nb: {<<: *a}\n",
    "brackets": "a: " + "[" * 1500,
    "braces": "{a: " * 5000,
    "dashes": "- " * 5000,
    "questions": "? " * 5000,
    "deep": "a: " + "[" * 60 + "]" * 60,
    "large": "a: " + "x" * MAX_BYTES,
    "number": "a: " + "9" * 5000,
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_bombs_are_refused(tmp_path: Path, text: str) -> None:
    assert faults(tmp_path, text)


ODD = (
    """a: |- |---\n|...\n|!!|<<: |&a |*a |>-\n|${{ a }}|\u2028|\x85|\ufeff|0x|1e|%YAML 1.1\n|\n  """
)
PIECES = st.sampled_from([*"abx1 -?:,[]{}#&*!|>'\"%@`\n\t\r\0\\~=<.é", *ODD.split("|")])


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=60) | st.binary(max_size=60))
def test_no_file_makes_anything_but_a_clear_error(tmp_path: Path, content: str | bytes) -> None:
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    assert told(written(tmp_path, raw))


def told(path: Path) -> bool:
    """Say whether a file is read, or refused with a place."""
    try:
        return isinstance(read(path).data, dict)
    except InvalidInputError as error:
        return f"{path}:" in error.message
