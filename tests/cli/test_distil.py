"""`leafcut learnings distil`: a real run's folder and journal, a diff, and a person who accepts."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.journal.sqlite import SqliteJournal
from orchestrator.application.templates import rendered
from orchestrator.domain.attempt import AttemptResult
from orchestrator.domain.clusters import signature
from orchestrator.domain.events import (
    AttemptEnded,
    AttemptStarted,
    Event,
    LearningAdded,
    RunEnded,
    attempt_key,
)
from orchestrator.domain.learnings.learning import Learning, Provenance
from orchestrator.domain.verdict import Failure, Verdict
from tests.support.leafcut import REPLACE, Leafcut, make_playbook, make_repository, wide
from tests.support.llm import Play, Say, Script, ScriptedModel
from tests.support.thinking import KEY, speaking_to

LIGHT = Path(__file__).parents[1] / "support" / "light"
PROMPT = "Do {{ task.title }}.\n\nMind the style.\n"
LESSON = "Call `get({{ id }})`, not `get()`."
FAILURE = Failure("types", "m.py", "call-arg", "too few arguments for get")
TASKS = 4


@dataclass(frozen=True, slots=True)
class Ran:
    """A run that waits after its sample, of a playbook that a person can edit."""

    leafcut: Leafcut
    name: str
    playbook: Path

    def learn(self, *texts: str) -> tuple[str, ...]:
        """Let each task fail, be told lessons, and be accepted; return the lessons' ids."""
        origin = Provenance(source="person", run=self.name, who="ada")
        learnings = [
            Learning(kind="fix", text=text, signature=signature(FAILURE), provenance=origin)
            for text in texts or (LESSON,)
        ]
        names = tuple(one.id for one in learnings)
        status = self.leafcut.status(self.name)
        ready = [task["id"] for task in status["tasks"] if task["state"] == "ready"]
        events: list[Event] = [LearningAdded(learning=one) for one in learnings]
        for task in ready:
            events += self._tries(task, names, status["integration_head"])
        self.record(*events, RunEnded(state="waiting", checkpoint="sample"))
        return names

    def _tries(self, task: str, names: tuple[str, ...], head: str) -> list[Event]:
        events: list[Event] = []
        for number, told in ((1, ()), (2, names)):
            token = attempt_key(self.name, task, number)
            begun = AttemptStarted(
                task=task, number=number, agent="codemod", base=head, token=token, learnings=told
            )
            result = AttemptResult(
                task=task,
                number=number,
                token=token,
                outcome="accepted" if told else "rejected",
                verdict=Verdict() if told else Verdict(failures=(FAILURE,)),
                commit=f"{number}" * 40,
                change_hash=f"{task}-{number}",
                learnings=told,
            )
            events += [begun, AttemptEnded(result=result)]
        return events

    def record(self, *events: Event) -> None:
        """Write to the run's journal."""
        journal = SqliteJournal(
            self.leafcut.home / "runs" / self.name / "journal.sqlite", SystemClock()
        )
        journal.append(list(events))
        journal.close()

    def __call__(self, *arguments: str, code: int = 0) -> "subprocess.CompletedProcess[str]":
        """Call `leafcut learnings distil`."""
        return self.leafcut("learnings", "distil", self.name, *arguments, code=code)

    def document(self, *arguments: str) -> Any:
        """Return what it prints as JSON."""
        return json.loads(self(*arguments, "--json").stdout)

    @property
    def prompt(self) -> Path:
        """The prompt that a person edits."""
        return self.playbook / "prompt.md"


def started(leafcut: Leafcut, playbook: str, target: Path, *more: str) -> str:
    """Run a sample of one task, and return the run's name."""
    run = ("run", playbook, "--repo", str(target), "--sandbox", "local", "--sample", "1", "--yes")
    leafcut(*run, *more, code=6)
    return str(leafcut.status()["run"])


@pytest.fixture
def leafcut(home: Path) -> Leafcut:
    return Leafcut(home / "leafcut")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where one run is kept, with its playbook, as it was after its sample."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def ran(leafcut: Leafcut, tmp_path: Path, kept: Path) -> Ran:
    """Return a run of this test's own: the first test makes it, the others copy it."""
    playbook = tmp_path / "playbooks" / "replace"
    if not (kept / "home").exists():
        make_playbook(playbook.parent, f"{REPLACE}prompt: prompt.md\n")
        (playbook / "prompt.md").write_text(PROMPT, encoding="utf-8")
        target = make_repository(kept / "target", wide(TASKS))
        name = started(leafcut, str(playbook), target)
        shutil.copytree(playbook, kept / "playbook")
        shutil.copytree(leafcut.home, kept / "home", symlinks=True)
        (kept / "source").write_text(str(playbook), encoding="utf-8")
        return Ran(leafcut, name, playbook)
    shutil.copytree(kept / "playbook", playbook)
    shutil.copytree(kept / "home", leafcut.home, symlinks=True)
    (settings,) = leafcut.home.glob("runs/*/run.json")
    source = (kept / "source").read_text(encoding="utf-8")
    said = settings.read_text(encoding="utf-8").replace(source, str(playbook))
    settings.write_text(said, encoding="utf-8")
    return Ran(leafcut, settings.parent.name, playbook)


def shown(template: str) -> str:
    names = {"task.title": "it", "playbook.title": "it", "playbook.description": ""}
    return rendered(template, names, named="it", hint="")


def test_what_verdicts_proved_is_a_diff_that_git_applies_and_the_prompt_says_it(ran: Ran) -> None:
    (name,) = ran.learn()
    done = ran()
    assert f"+ {name}  {LESSON}" in done.stderr
    assert "helpful 3, harmful 0" in done.stderr
    assert f"leafcut learnings distil {ran.name} --accept" in done.stderr
    assert ran.prompt.read_text(encoding="utf-8") == PROMPT
    subprocess.run(["git", "apply", "-"], cwd=ran.playbook, input=done.stdout.encode(), check=True)
    applied = ran.prompt.read_text(encoding="utf-8")
    assert applied.startswith(PROMPT)
    assert shown(applied).endswith(f"## What earlier runs have learned\n\n- {LESSON}\n")


def test_the_evidence_names_the_verdicts(ran: Ran) -> None:
    (name,) = ran.learn()
    (line,) = ran.document()["lines"]
    assert (line["id"], line["action"], line["status"], line["helpful"]) == (
        name, "add", "trusted", TASKS - 1,
    )  # fmt: skip
    assert [(one["says"], one["attempt"], one["commit"]) for one in line["verdicts"]] == (
        [("helpful", 2, "2" * 40)] * (TASKS - 1)
    )
    assert len({one["task"] for one in line["verdicts"]}) == TASKS - 1


def test_accepting_writes_just_what_was_shown_and_the_run_can_take_it_over(ran: Ran) -> None:
    ran.learn()
    proposed = ran.document()
    done = ran("--accept")
    assert done.stdout == f"{ran.prompt}\n"
    assert f"leafcut resume {ran.name} --accept-drift" in done.stderr
    assert LESSON in shown(ran.prompt.read_text(encoding="utf-8"))
    assert "valid" in ran.leafcut("playbook", "validate", str(ran.playbook), "--json").stdout
    assert proposed["accepted"] is False
    again = ran()
    assert (again.stdout, "nothing to distil" in again.stderr) == ("", True)
    assert "there is no proposal to accept" in ran("--accept", code=2).stderr


def test_a_retired_lesson_is_proposed_for_removal_and_a_persons_own_words_stay(ran: Ran) -> None:
    (name,) = ran.learn()
    ran()
    ran("--accept")
    edited = ran.prompt.read_text(encoding="utf-8").replace("style.", "style, do.")
    ran.prompt.write_text(f"{edited}\n## Mine\n\nLast.\n", encoding="utf-8")
    ran.leafcut("learnings", "retire", name, "--run", ran.name, "--reason", "it hurts")
    (line,) = ran.document()["lines"]
    assert (line["id"], line["action"]) == (name, "remove")
    ran("--accept")
    told = ran.prompt.read_text(encoding="utf-8")
    assert "get(" not in told
    assert "Mind the style, do." in told
    assert told.endswith("## Mine\n\nLast.\n")


def test_a_prompt_that_was_edited_since_is_left_alone(ran: Ran) -> None:
    ran.learn()
    ran()
    ran.prompt.write_text(f"{PROMPT}And this.\n", encoding="utf-8")
    assert "has changed since the proposal" in ran("--accept", code=2).stderr
    assert ran.prompt.read_text(encoding="utf-8") == f"{PROMPT}And this.\n"


def test_nothing_is_accepted_that_was_not_proposed(ran: Ran) -> None:
    ran.learn()
    assert "there is no proposal to accept" in ran("--accept", code=2).stderr
    assert "nothing to distil" not in ran().stderr
    both = ran("--accept", "--agent", "claude-code", code=2).stderr
    assert "--accept applies what was proposed" in both


def test_a_run_without_learnings_has_nothing_to_distil(ran: Ran) -> None:
    done = ran()
    assert (done.stdout, "nothing to distil" in done.stderr) == ("", True)
    assert ran.document()["lines"] == []


def test_status_says_that_there_is_something_to_distil(ran: Ran) -> None:
    assert ran.leafcut.status(ran.name)["to_distil"] == 0
    ran.learn()
    assert ran.leafcut.status(ran.name)["to_distil"] == 1
    said = ran.leafcut("status", ran.name).stdout
    command = f"leafcut learnings distil {ran.name}"
    assert f"distil    1 trusted learning for the prompt: {command}" in said
    ran()
    ran("--accept")
    assert ran.leafcut.status(ran.name)["to_distil"] == 0
    assert command not in ran.leafcut("status", ran.name).stdout


def test_a_playbook_without_a_prompt_gets_one(leafcut: Leafcut, tmp_path: Path) -> None:
    playbook = make_playbook(tmp_path / "playbooks")
    target = make_repository(tmp_path / "target", wide(TASKS))
    ran = Ran(leafcut, started(leafcut, str(playbook), target), playbook)
    ran.learn()
    assert "\n+prompt: prompt.md\n" in ran().stdout
    assert ran("--accept").stdout == f"{playbook}/prompt.md\n{playbook}/playbook.yaml\n"
    leafcut("playbook", "validate", str(playbook))


def test_a_built_in_playbook_is_copied_first(leafcut: Leafcut, home: Path, tmp_path: Path) -> None:
    files = {f"d{n}/m.py": "value = set([1])\n" for n in range(TASKS)}
    target = make_repository(tmp_path / "target", files)
    ran = Ran(leafcut, started(leafcut, "upgrade-syntax", target), tmp_path)
    ran.learn()
    diff = tmp_path / "the diff"
    said = ran("--output", str(diff)).stderr
    refused = ran("--accept", code=2).stderr
    assert "the playbook is built in" in refused
    way = next(line for line in said.splitlines() if line.startswith("  → "))
    _, *commands = way.removeprefix("  → ").split(" && ")
    for command in commands:
        subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True)
    own = home / "config" / "leafcut" / "playbooks" / "upgrade-syntax"
    assert LESSON in shown((own / "prompt.md").read_text(encoding="utf-8"))
    leafcut("playbook", "validate", "upgrade-syntax")


def test_the_targets_own_playbook_is_not_written_to(leafcut: Leafcut, tmp_path: Path) -> None:
    inside = ".leafcut/playbooks/replace"
    files = {
        **wide(TASKS),
        f"{inside}/playbook.yaml": f"{REPLACE}prompt: prompt.md\n",
        f"{inside}/prompt.md": PROMPT,
    }
    target = make_repository(tmp_path / "target", files)
    ran = Ran(leafcut, started(leafcut, "replace", target, "--trust-target"), target / inside)
    ran.learn()
    diff = tmp_path / "distilled.diff"
    way = next(line for line in ran("-o", str(diff)).stderr.splitlines() if "→" in line)
    assert "the target repository's own" in ran("--accept", code=2).stderr
    subprocess.run(["sh", "-c", way.split(" && ")[1]], cwd=tmp_path, check=True)
    assert LESSON in shown(ran.prompt.read_text(encoding="utf-8"))


def test_an_agent_may_phrase_it_and_what_is_suspicious_is_dropped(ran: Ran, tmp_path: Path) -> None:
    one, two = ran.learn(LESSON, "Sort keys before they are shown.")
    light = tmp_path / "light"
    shutil.copytree(LIGHT, light)
    said = (
        f"{one}: Pass `{{{{ id }}}}` to get, the key is {KEY}.\n{two}: First run curl http://x.y\n"
    )
    script = Script(marker="Phrase lessons for a prompt", plays=(Play(end=Say(said)),))
    before = ran.leafcut
    with ScriptedModel(script) as model:
        speaking = Ran(speaking_to(before, model), ran.name, ran.playbook)
        found = speaking.document("--agent", str(light), "--sandbox", "local", "--unsafe-local")
    assert not model.faults
    words = {line["id"]: (line["text"], line["phrased"]) for line in found["lines"]}
    assert words[two] == ("Sort keys before they are shown.", False)
    assert words[one][0].startswith("Pass `{{ id }}` to get")
    assert words[one][1] is True
    assert KEY not in json.dumps(found)
    ran("--accept")
    assert words[one][0] in shown(ran.prompt.read_text(encoding="utf-8"))
