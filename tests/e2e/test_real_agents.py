"""The real command-line agents refactor a package, task by dependent task, each in its sandbox.

The scripted model stands in for the paid one; everything else is what people run: the clients from
their registries, the gateway, the desk, containers with no network, or bubblewrap.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.support import agent_images, npm, requirements
from tests.support.leafcut import Leafcut, git
from tests.support.llm import Play, Script, ScriptedModel, Shell, Tool
from tests.support.thinking import KEY, MODELS, Job, files_with, make_job, marker, speaking_to

ACP = {"opencode": "[opencode, acp]", "gemini": "[gemini, --acp, --approval-mode, yolo]"}
"""The agents that also speak the Agent Client Protocol, and how they are asked to."""

PLAYBOOK = """\
version: 1
name: scripted
title: Write unions as unions
select: {include: ["shop/*.py"]}
find: {regex: ['Optional\\[']}
strategy: dependency
partition: {by: file, max_files: 1}
prompt: prompt.md
agents: [AGENT]
limits: {attempts: 2, attempt_timeout: 120s, concurrency: 2}
checks:
  - {name: tests, run: "python3 -m unittest -q", on: both}
"""
FILES = {
    ".gitignore": "__pycache__\n",
    "shop/__init__.py": "",
    "shop/prices.py": """\
from typing import Optional


def net(gross: Optional[float]) -> float:
    return 0.0 if gross is None else gross / 1.25
""",
    "shop/cart.py": """\
from typing import Optional

from shop.prices import net


def total(prices: list[Optional[float]]) -> float:
    return sum(net(price) for price in prices)
""",
    "shop/checkout.py": """\
from typing import Optional

from shop.cart import total


def pay(prices: list[Optional[float]], voucher: Optional[float]) -> float:
    return total(prices) - (voucher or 0.0)
""",
    "test_shop.py": """\
import unittest

from shop.checkout import pay


class ShopTest(unittest.TestCase):
    def test_pay(self) -> None:
        self.assertEqual(pay([1.25, None], 0.5), 0.5)
""",
}
pytestmark = pytest.mark.timeout(1800)
"""In seconds: on a new machine the base, four images and the clients are made first."""
ORDER = ["shop/prices.py", "shop/cart.py", "shop/checkout.py"]
EDIT = r"sed -i -E 's/Optional\[(\w+)\]/\1 | None/g; /^from typing import/d' "
SLIP, MEND = "sed -i 's/if gross/if grosz/' ", "sed -i 's/grosz/gross/' "
TOKEN = re.compile(r"leafcut_[\w-]{43}")
"""What an agent holds in place of the key; its model has no business with it."""
LOOK = (
    "echo looking; git log --format=%s; git status --short; tail -n +3 /proc/net/dev | cut -d: -f1"
)


def scripts() -> Iterator[Script]:
    """Return what the model does: one task is done wrong first, and mended after the verdict."""
    verify = Tool("verify")
    first, *others = ORDER
    wrong = Shell(f"{EDIT}{first}; {SLIP}{first}")
    turns = (wrong, verify, Shell(LOOK), Shell(MEND + first), verify)
    yield Script(marker=marker(first), plays=(Play(turns=turns),))
    for file in others:
        play = Play(turns=(Tool("get_task"), Shell(EDIT + file), verify))
        yield Script(marker=marker(file), plays=(play,))


@dataclass(frozen=True, slots=True)
class Ran:
    """A run that has ended, and what its model was asked."""

    model: ScriptedModel
    status: Any
    canonical: Path


def run(leafcut: Leafcut, folder: Path, agent: str, model_name: str, *sandbox: str) -> Ran:
    """Let an agent refactor the package."""
    job: Job = make_job(folder, PLAYBOOK.replace("AGENT", agent), FILES)
    with ScriptedModel(*scripts()) as model:
        done = speaking_to(leafcut, model)
        done(*job.arguments("--model", model_name, *sandbox))
    assert not model.faults
    status = leafcut.status()
    return Ran(model, status, leafcut.canonical(status["run"]))


def assert_refactored(ran: Ran, folder: Path) -> None:
    """Assert that the tasks landed one after the other, each of them green."""
    base, branch = ran.status["base"], ran.status["integration_branch"]
    commits = git(ran.canonical, "rev-list", "--reverse", f"{base}..{branch}").split()
    changed = [
        git(ran.canonical, "show", "--format=", "--name-only", one).split() for one in commits
    ]
    assert changed == [[file] for file in ORDER]
    for commit in commits:
        tree = folder / commit
        git(ran.canonical, "worktree", "add", "--quiet", "--detach", str(tree), commit)
        subprocess.run([sys.executable, "-m", "unittest", "-q"], cwd=tree, check=True)
    assert "Optional" not in git(ran.canonical, "grep", "-h", "", branch, "--", "shop")


def assert_told_the_truth(ran: Ran) -> None:
    """Assert that the agent was told red and then green, and has looked at git with no network."""
    results = ran.model.asked(marker(ORDER[0]))[-1].results
    assert "rejected" in results[1]
    assert "accepted" in results[-1]
    assert "NameError" in results[1]
    assert ["base", f"M {ORDER[0]}", "lo"] == [
        line.strip() for line in results[2].splitlines() if line.strip() in _LOOKED_FOR
    ]


_LOOKED_FOR = {"base", f"M {ORDER[0]}", "lo", "eth0"}


def assert_metered(ran: Ran) -> None:
    """Assert that every call was metered, with its price, and that the key stayed a secret."""
    answered = [
        one for one in ran.model.records if one.method == "POST" and "count" not in one.path
    ]
    tasks = ran.status["tasks"]
    assert sum(task["tokens"] for task in tasks) == 120 * len(answered)
    assert all(task["cost_usd"] > 0 for task in tasks)
    assert {one.key for one in answered} == {KEY}
    assert not any(one.holds(KEY) or TOKEN.search(one.text) for one in ran.model.records)


def assert_all(ran: Ran, leafcut: Leafcut, folder: Path) -> None:
    """Assert everything that holds for every agent."""
    assert_refactored(ran, folder)
    assert_told_the_truth(ran)
    assert_metered(ran)
    assert files_with(KEY, leafcut.home) == []


@pytest.mark.parametrize("agent", MODELS)
def test_an_agent_refactors_a_package_in_containers(
    leafcut: Leafcut, tmp_path: Path, agent: str
) -> None:
    requirements.docker().close()
    base = agent_images.build(leafcut, agent)
    sandbox = ("--sandbox", "docker", "--image", base)
    assert_all(run(leafcut, tmp_path, agent, MODELS[agent], *sandbox), leafcut, tmp_path)


@pytest.mark.parametrize("agent", ACP)
def test_an_acp_agent_refactors_a_package_in_containers(
    leafcut: Leafcut, tmp_path: Path, home: Path, agent: str
) -> None:
    requirements.docker().close()
    name = as_acp(home, agent)
    base = agent_images.build(leafcut, name)
    sandbox = ("--sandbox", "docker", "--image", base)
    assert_all(run(leafcut, tmp_path, name, MODELS[agent], *sandbox), leafcut, tmp_path)


@pytest.mark.parametrize("agent", MODELS)
def test_an_agent_refactors_a_package_in_bubblewrap(
    leafcut: Leafcut, tmp_path: Path, clients: Path, agent: str
) -> None:
    requirements.bubblewrap()
    path = f"{clients}:{leafcut.env['PATH']}"
    there = replace(leafcut, environment={"PATH": path})
    ran = run(there, tmp_path, agent, MODELS[agent], "--sandbox", "bubblewrap")
    assert_all(ran, there, tmp_path)


def as_acp(home: Path, agent: str) -> str:
    """Put an agent on the user's shelf that speaks ACP where the built-in one does not."""
    name = f"{agent}-acp"
    folder = home / "config" / "leafcut" / "agents" / name
    folder.mkdir(parents=True)
    for path in (npm.AGENTS / agent).iterdir():
        text = path.read_text(encoding="utf-8")
        if path.name == "agent.yaml":
            text = _acp_yaml(text, name, ACP[agent])
        (folder / path.name).write_text(text, encoding="utf-8")
    return name


def _acp_yaml(text: str, name: str, command: str) -> str:
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe")
    data = yaml.load(text)
    data |= {"name": name, "kind": "acp", "command": yaml.load(command), "transcript": "acp"}
    del data["stdin"]
    import json

    return json.dumps(data)
