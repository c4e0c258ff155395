"""A whole run in this process, so that a test can look into it and hold up its agents."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from orchestrator.application.board import Board
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
    """A scripted model that does not answer the conversations of `held` before it is let go."""

    def __init__(self, *scripts: Script, held: str = "", turn: int = 0) -> None:
        """Take the scripts, and the marker and the turn of the one to hold up."""
        super().__init__(*scripts)
        self.go = threading.Event()
        self._held = (held, turn)

    def answer(self, asked: Conversation, key: str) -> Answering:
        """Wait first, where that is asked for."""
        marker, turn = self._held
        if marker and marker in asked.prompt and asked.calls == turn:
            assert self.go.wait(PATIENCE_S)
        return super().answer(asked, key)


@dataclass(slots=True)
class Feeding:
    """An observer that puts what is recorded on a board, as the bus does, and lets a model go."""

    board: Board
    model: HeldModel
    results: list[AttemptEnded] = field(default_factory=list)

    def __call__(self, run: Run, recorded: Sequence[Recorded]) -> None:
        """Look at what was recorded."""
        for entry in recorded:
            if isinstance(entry.event, AttemptEnded):
                self.results.append(entry.event)
            if isinstance(entry.event, LearningAdded | MessageSent):
                for standing in run.ledger:
                    self.board.put_up(standing)
                for message in run.ledger.messages:
                    self.board.deliver(message)
                self.model.go.set()


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
        feeding = Feeding(assembly.execution.effects.shop.board, model)  # type: ignore[attr-defined]
        run = execute(assembly.run, assembly.started, assembly.execution, feeding, lambda _: None)
    assert not model.faults
    return run, feeding.results
