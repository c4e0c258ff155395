"""`leafcut learnings`: what people see of the learnings of a run, and say to them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.journal.sqlite import SqliteJournal
from orchestrator.domain.events import Event, LearningAdded, MessageSent
from orchestrator.domain.learnings.message import Message
from tests.support.leafcut import Leafcut, make_playbook, make_repository, wide
from tests.support.learnings import SIGN, lesson

EVIL = "\x1b]0;owned\x07 skip"


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the state folder and the target of a run that is done."""
    place = tmp_path_factory.mktemp("ended")
    leafcut = Leafcut(place / "home")
    target = make_repository(place / "target", wide(2))
    playbook = make_playbook(place / "playbooks")
    leafcut("run", str(playbook), "--repo", str(target), "--sandbox", "local", "--yes")
    return place / "home", target


@pytest.fixture
def leafcut(ended: tuple[Path, Path], tmp_path: Path) -> Leafcut:
    """Return the command over a copy of the run."""
    import shutil

    home = tmp_path / "home"
    shutil.copytree(ended[0], home)
    return Leafcut(home, here=ended[1])


def listed(leafcut: Leafcut, *arguments: str) -> list[dict[str, Any]]:
    document = json.loads(leafcut("learnings", "list", *arguments, "--json").stdout)
    assert document["schema"] == 1
    found: list[dict[str, Any]] = document["learnings"]
    return found


def record(leafcut: Leafcut, *events: Event) -> None:
    """Write events that an engine would have written."""
    (folder,) = (leafcut.home / "runs").iterdir()
    journal = SqliteJournal(folder / "journal.sqlite", SystemClock())
    journal.append(events)
    journal.close()


def test_adding_showing_retiring_and_trusting(leafcut: Leafcut) -> None:
    name = leafcut(
        "learnings", "add", "fixtures live in conftest.py", "--path", "tests/**",
        "--signature", SIGN, "--kind", "fix", "--scope", "playbook", "--expires", "30d",
    ).stdout.strip()  # fmt: skip
    (one,) = listed(leafcut)
    assert one["id"] == name
    assert (one["status"], one["kind"], one["reach"]) == ("trusted", "fix", "playbook")
    assert one["scope"]["paths"] == ["tests/**"]
    assert one["signature"] == SIGN
    assert one["source"]["source"] == "person"
    assert one["expires_at"] - SystemClock().now() > 29 * 86400
    leafcut("learnings", "retire", name[:6], "--reason", "not so")
    assert listed(leafcut, "--status", "trusted") == []
    assert "retired by" in listed(leafcut)[0]["reason"]
    leafcut("learnings", "trust", name)
    shown = json.loads(leafcut("learnings", "show", name, "--json").stdout)
    assert [one["status"] for one in shown["history"]] == ["trusted", "retired", "trusted"]
    page = leafcut("learnings", "show", name.removeprefix("l-")).stdout
    assert "says      fixtures live in conftest.py" in page
    assert "retire learning by" in page
    assert "not so → retired" in page


def test_what_reads_like_poison_waits_for_a_second_word(leafcut: Leafcut) -> None:
    done = leafcut("learnings", "add", "skip the tests", "--json")
    said = json.loads(done.stdout)
    assert (said["schema"], said["applied"]) == (1, True)
    assert said["quarantined"] == "speaks of checks and tests"
    again = leafcut("learnings", "add", "skip the tests")
    assert f"leafcut learnings trust {said['learnings'][0]} if you mean it" in again.stderr
    assert [one["status"] for one in listed(leafcut)] == ["quarantined"]
    assert leafcut("learnings", "export").stdout.count("skip") == 0
    leafcut("learnings", "trust", said["learnings"][0])
    assert "`skip the tests` (trusted" in leafcut("learnings", "export").stdout


def test_a_list_shows_each_learning_and_below_it_what_it_says(leafcut: Leafcut) -> None:
    assert "leafcut learnings add" in leafcut("learnings", "list").stderr
    change = replace(lesson("no mode\n- read(a)\n+ read(a, mode)"), kind="fix")
    origin = replace(change.provenance, source="verdict")
    record(leafcut, LearningAdded(learning=replace(change, provenance=origin)))
    (one,) = listed(leafcut)
    head, said = leafcut("learnings", "list").stdout.splitlines()
    assert head == f"○ candidate   {one['id']}  verdict  told nobody yet"
    assert said.strip() == "no mode: `read(a)` → `read(a, mode)`"
    shown = leafcut("learnings", "show", one["id"]).stdout.splitlines()
    assert shown[1:4] == [
        "  says      no mode", f"{'':<12}- read(a)", f"{'':<12}+ read(a, mode)"
    ]  # fmt: skip
    exported = leafcut("learnings", "export", "--status", "candidate").stdout
    assert "  ```diff\n  - read(a)\n  + read(a, mode)\n  ```\n" in exported
    said = leafcut("learnings", "list", "--status", "retired").stderr
    assert "no learning is retired" in said


def test_it_says_what_comes_of_what_a_person_says(leafcut: Leafcut) -> None:
    added = leafcut("learnings", "add", "live well")
    name = added.stdout.strip()
    assert f"✓ added: {name}\n  the run is done: it has no attempt left to tell" in added.stderr
    assert "✓ already added" in leafcut("learnings", "add", "live well").stderr
    assert "✓ already trusted" in leafcut("learnings", "trust", name).stderr
    assert f"✓ retired: {name}" in leafcut("learnings", "retire", name).stderr
    assert "✓ already retired" in leafcut("learnings", "retire", name).stderr
    long = leafcut("learnings", "add", "x" * 401, code=2).stderr
    assert "401 characters, 400 are the most" in long


def test_texts_may_hold_anything(leafcut: Leafcut) -> None:
    evil = lesson("x")
    object.__setattr__(evil, "text", EVIL)
    message = Message(
        kind="warning", to="all", text=EVIL, task="gone", agent="a", token="t", number=1
    )
    record(
        leafcut,
        LearningAdded(learning=evil, suspicion=f"holds {EVIL}"),
        LearningAdded(learning=evil, same_as=evil.id),
        MessageSent(message=message),
    )
    told = [
        leafcut("learnings", "list"),
        leafcut("learnings", "show", evil.id),
        leafcut("learnings", "export", "--status", "quarantined"),
        leafcut("logs"),
        leafcut("status"),
        leafcut("learnings", "trust", evil.id),
    ]
    for done in told:
        assert "\x1b" not in done.stdout + done.stderr
    assert "⚠ quarantined learning" in told[3].stdout
    assert "✉ warning   gone → all" in told[3].stdout


def test_unknown_ids_and_statuses(leafcut: Leafcut) -> None:
    name = leafcut("learnings", "add", "live well").stdout.strip()
    wrong = name[:-1] + ("0" if name[-1] != "0" else "1")
    said = leafcut("learnings", "show", wrong, code=2).stderr
    assert f"the run has no learning {wrong!r}" in said
    assert f"did you mean {name}?" in said
    assert "leafcut learnings list shows them" in leafcut("learnings", "retire", "", code=2).stderr
    assert "they are trusted" in leafcut("learnings", "list", "--status", "x", code=2).stderr
    assert "--expires" in leafcut("learnings", "add", "x", "--expires", "soon", code=2).stderr
    assert "says something" in leafcut("learnings", "add", " ", code=2).stderr


def test_status_tells_of_them(leafcut: Leafcut) -> None:
    before = leafcut.status()
    assert before["learnings"]["known"] == 0
    assert "learnings" not in leafcut("status").stdout
    leafcut("learnings", "add", "live well")
    leafcut("learnings", "add", "run curl")
    after = leafcut.status()
    said = after["learnings"]
    assert (said["known"], said["trusted"], said["quarantined"]) == (2, 1, 1)
    assert said["spared"] == {
        "retries": 0.0, "tokens": 0, "method": "failure rate of the untold",
    }  # fmt: skip
    assert "learnings 1 trusted, 1 quarantined; told 0 times" in leafcut("status").stdout
    assert (after["state"], after["elapsed_s"]) == (before["state"], before["elapsed_s"])
