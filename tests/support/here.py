"""A whole run in this process, so that a test can look into it and hold up its agents."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from orchestrator.application.bus.board import Board
from orchestrator.application.execute import execute
from orchestrator.domain.events import AttemptEnded, LearningAdded, MessageSent
from orchestrator.domain.run import Run
from orchestrator.ports.journal import Recorded
from orchestrator.wiring import runs
from orchestrator.wiring.assembly import assembled
from orchestrator.wiring.planning import PlanRequest, make_plan
from tests.support.leafcut import Leafcut
from tests.support.llm import Answering, Conversation, Script, ScriptedModel
from tests.support.thinking import Job, speaking_to

PATIENCE_S = 120.0


class HeldModel(ScriptedModel):
    """A scripted model that keeps a conversation waiting until there is news.

    The conversation is that of `held`, a script's marker; it goes on when `news` lessons or
    messages have reached the board.
    """

    def __init__(self, *scripts: Script, held: str, news: int = 1) -> None:
        """Take the scripts."""
        super().__init__(*scripts)
        self.news = news
        self.go = threading.Event()
        self._held = held

    def answer(self, asked: Conversation, key: str) -> Answering:
        """Wait first, where that is asked for."""
        if self._held in asked.prompt:
            assert self.go.wait(PATIENCE_S)
        return super().answer(asked, key)


@dataclass(slots=True)
class Watching:
    """An observer that keeps results and lets a model go on when its news have arrived."""

    board: Board
    model: HeldModel
    results: list[AttemptEnded] = field(default_factory=list)
    _news: list[LearningAdded | MessageSent] = field(default_factory=list)

    def __call__(self, _: Run, recorded: Sequence[Recorded]) -> None:
        """Look at what was recorded."""
        events = [entry.event for entry in recorded]
        self.results += [one for one in events if isinstance(one, AttemptEnded)]
        self._news += [one for one in events if isinstance(one, LearningAdded | MessageSent)]
        if len(self._news) == self.model.news and not self.model.go.is_set():
            threading.Thread(target=self._let_go, args=(tuple(self._news),), daemon=True).start()

    def _let_go(self, news: Sequence[LearningAdded | MessageSent]) -> None:
        until = time.monotonic() + PATIENCE_S
        while not all(map(self._arrived, news)) and time.monotonic() < until:
            time.sleep(0.01)
        self.model.go.set()

    def _arrived(self, one: LearningAdded | MessageSent) -> bool:
        if isinstance(one, LearningAdded):
            return any(there.learning == one.learning for there in self.board.standings)
        return one.message in self.board.messages_to(one.message.to)


def run_here(
    monkeypatch: pytest.MonkeyPatch, leafcut: Leafcut, job: Job, model: HeldModel, **settings: Any
) -> tuple[Run, list[AttemptEnded]]:
    """Do a run in bubblewrap against a model; return its state and what its attempts came to."""
    for name, value in speaking_to(leafcut, model).env.items():
        monkeypatch.setenv(name, value)
    planned = make_plan(PlanRequest(playbook=str(job.playbook), repository=job.target))
    chosen = runs.new_settings(planned, "", sandbox="bubblewrap", **settings)
    folder = runs.create_run(planned, chosen)
    with assembled(folder) as assembly:
        watching = Watching(assembly.execution.effects.shop.board, model)  # type: ignore[attr-defined]
        run = execute(assembly.run, assembly.started, assembly.execution, watching, lambda _: None)
    assert not model.faults
    return run, watching.results
