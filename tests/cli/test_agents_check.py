"""`leafcut agents check` in a real process: client, sandbox, gateway, and a scripted model."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.containers import base_image
from tests.support.leafcut import Leafcut
from tests.support.llm import Play, Say, Script, ScriptedModel, Trouble
from tests.support.thinking import KEY, speaking_to

LIGHT = Path(__file__).parents[1] / "support" / "light"

READY = Script(marker="Reply with the single word ready", plays=(Play(end=Say("ready")),))


def refusing(status: int, retry_after: str = "") -> Script:
    """Return the script of a model that answers with an error."""
    return replace(READY, troubles=(Trouble(status=status, retry_after=retry_after),))


def checked(
    leafcut: Leafcut, *arguments: str, script: Script = READY, code: int = 0
) -> Mapping[str, Any]:
    """Return what is found of the one agent that is checked."""
    with ScriptedModel(script) as model:
        done = speaking_to(leafcut, model)(
            "agents", "check", *(arguments or (str(LIGHT),)), "--json", code=code
        )
    assert not model.faults
    assert KEY not in done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert (said["schema"], said["ok"]) == (1, code == 0)
    (found,) = said["agents"]
    return dict(found)


@pytest.fixture
def temporary() -> Iterator[Path]:
    """Give a folder for what is temporary; its path is short, for a socket lies there."""
    with tempfile.TemporaryDirectory(prefix="lc-") as folder:
        yield Path(folder)


@pytest.fixture
def leafcut(tmp_path: Path, temporary: Path) -> Leafcut:
    """Give a command that has a temporary folder of its own, and no Docker."""
    nowhere = f"unix://{tmp_path}/docker.sock"
    return Leafcut(tmp_path / "home", {"TMPDIR": str(temporary), "DOCKER_HOST": nowhere})


def light_with(folder: Path, **keys: object) -> str:
    """Return the folder of a light agent with other settings."""
    place = folder / "light"
    shutil.copytree(LIGHT, place)
    file = place / "agent.yaml"
    lines = file.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.partition(":")[0] not in keys]
    more = [f"{name}: {json.dumps(value)}" for name, value in keys.items()]
    file.write_text("\n".join([*kept, *more]) + "\n", encoding="utf-8")
    return str(place)


def test_an_agent_that_is_well_answers_and_leaves_nothing_behind(
    leafcut: Leafcut, temporary: Path
) -> None:
    found = checked(leafcut)
    assert (found["level"], found["sandbox"], found["mend"]) == ("ok", "bubblewrap", "")
    assert found["says"] == "answers, 120 tokens, less than 0.01 USD, Leafcut's tools were offered"
    assert (found["tools"], found["usage"]["tokens"], found["model"]) == (
        "offered",
        120,
        "claude-sonnet-4-5",
    )
    assert not list(temporary.iterdir())
    assert not leafcut.home.exists()


def test_its_client_says_its_version_where_it_works(leafcut: Leafcut, tmp_path: Path) -> None:
    agent = light_with(tmp_path, version_command=["sh", "-c", "echo; echo 'light 1 ' in $(pwd)"])
    assert checked(leafcut, agent)["version"] == "light 1  in /w"


def test_a_client_that_is_not_there_is_no_well_agent(leafcut: Leafcut, tmp_path: Path) -> None:
    found = checked(leafcut, light_with(tmp_path, version_command=["nonesuch", "-V"]), code=7)
    assert found["level"] == "fail"
    assert found["says"].startswith("its client does not start (nonesuch -V): ")
    assert found["mend"] == "install it"


def test_a_key_that_is_refused_has_an_exit_code_of_its_own(leafcut: Leafcut) -> None:
    found = checked(leafcut, script=refusing(401), code=4)
    assert (found["level"], found["refused"]) == ("fail", True)
    assert "its model refuses the key" in found["says"]
    assert found["mend"] == "give another key: --secret ANTHROPIC_API_KEY=@FILE"


def test_a_limit_is_a_warning_that_says_till_when(leafcut: Leafcut) -> None:
    found = checked(leafcut, script=refusing(429, "90"))
    assert found["level"] == "warn"
    assert "its model is at a rate limit or a quota" in found["says"]
    seconds = int(found["mend"].removeprefix("its key is good; try again in ").removesuffix(" s"))
    assert 80 <= seconds <= 90


def test_an_empty_answer_is_none(leafcut: Leafcut) -> None:
    found = checked(leafcut, script=replace(READY, plays=(Play(end=Say("")),)), code=7)
    assert (found["level"], found["says"]) == ("fail", f"{LIGHT} ended without an answer")
    assert found["usage"]["tokens"] == 120


def test_an_answer_without_a_model_is_none(leafcut: Leafcut, tmp_path: Path) -> None:
    found = checked(leafcut, light_with(tmp_path, command=["echo", "ready"]), code=7)
    assert (found["level"], found["says"]) == ("fail", "it answered, and asked no model for it")


def test_tools_that_are_not_asked_for_are_a_warning(leafcut: Leafcut, tmp_path: Path) -> None:
    agent = light_with(tmp_path, env={"LIGHT_MODEL": "${{ model }}"})
    found = checked(leafcut, agent)
    assert (found["level"], found["tools"]) == ("warn", "unseen")


def test_a_key_that_is_not_there_is_named(leafcut: Leafcut) -> None:
    keyless = replace(leafcut, environment={**leafcut.environment, "ANTHROPIC_API_KEY": ""})
    shown = keyless("agents", "check", str(LIGHT), code=7).stdout
    assert "✗ fail " in shown
    assert "there is no ANTHROPIC_API_KEY" in shown
    assert "→ export ANTHROPIC_API_KEY=…, or --secret ANTHROPIC_API_KEY=@FILE" in shown


def test_without_names_those_with_a_key_are_looked_at(leafcut: Leafcut) -> None:
    keys = dict.fromkeys(("ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY"), "")
    keyless = replace(leafcut, environment={**leafcut.environment, **keys})
    done = keyless("agents", "check")
    assert done.stdout == "✓ ok     codemod\n         needs no model and no key\n"
    assert "no key: aider, claude-code, codex, gemini, opencode, openhands" in done.stderr


def test_the_bare_machine_is_no_place_for_a_model(leafcut: Leafcut) -> None:
    said = leafcut("agents", "check", str(LIGHT), "--sandbox", "local", code=2).stderr
    assert "local does not isolate" in said
    found = checked(leafcut, str(LIGHT), "--sandbox", "local", "--unsafe-local")
    assert (found["level"], found["sandbox"]) == ("ok", "local")


def test_an_unknown_agent_is_a_mistake_of_the_caller(leafcut: Leafcut) -> None:
    assert "there is no agent 'nonesuch'" in leafcut("agents", "check", "nonesuch", code=2).stderr


def test_a_container_that_is_asked_for_needs_a_daemon(leafcut: Leafcut) -> None:
    found = checked(leafcut, "claude-code", "--sandbox", "docker", code=7)
    assert found["says"].startswith("no Docker daemon answers")
    assert found["mend"]


def test_in_containers_an_agent_has_its_image(leafcut: Leafcut, tmp_path: Path) -> None:
    docker = replace(leafcut, environment={**leafcut.environment, "DOCKER_HOST": ""})
    found = checked(docker, str(LIGHT), "--image", base_image())
    assert (found["level"], found["sandbox"], found["tools"]) == ("ok", "docker", "offered")
    assert found["image"].startswith("sha256:")
    agent = light_with(tmp_path, image={"dockerfile": "Dockerfile"}, command=["nonesuch"])
    Path(agent, "Dockerfile").write_text("ARG BASE\nFROM ${BASE}\n", encoding="utf-8")
    found = checked(docker, agent, code=7)
    assert (found["says"], found["mend"]) == (
        "there is no image of it yet",
        f"leafcut agents build {agent}",
    )
    found = checked(docker, agent, "--image", base_image(), code=7)
    assert found["mend"] == f"leafcut agents build {agent} --from {base_image()}"
