"""How what one agent finds out reaches the others: real agents' processes, a scripted model."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from orchestrator.domain.attempt import AttemptResult
from orchestrator.domain.learnings.notebook import NOTEBOOK
from tests.support import requirements
from tests.support.here import HeldModel, run_here
from tests.support.leafcut import Leafcut, git
from tests.support.llm import Play, Script, ScriptedModel, Shell, Tool, Turn
from tests.support.thinking import Job, make_job, marker, shelve_light, speaking_to

PLAYBOOK = """\
version: 1
name: scripted
title: Call fetch instead of get
select: {include: ["m*.py"]}
find: {regex: ['client\\.get\\b']}
graph: {language: none}
partition: {by: file, max_files: 1}
prompt: prompt.md
agents: [light]
limits: {attempts: 3, attempt_timeout: 60s, concurrency: 2}
checks:
  - name: types
    run: |
      awk '/load/ {print FILENAME ":" FNR ": load is gone"; e=1} END {exit e}' ${{ task.files }}
    report: lines
    on: attempt
"""
SOURCE = "value = client.get(1)\nother = 2\n"
FILES = {"m0.py": SOURCE, "m1.py": SOURCE}
HERE = "@@"
WRONG = f"sed -i s/client.get/client.load/ {HERE}"
RIGHT = f"sed -i 's/client.get/client.fetch/; s/client.load/client.fetch/' {HERE}"
LESSON = re.compile(r"load is gone\W+value = client\.load\(1\)\W+value = client\.fetch\(1\)")
"""What a verdict makes of it."""


@pytest.fixture(autouse=True)
def light(home: Path) -> None:
    """Put the light agent where a user's own agents lie."""
    requirements.bubblewrap()
    shelve_light(home)


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return make_job(tmp_path, PLAYBOOK, FILES)


def does(file: str, *plays: tuple[Turn | str, ...], when: str = "") -> Script:
    """Return what a task's agent does: the first play only where its prompt has `when`."""
    made = [
        Play(
            turns=tuple(
                Shell(turn.replace(HERE, file)) if isinstance(turn, str) else turn for turn in play
            ),
            when=when if at == 0 else "",
        )
        for at, play in enumerate(plays)
    ]
    return Script(marker=marker(file), plays=tuple(made))


def answers(model: ScriptedModel, file: str) -> list[str]:
    """Return what a task's tools answered, the last request's view of it."""
    return list(model.asked(marker(file))[-1].results)


def prompts(model: ScriptedModel, file: str) -> list[str]:
    """Return the prompts that a task's agents were given."""
    return [
        json.dumps(record.body["messages"][0], ensure_ascii=False)
        for record in model.asked(marker(file))
        if record.turn == 0
    ]


def result_of(results: list[Any], file: str) -> AttemptResult:
    """Return what came of the last attempt at a file's task."""
    found: AttemptResult = [one.result for one in results if one.result.task.startswith(file)][-1]
    return found


def test_a_lesson_of_a_verdict_stands_in_the_prompts_of_later_tasks(
    leafcut: Leafcut, job: Job
) -> None:
    first = does("m0.py", (RIGHT,), (WRONG,), when="m0.py:1: load is gone")
    second = does("m1.py", (RIGHT,), (WRONG,), when="What others have learned")
    with ScriptedModel(first, second) as model:
        speaking_to(leafcut, model)(*job.arguments("--sandbox", "bubblewrap", "-j", "1"))
    (prompt,) = prompts(model, "m1.py")
    assert LESSON.search(prompt.replace("\\n", "\n"))
    assert "from a verdict on `light` at task `m0" in prompt
    assert "find_learnings" in prompt
    status = leafcut.status()
    assert [task["attempts"] for task in status["tasks"]] == [2, 1]
    assert status["learning_tokens"] > 0


def test_what_an_agent_shares_another_one_finds_while_it_works(
    leafcut: Leafcut, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = Tool(
        "share_learning", {"kind": "fix", "text": "client has fetch, get and load are gone"}
    )
    one = does("m0.py", (share, RIGHT))
    other = does("m1.py", (Tool("find_learnings", {"query": "client fetch gone"}), RIGHT))
    with HeldModel(one, other, held=marker("m1.py")) as model:
        run, results = run_here(monkeypatch, leafcut, job, model)
    (found,) = [text for text in answers(model, "m1.py") if "get and load are gone" in text]
    assert "from the agent `light` at task `m0" in found
    (standing,) = run.ledger
    result = result_of(results, "m1")
    assert result.learnings == (standing.learning.id,)
    assert result.tools == ("find_learnings",)
    assert (run.agents["light"].offered, run.agents["light"].reached) == (2, 2)


def test_messages_reach_a_task_the_owner_of_a_file_and_all(
    leafcut: Leafcut, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"m1.py": "fetch takes a number", "all": "load is gone", "nowhere.py": "hello"}
    sends = [
        Tool("send_message", {"to": to, "kind": "interface", "text": text})
        for to, text in said.items()
    ]
    one = does("m0.py", (*sends, Tool("read_messages"), RIGHT))
    other = does("m1.py", (Tool("read_messages"), Tool("read_messages"), RIGHT))
    with HeldModel(one, other, held=marker("m1.py"), news=2) as model:
        _, results = run_here(monkeypatch, leafcut, job, model, learnings="messages")
    heard, again = answers(model, "m1.py")[:2]
    assert again.startswith("no new messages")
    assert "interface from `light` at task `m0" in heard
    assert "fetch takes a number" in heard
    assert "load is gone" in heard
    told = answers(model, "m0.py")
    assert told[0].startswith("sent to m1")
    assert told[2].startswith("not sent: `to` is ")
    assert "no new messages" in told[3]
    assert result_of(results, "m0").tools == ("read_messages", "send_message")


@pytest.mark.parametrize("strategy", ["none", "transcripts", "file"])
def test_other_strategies_offer_no_tools_to_share(
    leafcut: Leafcut, job: Job, strategy: str
) -> None:
    with ScriptedModel(does("m0.py", (RIGHT,)), does("m1.py", (RIGHT,))) as model:
        speaking_to(leafcut, model)(
            *job.arguments("--sandbox", "bubblewrap", "-j", "1", "--learnings", strategy)
        )
    offered = json.dumps(model.records[0].body["tools"])
    assert "hand_off" in offered
    assert "share_learning" not in offered
    (prompt,) = prompts(model, "m1.py")
    assert ("What other attempts' agents did" in prompt) == (strategy == "transcripts")
    assert (NOTEBOOK in prompt) == (strategy == "file")
    assert "LEAFCUT_LEARNINGS" not in prompt
    status = leafcut.status()
    assert (status["learning_tokens"] > 0) == (strategy == "transcripts")
    assert [one["offered"] for one in status["agents"]] == [2]
    assert [one["reached"] for one in status["agents"]] == [0]


def test_the_file_that_agents_share_lands_is_merged_and_reviewed(
    leafcut: Leafcut, job: Job
) -> None:
    learn = f"mkdir -p .leafcut; echo '- {HERE}: load is gone' >> {NOTEBOOK}"
    scripts = [does(file, (learn, RIGHT)) for file in FILES]
    with ScriptedModel(*scripts) as model:
        speaking_to(leafcut, model)(
            *job.arguments("--sandbox", "bubblewrap", "--learnings", "file")
        )
        status = leafcut.status()
        canonical = leafcut.canonical(status["run"])
        held = git(canonical, "show", f"{status['integration_branch']}:{NOTEBOOK}")
        assert sorted(held.splitlines()) == ["- m0.py: load is gone", "- m1.py: load is gone"]
        assert [task["attempts"] for task in status["tasks"]] == [1, 1]
        leafcut("prs", status["run"], "create")
    branches = git(job.target, "branch", "--format=%(refname:short)", "--list", "leafcut/*")
    tip = branches.split()[-1]
    assert sorted(git(job.target, "show", f"{tip}:{NOTEBOOK}").splitlines()) == sorted(
        held.splitlines()
    )


def test_an_agent_that_edits_nothing_but_that_file_has_done_nothing(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    job = make_job(tmp_path, PLAYBOOK, {"m0.py": SOURCE})
    learn = f"mkdir -p .leafcut; echo '- idle' >> {NOTEBOOK}"
    with ScriptedModel(does("m0.py", (learn,))) as model:
        speaking_to(leafcut, model)(
            *job.arguments("--sandbox", "bubblewrap", "--learnings", "file"), code=3
        )
    (task,) = leafcut.status()["tasks"]
    assert (task["state"], task["reason_code"]) == ("failed", "no_change")


def test_a_codemod_reads_what_others_learned_in_a_file(leafcut: Leafcut, tmp_path: Path) -> None:
    codemod: Mapping[str, str] = {
        "prompt: prompt.md": (
            'codemod: {run: "cat $LEAFCUT_LEARNINGS; sed -i s/get/fetch/ ${{ task.files }}"}'
        ),
        "agents: [light]": "agents: [codemod]",
    }
    text = PLAYBOOK
    for old, new in codemod.items():
        text = text.replace(old, new)
    job = make_job(tmp_path, text, FILES)
    leafcut(*job.arguments("--sandbox", "bubblewrap"))
    said = leafcut("logs", "--task", "m0.py").stdout
    assert "# What others have learned" in said
