"""The real agents end as their tasks should when their model misbehaves, whatever they make of it.

What they make of it differs: one tries again for minutes, one sleeps as long as it is told, one
exits 0. `tests/e2e/test_misbehaviour.py` has the whole table; this is what a client may spoil.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.test_misbehaviour import HERE, PLAYBOOK, RIGHT, SOURCE, Case, does
from tests.support import requirements
from tests.support.leafcut import Leafcut
from tests.support.llm import Play, Script, ScriptedModel, Shell, Tool, Trouble
from tests.support.thinking import KEY, MODELS, files_with, make_job, only, speaking_to

FAILED = "failed"

CASES: Mapping[str, Case] = {
    "edits right, then says two megabytes": Case(
        plays=(does(RIGHT, end="many words ", times=190_000),)
    ),
    "edits right, then answers nothing": Case(plays=(does(RIGHT, end=""),)),
    "calls it done with nothing done": Case(plays=(does(),), ends=(FAILED, "no_change", 1)),
    "leaves a stub": Case(
        plays=(does(f"sed -i 's/return client.*/raise NotImplementedError/' {HERE}"),),
        ends=(FAILED, "guard:laziness", 1),
    ),
    "says that it is blocked": Case(
        plays=(does(Tool("report_blocked", {"why": "a person must choose"})),),
        ends=(FAILED, "agent_blocked", 1),
    ),
    "writes the key that it was called with into a file": Case(
        plays=(does(f"{RIGHT}; echo '# {{key}}' >> {HERE}", end="It is {key}"),)
    ),
    "loops for ever": Case(
        plays=(Play(turns=(Shell("sleep 1; echo {turn}"),), endless=True),),
        ends=(FAILED, "timeout", 1),
    ),
}
PATIENCE_S = 90
"""How long one attempt may take: four clients at once, each a large program, on a busy machine."""
FILES: Mapping[str, str] = {name: f"test_case{at:02}.py" for at, name in enumerate(CASES)}

pytestmark = [pytest.mark.parametrize("agent", MODELS), pytest.mark.timeout(900)]
"""In seconds: on a new machine the clients are installed first."""


@pytest.fixture
def installed(leafcut: Leafcut, clients: Path) -> Leafcut:
    """Return the command where the real agents are on the PATH."""
    requirements.bubblewrap()
    return replace(leafcut, environment={"PATH": f"{clients}:{leafcut.env['PATH']}"})


def playbook(agent: str) -> str:
    """Return the playbook for an agent that has one attempt."""
    text = PLAYBOOK.replace("[light]", f"[{agent}]").replace("attempts: 2", "attempts: 1")
    return text.replace("attempt_timeout: 20s", f"attempt_timeout: {PATIENCE_S}s")


def test_each_task_ends_as_its_model_behaves(
    installed: Leafcut, tmp_path: Path, agent: str
) -> None:
    files = {**dict.fromkeys(FILES.values(), SOURCE), "other.py": ""}
    job = make_job(tmp_path, playbook(agent), files)
    with ScriptedModel(*(case.script(FILES[name]) for name, case in CASES.items())) as model:
        arguments = job.arguments("--sandbox", "bubblewrap", "--model", MODELS[agent])
        speaking_to(installed, model)(*arguments, code=3)
    assert not model.faults
    tasks = {task["files"][0]: task for task in installed.status()["tasks"]}
    found = {name: tasks[file] for name, file in FILES.items()}
    ends = {name: (t["state"], t["reason_code"], t["attempts"]) for name, t in found.items()}
    assert ends == {name: case.ends for name, case in CASES.items()}
    assert files_with(KEY, installed.home) == []


@pytest.mark.parametrize(
    ("trouble", "code", "state"),
    [
        (Trouble(status=401), 7, "ready"),
        (Trouble(status=429, retry_after="86400"), 130, "parked"),
        (Trouble(manner="garble", times=1), 0, "landed"),
    ],
    ids=["refuses the key", "is at its quota till tomorrow", "sends no JSON once"],
)
def test_a_run_ends_as_its_model_behaves(
    installed: Leafcut, tmp_path: Path, agent: str, trouble: Trouble, code: int, state: str
) -> None:
    file = "test_case.py"
    job = make_job(tmp_path, playbook(agent), {file: SOURCE})
    script: Script = replace(Case().script(file), troubles=(trouble,))
    with ScriptedModel(script) as model:
        arguments = job.arguments("--sandbox", "bubblewrap", "--model", MODELS[agent])
        speaking_to(installed, model)(*arguments, code=code)
    assert not model.faults
    assert only(installed.status())["state"] == state
