"""What an attempt says is seen while it is at work, whatever becomes of it."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import requirements
from tests.support.leafcut import REPLACE, Leafcut, make_playbook, make_repository, wide
from tests.support.llm import Play, Say, Script, ScriptedModel, Shell
from tests.support.thinking import KEY, make_job, marker, only, shelve_light, speaking_to
from tests.support.waiting import until

WAITING = REPLACE.replace(
    '"sed -i',
    '"echo I begin; echo I look; until test -e $LEAFCUT_NOTES/go; do sleep 0.02; done;'
    " echo I go on; sed -i",
)
LIGHT = """\
version: 1
name: scripted
title: Call fetch instead of get
select: {include: ["*.py"]}
find: {regex: ['client\\.get\\b']}
graph: {language: none}
partition: {by: file, max_files: 1}
prompt: prompt.md
agents: [light]
limits: {attempts: 1, attempt_timeout: 60s}
"""


class Reader:
    """A command whose output is read line by line as it comes."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        """Begin to read."""
        self.process, self.lines = process, list[str]()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def sees(self, text: str) -> None:
        """Wait until a line holds a text."""
        until(lambda: any(text in line for line in self.lines), f"nobody says {text}")

    def end(self) -> int:
        """Wait for the command's end and return its exit code."""
        code = self.process.wait(timeout=60)
        self._thread.join()
        return code


@contextmanager
def killed_at_the_end(
    running: "subprocess.Popen[str]",
) -> Iterator["subprocess.Popen[str]"]:
    """Lend a command that does not outlive its test."""
    with running:
        try:
            yield running
        finally:
            running.kill()


@contextmanager
def followed(leafcut: Leafcut, *arguments: str) -> Iterator[Reader]:
    """Follow a run; a test ends it by what it is told."""
    with killed_at_the_end(leafcut.start("logs", *arguments, "--follow")) as process:
        yield Reader(process)


@contextmanager
def at_work(leafcut: Leafcut, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Start a run of one task whose codemod has begun and waits."""
    playbook = str(make_playbook(tmp_path / "playbooks", WAITING))
    target = make_repository(tmp_path / "target", wide(1))
    run = leafcut.start(
        "run", playbook, "--repo", str(target), "--sandbox", "local", "--yes", "--json"
    )
    with killed_at_the_end(run) as running:
        until(lambda: list(leafcut.home.glob("runs/*/transcripts/*.live")), "no attempt")
        until(lambda: said(leafcut), "nothing said")
        yield running


def said(leafcut: Leafcut) -> str:
    """Return what is kept of the only attempt so far."""
    (path,) = leafcut.home.glob("runs/*/transcripts/*.live")
    return path.read_text()


def go(leafcut: Leafcut) -> None:
    """Let the agent that waits go on."""
    (notes,) = leafcut.home.glob("runs/*/notes/*")
    (notes / "go").touch()


@pytest.fixture
def one(leafcut: Leafcut, tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    with at_work(leafcut, tmp_path) as running:
        yield running


def test_a_task_is_followed_to_its_end(leafcut: Leafcut, one: "subprocess.Popen[str]") -> None:
    task = only(leafcut.status())["id"]
    with followed(leafcut, "--task", task) as reader:
        reader.sees("I look")
        assert f"--- {task}-1.live" in reader.lines
        go(leafcut)
        assert reader.end() == 0
    assert [line for line in reader.lines if "I " in line] == ["I begin", "I look", "I go on"]
    assert "✓ landed" in reader.lines[-1]
    one.communicate(timeout=60)
    assert one.returncode == 0
    assert not list(leafcut.home.glob("runs/*/transcripts/*.live"))
    told = leafcut("logs", "--task", task).stdout
    assert f"--- {task}-1.log\nI begin\n" in told


def test_a_run_is_followed_to_its_end(leafcut: Leafcut, one: "subprocess.Popen[str]") -> None:
    with followed(leafcut) as lines, followed(leafcut, "--json") as documents:
        lines.sees("sandbox local")
        documents.sees("attempt_started")
        go(leafcut)
        assert (lines.end(), documents.end()) == (0, 0)
    one.communicate(timeout=60)
    assert "✓ landed" in lines.lines[-1]
    read = [json.loads(line) for line in documents.lines]
    assert [entry["sequence"] for entry in read] == list(range(1, len(read) + 1))
    assert read[-1]["event"]["event"] == "run_ended"
    assert documents.lines == leafcut("logs", "--json").stdout.splitlines()


def test_who_stops_to_look_on_ends_nothing_else(
    leafcut: Leafcut, one: "subprocess.Popen[str]"
) -> None:
    with followed(leafcut, "--task", "m00.py") as reader:
        reader.sees("I look")
        reader.process.send_signal(signal.SIGINT)
        assert reader.end() == 130
    go(leafcut)
    one.communicate(timeout=60)
    assert one.returncode == 0


def test_what_was_said_before_a_kill_is_still_there(
    leafcut: Leafcut, one: "subprocess.Popen[str]"
) -> None:
    with followed(leafcut, "--task", "m00.py") as reader:
        reader.sees("I look")
        one.send_signal(signal.SIGKILL)
        one.communicate()
        assert reader.end() == 0
    assert "I begin\nI look\n" in leafcut("logs", "--task", "m00.py").stdout
    go(leafcut)
    leafcut("resume", leafcut.status()["run"])
    told = leafcut("logs", "--task", "m00.py", "--follow").stdout.splitlines()
    task = only(leafcut.status())["id"]
    first, second = (told.index(f"--- {task}-{name}") for name in ("1.live", "2.log"))
    assert told[first + 1 : second] == ["I begin", "I look"]
    assert told[second + 1 :] == ["I begin", "I look", "I go on"]


def test_a_prompt_is_not_followed(leafcut: Leafcut, one: "subprocess.Popen[str]") -> None:
    assert one.poll() is None
    refused = leafcut("logs", "--task", "m00.py", "--prompt", "--follow", code=2)
    assert "a prompt does not grow" in refused.stderr


def test_an_agent_with_a_model_is_seen_in_mid_attempt(
    leafcut: Leafcut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requirements.bubblewrap().close()
    home = tmp_path / "home"
    shelve_light(home)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    out = "/proc/$PPID/fd/1"
    waits = (
        f"printf 'reads %s' {KEY[:12]} > {out}; sleep 0.3; echo {KEY[12:]} > {out};"
        "until test -e $LEAFCUT_NOTES/go; do sleep 0.02; done; sed -i s/client.get/client.fetch/ *"
    )
    play = Play(turns=(Shell(waits), Say("All is done.")))
    job = make_job(tmp_path, LIGHT, {"a.py": "client.get\n"})
    with ScriptedModel(Script(marker=marker("a.py"), plays=(play,))) as model:
        spoken = speaking_to(leafcut, model)
        with killed_at_the_end(spoken.start(*job.arguments("--sandbox", "bubblewrap"))) as running:
            until(lambda: list(leafcut.home.glob("runs/*/transcripts/*.live")), "no attempt")
            until(lambda: said(leafcut), "nothing said")
            assert said(leafcut) == "reads [redacted ANTHROPIC_API_KEY]\n"
            told = leafcut("logs", "--task", "a.py").stdout
            assert "reads [redacted ANTHROPIC_API_KEY]\n" in told
            assert "Scripted task: a.py" in leafcut("logs", "--task", "a.py", "--prompt").stdout
            go(leafcut)
            running.communicate(timeout=60)
            assert running.returncode == 0
    assert "All is done." in leafcut("logs", "--task", "a.py").stdout
    for path in leafcut.home.rglob("transcripts/*"):
        assert KEY not in path.read_text()
        assert os.path.splitext(path)[1] in {".log", ".prompt"}
