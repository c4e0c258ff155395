"""However a language model behaves, its task ends as it should, and nothing red lands.

`CASES` is the table: what the model does, and what comes of it. All of them are tasks of one run
whose agent is a real process in bubblewrap that speaks to the scripted model through the gateway,
so that each also has to leave its siblings alone. What concerns the agent as a whole (limits, load,
a bad key) has runs of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.support import requirements
from tests.support.leafcut import Leafcut, landed_tasks
from tests.support.llm import Play, Say, Script, ScriptedModel, Shell, Tool, Trouble, Turn
from tests.support.thinking import (
    KEY,
    Job,
    files_with,
    make_job,
    marker,
    only,
    shelve_light,
    speaking_to,
)

PLAYBOOK = """\
version: 1
name: scripted
title: Call fetch instead of get
select: {include: ["test_*.py"]}
find: {regex: ['client\\.get\\b']}
graph: {language: none}
partition: {by: file, max_files: 1}
prompt: prompt.md
agents: [light]
limits: {attempts: 2, attempt_timeout: 20s, concurrency: 4}
checks:
  - {name: compile, run: "python3 -m py_compile ${{ task.files }}", on: attempt}
"""
SOURCE = """\
def load(client):
    return client.get("/a")


def test_load():
    client = Client()
    assert load(client) == "ab"
    assert client.calls == 2
"""
HERE = "@@"
"""Stands for the task's file in the commands below."""
RIGHT = f"sed -i s/client.get/client.fetch/ {HERE}"
WRONG = f"{RIGHT}; echo 'def (' >> {HERE}"
MENDED = f"sed -i '/^def (/d' {HERE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a model does with one task; the state, reason and number of attempts that come of it."""

    plays: tuple[Play, ...] = (Play(turns=(Shell(RIGHT),)),)
    troubles: tuple[Trouble, ...] = ()
    ends: tuple[str, str, int] = ("landed", "", 1)

    def script(self, file: str) -> Script:
        """Return the script for a task of one file."""
        return Script(
            marker=marker(file),
            plays=tuple(_about(play, file) for play in self.plays),
            troubles=self.troubles,
        )


def _about(play: Play, file: str) -> Play:
    turns = tuple(
        Shell(turn.command.replace(HERE, file)) if isinstance(turn, Shell) else turn
        for turn in play.turns
    )
    return replace(play, turns=turns)


def does(*turns: Turn | str, when: str = "", end: str = "Done.", times: int = 1) -> Play:
    """Return a play; a text is a shell command."""
    made = tuple(Shell(turn) if isinstance(turn, str) else turn for turn in turns)
    return Play(turns=made, when=when, end=Say(end, times))


CASES: Mapping[str, Case] = {
    "edits right": Case(),
    "asks for its task, then edits right": Case(plays=(does(Tool("get_task"), RIGHT),)),
    "edits wrong, then right after what verify says": Case(
        plays=(does(WRONG, Tool("verify"), MENDED, Tool("verify")),)
    ),
    "edits wrong, then right when the next prompt has the error": Case(
        plays=(does(RIGHT, when="SyntaxError"), does(WRONG)), ends=("landed", "", 2)
    ),
    "leaves word, which the next attempt reads": Case(
        plays=(
            does(RIGHT, when="mind the brackets"),
            does(WRONG, Tool("hand_off", {"note": "mind the brackets"})),
        ),
        ends=("landed", "", 2),
    ),
    "edits wrong each time": Case(
        plays=(does(f"{WRONG}; date +'# %N' >> {HERE}"),), ends=("failed", "compile", 2)
    ),
    "offers the same wrong edit again": Case(plays=(does(WRONG),), ends=("failed", "compile", 2)),
    "leaves a stub": Case(
        plays=(does(f"sed -i 's/return client.*/raise NotImplementedError/' {HERE}"),),
        ends=("failed", "guard:laziness", 2),
    ),
    "deletes a test": Case(
        plays=(does(f"{RIGHT}; sed -i '/^def test/,$d' {HERE}"),),
        ends=("failed", "guard:test_integrity", 2),
    ),
    "touches a file out of scope": Case(
        plays=(does(f"{RIGHT}; echo '# mine' >> other.py"),), ends=("failed", "guard:scope", 2)
    ),
    "calls it done with nothing done": Case(plays=(does(),), ends=("failed", "no_change", 1)),
    "says that it is blocked": Case(
        plays=(does(Tool("report_blocked", {"why": "a person must choose"})),),
        ends=("failed", "agent_blocked", 1),
    ),
    "loops for ever": Case(
        plays=(Play(turns=(Shell("sleep 0.1; echo {turn}"),), endless=True),),
        ends=("failed", "timeout", 2),
    ),
    "keeps silent": Case(
        troubles=(Trouble(manner="stall", delay_s=120),), ends=("failed", "timeout", 2)
    ),
    "answers nothing": Case(plays=(does(end=""),), ends=("failed", "gave_up", 2)),
    "edits right, then answers nothing": Case(plays=(does(RIGHT, end=""),)),
    "edits right, then says two megabytes": Case(plays=(does(RIGHT, end="x" * 1024, times=2048),)),
    "repeats the key that it was called with": Case(plays=(does(RIGHT, end="It is {key}"),)),
    "writes the key that it was called with into a file": Case(
        plays=(does(f"{RIGHT}; echo '# {{key}}' >> {HERE}"),)
    ),
    "writes its own token into a file": Case(
        plays=(does(f'{RIGHT}; echo "# token = $LIGHT_TOKEN" >> {HERE}'),),
        ends=("failed", "guard:secrets", 2),
    ),
}

FILES: Mapping[str, str] = {name: f"test_case{at:02}.py" for at, name in enumerate(CASES)}


@pytest.fixture
def light(home: Path) -> None:
    """Put the light agent where a user's own agents lie."""
    requirements.bubblewrap()
    shelve_light(home)


def run(leafcut: Leafcut, job: Job, model: ScriptedModel, code: int) -> None:
    """Run a job in bubblewrap against the model."""
    speaking_to(leafcut, model)(*job.arguments("--sandbox", "bubblewrap"), code=code)
    assert not model.faults


@pytest.mark.usefixtures("light")
def test_each_task_ends_as_its_model_behaves(leafcut: Leafcut, tmp_path: Path) -> None:
    job = make_job(tmp_path, PLAYBOOK, {**dict.fromkeys(FILES.values(), SOURCE), "other.py": ""})
    scripts = [case.script(FILES[name]) for name, case in CASES.items()]
    with ScriptedModel(*scripts) as model:
        run(leafcut, job, model, 3)
    status = leafcut.status()
    tasks = {task["files"][0]: task for task in status["tasks"]}
    ends = {
        name: (task["state"], task["reason_code"], task["attempts"])
        for name, task in ((name, tasks[file]) for name, file in FILES.items())
    }
    assert ends == {name: case.ends for name, case in CASES.items()}
    branch = status["integration_branch"]
    landed = landed_tasks(leafcut.canonical(status["run"]), status["base"], branch)
    assert sorted(landed) == sorted(t["id"] for t in tasks.values() if t["state"] == "landed")
    assert_keys_stay_where_they_belong(model, leafcut, tmp_path)


def assert_keys_stay_where_they_belong(
    model: ScriptedModel, leafcut: Leafcut, folder: Path
) -> None:
    """Assert that only the model saw the key, and saw nothing else; and that nobody kept it."""
    assert {record.key for record in model.records} == {KEY}
    told = model.asked(marker(FILES["repeats the key that it was called with"]))
    assert told
    assert not any(record.holds(KEY) for record in model.records)
    assert files_with(KEY, folder) == []
    assert files_with(KEY, leafcut.home) == []


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """What concerns the agent as a whole: the exit code, the task's state and what the run says."""

    trouble: Trouble
    exit_code: int
    state: str
    reason: str = ""


WHOLES: Mapping[str, Whole] = {
    "is at its rate limit for a second": Whole(
        trouble=Trouble(status=429, retry_after="1", times=1), exit_code=0, state="landed"
    ),
    "is overloaded for a moment": Whole(
        trouble=Trouble(status=529, times=1), exit_code=0, state="landed"
    ),
    "sends events that are no JSON": Whole(
        trouble=Trouble(manner="garble", times=1), exit_code=0, state="landed"
    ),
    "hangs up in the middle of an answer": Whole(
        trouble=Trouble(manner="cut", at=1, times=1), exit_code=0, state="landed"
    ),
    "is at its quota till tomorrow": Whole(
        trouble=Trouble(status=429, retry_after="86400"),
        exit_code=130,
        state="parked",
        reason="light has met a limit: resume after",
    ),
    "refuses the key": Whole(
        trouble=Trouble(status=401), exit_code=7, state="ready", reason="refuses the key"
    ),
}


@pytest.mark.usefixtures("light")
@pytest.mark.parametrize("name", WHOLES)
def test_a_run_ends_as_its_model_behaves(leafcut: Leafcut, tmp_path: Path, name: str) -> None:
    case, file = WHOLES[name], "test_case.py"
    once = PLAYBOOK.replace("attempts: 2", "attempts: 1")
    job = make_job(tmp_path, once, {file: SOURCE})
    script = replace(Case().script(file), troubles=(case.trouble,))
    with ScriptedModel(script) as model:
        run(leafcut, job, model, case.exit_code)
    status = leafcut.status()
    assert only(status)["state"] == case.state
    assert case.reason in (status["reason"] or "")
