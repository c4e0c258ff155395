import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from orchestrator.adapters.sandbox.local import LocalSandbox
from orchestrator.application.find import Finder, parse, search
from orchestrator.domain.playbook import Find
from orchestrator.errors import InvalidInputError


def _write(tree: Path, **files: bytes) -> list[str]:
    for name, content in files.items():
        (tree / name).write_bytes(content)
    return sorted(files)


def test_a_regex_finds_lines_and_leaves_out_files_without(tmp_path: Path) -> None:
    files = _write(tmp_path, a=b"old\n\nold old\n", b=b"new\n", c=b"x\nold")

    assert search(tmp_path, files, ["old"]) == {"a": (1, 3, 3), "c": (2,)}


@pytest.mark.parametrize(
    ("patterns", "content", "lines"),
    [
        (["old", r"\bold\b"], b"old\n", (1,)),
        (["new", "old"], b"old\nnew\n", (1, 2)),
        (["x", "(?i)OLD"], b"old\n", (1,)),
        ([r"(o)\1", r"(n)\1"], b"oo\nnn\n", (1, 2)),
        (["old$"], b"old\r\nold\r\n", (1, 2)),
        (["^old"], b"\n\nold", (3,)),
        (["[é]x"], "éx\nèx\n".encode(), (1,)),
        ([r"\w+\d"], "größe1\n".encode(), (1,)),
        (["old"], b"\xff\xfe old\n", (1,)),
        (["a\nb"], b"a\nb\na\nb\n", (1, 3)),
    ],
)
def test_regexes_mean_what_they_say(
    tmp_path: Path, patterns: list[str], content: bytes, lines: tuple[int, ...]
) -> None:
    assert search(tmp_path, _write(tmp_path, a=content), patterns) == {"a": lines}


def test_a_commands_answer_is_read_with_and_without_messages() -> None:
    said = 'a.py:3\na.py:1: def f(x: int): ...\n"b \\"\\n\\u00e9.py":2\nc:d.py:4\n'

    found = parse(said, ["a.py", 'b "\né.py', "c:d.py"])

    assert found == {"a.py": (1, 3), 'b "\né.py': (2,), "c:d.py": (4,)}


@pytest.mark.parametrize(
    "said",
    [
        "nonsense",
        "other.py:1",
        "a.py:x",
        "a.py",
        '"a.py:1',
        '"a\\q.py":1',
        "\n",
        "a.py:1\n\n",
        ":1",
    ],
)
def test_any_other_answer_is_an_error_that_shows_it(said: str) -> None:
    with pytest.raises(InvalidInputError, match="find command printed"):
        parse(said, ["a.py"])


def test_no_answer_is_no_occurrence() -> None:
    assert parse("", ["a.py"]) == {}


_MakeFinder = Callable[..., Finder]


@pytest.fixture
def finder() -> Iterator[_MakeFinder]:
    def make(run: str, prefilter: str | None = None) -> Finder:
        find = Find(run=run, prefilter=prefilter)
        return Finder(find=find, values={}, sandbox=sandbox, workers=2)

    with closing(LocalSandbox()) as sandbox:
        yield make


def _folders(root: Path) -> tuple[Path, Path]:
    tree, scratch = root / "tree", root / "scratch"
    tree.mkdir()
    scratch.mkdir()
    return tree, scratch


_GREP = "xargs -0 grep -n old < ${{ files_from }} || true"


def test_a_command_gets_the_files_in_portions_and_runs_at_the_root(
    tmp_path: Path, finder: _MakeFinder
) -> None:
    tree, scratch = _folders(tmp_path)
    names = {f"f{n:03} $(id).py": b"old\n" * (n % 3) for n in range(450)}
    files = _write(tree, **names)

    found = finder(_GREP)(tree, files, scratch)

    assert found == {name: tuple(range(1, n % 3 + 1)) for n, name in enumerate(files) if n % 3}
    assert list(scratch.iterdir()) == []


def test_only_files_that_pass_the_prefilter_reach_the_command(
    tmp_path: Path, finder: _MakeFinder
) -> None:
    tree, scratch = _folders(tmp_path)
    files = _write(tree, a=b"import old\n", b=b"nothing\n")

    found = finder("printf '%s:1\\n' ${{ task.files }}", prefilter=r"\bold$")(tree, files, scratch)

    assert found == {"a": (1,)}


def test_without_a_file_the_command_does_not_run(tmp_path: Path, finder: _MakeFinder) -> None:
    tree, scratch = _folders(tmp_path)

    assert finder("exit 9")(tree, [], scratch) == {}


def test_a_command_that_fails_says_how(tmp_path: Path, finder: _MakeFinder) -> None:
    tree, scratch = _folders(tmp_path)
    files = _write(tree, a=b"")

    with pytest.raises(InvalidInputError, match=r"exit code 3.*(?s:.*)broken"):
        finder("echo broken >&2; exit 3")(tree, files, scratch)


def test_a_json_path_is_what_json_writes() -> None:
    path = 'odd "name"\n\U0001f600 é.py'

    assert parse(f"{json.dumps(path)}:7\n", [path]) == {path: (7,)}
