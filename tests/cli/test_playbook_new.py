"""`leafcut playbook new` from flags and from questions: what it writes works from the start."""

from functools import partial
from pathlib import Path

import pytest

from orchestrator.cli.app import app
from orchestrator.cli.boundary import guarded
from tests.support.leafcut import Leafcut, add_commit, make_repository
from tests.support.talking import INTERRUPT, talk

REGEX = ("--pattern", r"\blog\.warn\((.*)\)", "--example", 'log.warn("x")')
PATTERN = (
    "--find", "ast-grep", "--pattern", "log.warn($$$A)",
    "--example", 'log.warn(1, log.warn("é", 2))',
)  # fmt: skip
COMMAND = (
    "--find", "command", "--pattern", "grep -nHF old -- ${{ task.files }} || true",
    "--example", "old()",
)  # fmt: skip
FINDS = {
    "regex": (REGEX, r"log.warning(\1)"),
    "ast-grep": (PATTERN, "log.warning($$$A)"),
    "command": (COMMAND, "young()"),
}
WHOLE = {
    "regex": 'log.warning("x")',
    "ast-grep": 'log.warning(1, log.warning("é", 2))',
    "command": "young()",
}


@pytest.fixture
def leafcut(home: Path) -> Leafcut:
    return Leafcut(home / "leafcut")


@pytest.mark.parametrize("by", ["codemod", "rules"])
@pytest.mark.parametrize("find", FINDS)
def test_from_flags_it_validates_and_its_fixture_passes(
    leafcut: Leafcut, tmp_path: Path, find: str, by: str
) -> None:
    flags, becomes = FINDS[find]
    said = leafcut(
        "playbook", "new", "mine", "--dir", str(tmp_path), *flags, "--by", by,
        "--becomes", becomes, "--check", "tests:junit=python -m pytest", "--title", "It's: done",
    ).stdout  # fmt: skip
    folder = tmp_path / "mine"
    assert said == f"{folder}\n"
    assert leafcut("playbook", "validate", str(folder)).stdout.startswith("ok: mine")
    assert "ok: makes fixture/after (1 task, " in leafcut("playbook", "test", str(folder)).stdout
    after = (folder / "fixture" / "after" / "example.py").read_text(encoding="utf-8")
    assert after == f"{WHOLE[find]}\n"
    shown = leafcut("playbook", "show", str(folder)).stdout
    assert shown.startswith("mine: It's: done\n")
    assert "python -m pytest" in shown


@pytest.mark.parametrize("find", FINDS)
def test_an_agents_fixture_says_what_is_to_do(leafcut: Leafcut, tmp_path: Path, find: str) -> None:
    flags, _ = FINDS[find]
    leafcut(
        "playbook", "new", "mine", "--dir", str(tmp_path), *flags, "--by", "agent",
        "--agent", "claude-code", "--becomes", WHOLE[find],
    )  # fmt: skip
    folder = tmp_path / "mine"
    leafcut("playbook", "validate", str(folder))
    said = leafcut("playbook", "test", str(folder)).stdout
    assert said.startswith("ok: fixture/after has nothing left to do (1 task, ")
    prompt = (folder / "prompt.md").read_text(encoding="utf-8")
    assert WHOLE[find] in prompt
    after = folder / "fixture" / "after" / "example.py"
    after.write_bytes((folder / "fixture" / "before" / "example.py").read_bytes())
    done = leafcut("playbook", "test", str(folder), code=3)
    assert done.stdout.startswith("after/example.py: ")
    assert "find still sees something to do" in done.stderr


def test_words_that_are_templates_elsewhere_are_plain_in_a_prompt(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    leafcut(
        "playbook", "new", "mine", "--dir", str(tmp_path), "--by", "agent", "--agent", "codex",
        "--language", "any", "--pattern", "old", "--example", "{{ old }} {% endraw %} ${{ x }}",
        "--becomes", "{% new",
    )  # fmt: skip
    leafcut("playbook", "validate", str(tmp_path / "mine"))


@pytest.mark.parametrize("language", ["java", "typescript", "c++", "c#", "go", "ruby", "any"])
def test_every_language_has_its_files(leafcut: Leafcut, tmp_path: Path, language: str) -> None:
    flags = ("--pattern", "old", "--example", "old;", "--becomes", "young")
    leafcut("playbook", "new", "m", "--dir", str(tmp_path), "--language", language, *flags)
    leafcut("playbook", "test", str(tmp_path / "m"))
    if language != "any":
        ast = ("--find", "ast-grep", *flags)
        leafcut("playbook", "new", "n", "--dir", str(tmp_path), "--language", language, *ast)


FAULTS = [
    ({"pattern": "("}, "--pattern: it is no regular expression"),
    ({"pattern": "x*"}, "--pattern: it matches an empty file"),
    ({"pattern": " "}, "--pattern: it must not be empty"),
    ({"find": "command", "pattern": "grep x"}, "--pattern: it must say which files it reads"),
    ({"find": "command", "pattern": "x ${{ task.file }}"}, "${{ task.file }} is not known"),
    ({"find": "command", "pattern": "x '${{ task.files }}'"}, "take the quotes"),
    ({"find": "ast-grep", "language": "any"}, "--language: ast-grep reads one language"),
    ({"language": "cobol"}, "--language: 'cobol' is not known: c, c#"),
    ({"example": "nothing"}, "--example: old does not find anything in it"),
    ({"example": "old("}, "--example: old( is no Python by itself"),
    ({"becomes": "old"}, "--becomes: that changes nothing"),
    ({"becomes": "older"}, "--becomes: older would still have 1 to do"),
    ({"becomes": r"\3"}, "--becomes: it is no regular expression: invalid group reference"),
    ({"title": "a\nb"}, "--title: the title must be one line"),
    ({"title": "${{ x }}"}, "--title: the title must be one line"),
    ({"check": "tests"}, "--check: 'tests' is not NAME=COMMAND"),
    ({"check": "tests:xml=x"}, "--check: no report 'xml'"),
    ({"by": "agent"}, "a playbook needs --agent"),
    ({"by": "agent", "agent": "nobody"}, "--agent: there is no agent 'nobody': aider"),
    (
        {"find": "command", "pattern": "true ${{ task.files }}"},
        "nothing was written: the fixture of mine has no occurrence",
    ),
]


@pytest.mark.parametrize(("wrong", "said"), FAULTS, ids=lambda one: str(one)[:40])
def test_a_wrong_answer_is_told_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: dict[str, str], said: str
) -> None:
    flags = {"pattern": "old", "example": "old", "becomes": "young", **wrong}
    words = [word for flag, value in flags.items() for word in (f"--{flag}", value)]
    here = tmp_path / "here"
    code = guarded(partial(app, ["playbook", "new", "mine", "--dir", str(here), *words]))
    assert code == 2
    assert said in capsys.readouterr().err
    assert list(here.glob("*")) == []


def test_off_a_terminal_nothing_is_asked(leafcut: Leafcut, tmp_path: Path) -> None:
    for words in ((), ("--ask",), ("x", "--title", "T")):
        done = leafcut("playbook", "new", *words, "--dir", str(tmp_path / "here"), code=2)
        assert "→ leafcut playbook new" in done.stderr
    assert not (tmp_path / "here").exists()


def test_a_codemod_from_flags_runs_on_a_repository(leafcut: Leafcut, tmp_path: Path) -> None:
    flags, becomes = FINDS["ast-grep"]
    leafcut(
        "playbook", "new", "mine", "--dir", str(tmp_path), *flags, "--by", "rules",
        "--becomes", becomes,
    )  # fmt: skip
    target = make_repository(
        tmp_path / "target", {"a.py": 'log.warn("a")\r\n', "b.py": "x = [log.warn(\n 1)]\n"}
    )
    add_commit(target, {}, "more")
    leafcut("run", str(tmp_path / "mine"), "--repo", str(target), "--sandbox", "local", "--yes")
    status = leafcut.status()
    assert (status["state"], status["counts"]["landed"]) == ("done", 2)
    assert [one["command"].split()[:3] for one in status["next"]] == [
        ["leafcut", "prs", "preview"],
        ["leafcut", "prs", "create"],
    ]


def test_on_a_terminal_it_asks_until_each_answer_can_be_taken(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    files = {"pytest.ini": "[pytest]\n", "a.py": "", "test_a.py": ""}
    target = make_repository(tmp_path / "target", files)
    done = talk(
        leafcut,
        ["playbook", "new", "--dir", str(tmp_path), "--repo", str(target)],
        [
            ("Name", "My Playbook\n"),
            ("cannot be the name", "rename-warn\n"),
            ("What it does", "\n"),
            ("Found by (regex, ast-grep, command)", "nobody\n"),
            ("none of regex", "ast\n"),
            ("language", "\n"),
            ("The pattern", "log.warn($A)\n"),
            ("A line", "log.info(1)\n"),
            ("does not find", "log.warn(1)\n"),
            ("Who does it", "\n"),
            ("What takes its place", "log.warn($A)\n"),
            ("changes nothing", "log.warning($A)\n"),
            ('Check tests:junit=python -m pytest -q --junitxml="$LEAFCUT_REPORT"?', "y\n"),
            ("Another check", "more=true\n"),
            ("Another check", "\n"),
        ],
    )
    assert done.code == 0, done.shown
    folder = tmp_path / "rename-warn"
    leafcut("playbook", "validate", str(folder))
    leafcut("playbook", "test", str(folder))
    text = (folder / "playbook.yaml").read_text(encoding="utf-8")
    assert "title: 'Rename warn'" in text
    assert "report: junit" in text
    assert "{name: more, on: landing, run: 'true'}" in text


def test_what_is_given_is_not_asked(leafcut: Leafcut, tmp_path: Path) -> None:
    done = talk(
        leafcut,
        ["playbook", "new", "mine", "--ask", "--dir", str(tmp_path), "--repo", str(tmp_path),
         "--title", "T", "--find", "regex", "--language", "go", *REGEX, "--by", "codemod"],
        [("What takes its place", "log.Warning()\n"), ("Another check", "\n")],
    )  # fmt: skip
    assert done.code == 0, done.shown
    assert "Found by" not in done.shown
    leafcut("playbook", "test", str(tmp_path / "mine"))


@pytest.mark.parametrize("at", [0, 1, 3])
def test_ctrl_c_writes_nothing(leafcut: Leafcut, tmp_path: Path, at: int) -> None:
    turns = [("Name", "mine\n"), ("What it does", "\n"), ("Found by", "\n"), ("language", "\n")]
    awaited, _ = turns[at]
    done = talk(
        leafcut,
        ["playbook", "new", "--dir", str(tmp_path / "here"), "--repo", str(tmp_path)],
        [*turns[:at], (awaited, INTERRUPT)],
    )
    assert done.code == 130
    assert "nothing was written" in done.shown
    assert not (tmp_path / "here").exists()
