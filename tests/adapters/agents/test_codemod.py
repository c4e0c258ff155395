"""The codemod agent, with real commands in the local sandbox."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from orchestrator.adapters.agents.codemod import MAX_COMMAND, CodemodAgent
from orchestrator.adapters.sandbox.local import LocalSandbox
from orchestrator.domain.plan import Task
from orchestrator.ports.agent import AgentReport

FILES = ("a b.py", "$(touch hacked).py", "new\nline.py", "ü.py")


@pytest.fixture
def sandbox() -> Iterator[LocalSandbox]:
    sandbox = LocalSandbox()
    yield sandbox
    sandbox.close()


def applied(
    sandbox: LocalSandbox,
    folder: Path,
    command: str,
    *,
    files: tuple[str, ...] = FILES,
    env: Mapping[str, str] | None = None,
    timeout_s: float = 20.0,
) -> AgentReport:
    for name in ("tree", "scratch", "notes"):
        (folder / name).mkdir(exist_ok=True)
    task = Task(id="t", title="t", files=files)
    return CodemodAgent("codemod", command, timeout_s, ()).apply(
        task,
        folder / "tree",
        folder / "scratch",
        sandbox,
        {"task.files": task.files, "params.x": "it's"},
        {"LEAFCUT_NOTES": str(folder / "notes"), **(env or {})},
    )


def test_it_gets_the_files_whatever_their_names(sandbox: LocalSandbox, tmp_path: Path) -> None:
    report = applied(sandbox, tmp_path, "printf '%s\\0' ${{ task.files }}; cat ${{ files_from }}")
    assert report.ending == "done"
    assert report.message == ""
    listed = b"".join(name.encode() + b"\0" for name in FILES)
    assert report.transcript == listed + listed
    assert not list((tmp_path / "tree").iterdir())


def test_it_works_in_the_tree_with_parameters_and_notes(
    sandbox: LocalSandbox, tmp_path: Path
) -> None:
    script = 'echo ${{ params.x }} > made; echo $LEAFCUT_VERDICT > "$LEAFCUT_NOTES/n"'
    applied(sandbox, tmp_path, script, env={"LEAFCUT_VERDICT": "/v.json"})
    assert (tmp_path / "tree" / "made").read_text() == "it's\n"
    assert (tmp_path / "notes" / "n").read_text() == "/v.json\n"


@pytest.mark.parametrize(
    ("command", "ending", "message"),
    [
        ("echo no >&2; echo why >&2; exit 3", "gave_up", "the codemod ended with exit code 3: why"),
        ("echo out; exit 1", "gave_up", "the codemod ended with exit code 1: out"),
        ("exit 1", "gave_up", "the codemod ended with exit code 1"),
        ("kill -9 $$", "gave_up", "the codemod ended with exit code 137"),
        ("no-such-program", "environment", "the codemod ended with exit code 127: "),
        ("./here", "environment", "the codemod ended with exit code 12"),
    ],
)
def test_how_it_ends(
    sandbox: LocalSandbox, tmp_path: Path, command: str, ending: str, message: str
) -> None:
    report = applied(sandbox, tmp_path, command)
    assert report.ending == ending
    assert report.message.startswith(message)


def test_it_is_stopped_in_time(sandbox: LocalSandbox, tmp_path: Path) -> None:
    report = applied(sandbox, tmp_path, "echo begun; sleep 60", timeout_s=0.3)
    assert report.ending == "timeout"
    assert report.message == "the codemod did not end within 0.3 s: begun"


def test_a_command_that_is_too_long_says_what_to_do(sandbox: LocalSandbox, tmp_path: Path) -> None:
    many = tuple(f"{'x' * 200}{n}.py" for n in range(MAX_COMMAND // 200))
    report = applied(sandbox, tmp_path, "echo ${{ task.files }}", files=many)
    assert report.ending == "gave_up"
    assert report.message.endswith("read ${{ files_from }} instead of ${{ task.files }}")
    assert applied(sandbox, tmp_path, "cat ${{ files_from }}", files=many).ending == "done"
