"""What a model's maker says is left of its limits, from the endpoint's headers to the status."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support.leafcut import REPLACE, Leafcut
from tests.support.llm import Play, Script, ScriptedModel, Shell
from tests.support.thinking import make_job, marker, shelve_light, speaking_to

PLAYBOOK = REPLACE.replace(
    'codemod: {run: "sed -i s/OLD/NEW/g ${{ task.files }}"}\n',
    "agents: [light]\nprompt: prompt.md\n",
)


def test_a_run_ends_with_what_the_model_has_left(home: Path, tmp_path: Path) -> None:
    shelve_light(home)
    reset = datetime.now(tz=UTC) + timedelta(seconds=90)
    headers = {
        "anthropic-ratelimit-requests-limit": "50",
        "anthropic-ratelimit-requests-remaining": "47",
        "anthropic-ratelimit-requests-reset": reset.isoformat().replace("+00:00", "Z"),
        "anthropic-ratelimit-tokens-limit": "an odd one",
        "anthropic-ratelimit-tokens-remaining": "5",
    }
    script = Script(marker=marker("m.py"), plays=(Play(turns=(Shell("sed -i s/OLD/NEW/ m.py"),)),))
    job = make_job(tmp_path, PLAYBOOK, {"m.py": "x = 'OLD'\n"})
    with ScriptedModel(script, headers=headers) as model:
        leafcut = speaking_to(Leafcut(home / "leafcut"), model)
        leafcut(*job.arguments("--sandbox", "local", "--unsafe-local"))
    assert not model.faults
    (agent,) = leafcut.status()["agents"]
    (left,) = agent["headroom"]
    assert (agent["agent"], left["kind"]) == ("light", "requests")
    assert (left["limit"], left["remaining"]) == (50, 47)
    assert time.time() < left["reset_at"] <= reset.timestamp()
