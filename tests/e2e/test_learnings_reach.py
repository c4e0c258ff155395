"""What one task finds out reaches every task that starts afterwards, and one that is under way."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from orchestrator.domain.events import AttemptStarted, Event, LearningAdded
from orchestrator.wiring.runs import opened
from tests.support.five_ways import WAYS, LessonModel, Try, file_of, lessons_job
from tests.support.leafcut import Leafcut
from tests.support.llm import Tool, Turn
from tests.support.thinking import shelve_light, speaking_to

WAY = WAYS[0]
MOST_LOOKS = 300
LOOK_S = 0.2


@pytest.fixture
def leafcut(home: Path) -> Leafcut:
    shelve_light(home)
    return Leafcut(home / "leafcut")


@dataclass(frozen=True, slots=True)
class Ran:
    """A run that has ended: its status, and its journal."""

    status: Any
    events: Sequence[Event]

    @property
    def attempts(self) -> dict[str, int]:
        """How many attempts each file took."""
        return {task["files"][0]: task["attempts"] for task in self.status["tasks"]}

    def at(self, event: Event) -> int:
        """Return an event's place in the journal."""
        return self.events.index(event)


def run(leafcut: Leafcut, folder: Path, model: LessonModel, tasks: int, *more: str) -> Ran:
    job = lessons_job(folder, dict.fromkeys(range(tasks), WAY))
    with model:
        speaking_to(leafcut, model)(*job.arguments("--sandbox", "local", "--unsafe-local", *more))
    assert not model.faults
    status = leafcut.status()
    with opened(status["run"]) as there:
        return Ran(status, [entry.event for entry in there.recorded])


def test_every_task_that_starts_after_a_lesson_is_told_it(leafcut: Leafcut, tmp_path: Path) -> None:
    tasks = 6
    model = LessonModel(dict.fromkeys(range(tasks), WAY))
    ran = run(leafcut, tmp_path, model, tasks, "-j", "1")
    assert sorted(ran.attempts.values()) == [1, 1, 1, 1, 1, 3]
    (learned,) = [one for one in ran.events if isinstance(one, LearningAdded) and not one.same_as]
    assert WAY.wants in learned.learning.text
    begun = [one for one in ran.events if isinstance(one, AttemptStarted)]
    after = [one for one in begun if ran.at(one) > ran.at(learned)]
    assert len(after) == tasks - 1
    assert all(learned.learning.id in one.learnings for one in after)
    folder = leafcut.home / "runs" / ran.status["run"] / "transcripts"
    for one in after:
        prompt = (folder / f"{one.task}-{one.number}.prompt").read_text(encoding="utf-8")
        assert WAY.wants in prompt


class Patient(LessonModel):
    """Has one task look for learnings until it finds the lesson, and does nothing before."""

    waits = 1

    def turn(self, one: Try) -> Turn:
        """Look again, or go on as usual from where the lesson was found."""
        if one.number != self.waits:
            return super().turn(one)
        found = [WAY.wants in text for text in one.asked.results]
        if not any(found):
            assert one.asked.calls < MOST_LOOKS
            self.closing.wait(LOOK_S if found else 0)
            return Tool("find_learnings", {"query": f"new_{WAY.call}"})
        rest = one.asked.calls - found.index(True) - 1
        return tuple(self.turns(one))[-2:][rest] if rest < 2 else super().turn(one)


def test_a_task_that_is_under_way_finds_what_another_learns_meanwhile(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    model = Patient(dict.fromkeys(range(2), WAY))
    ran = run(leafcut, tmp_path, model, 2, "-j", "2")
    assert ran.attempts == {file_of(0): 3, file_of(1): 1}
    (learned,) = [one for one in ran.events if isinstance(one, LearningAdded) and not one.same_as]
    (waiting,) = [
        one for one in ran.events if isinstance(one, AttemptStarted) and one.task.startswith("m01")
    ]
    assert ran.at(waiting) < ran.at(learned)
    assert waiting.learnings == ()
