"""Imports read again: when that is done, and what the engine makes of it."""

from pathlib import Path

import pytest

from orchestrator.adapters.executor import ThreadExecutor
from orchestrator.adapters.git.checkouts import Checkouts
from orchestrator.adapters.git.worktrees import WorktreePool
from orchestrator.adapters.imports.ruff import RuffImportGraph
from orchestrator.adapters.journal.memory import MemoryJournal
from orchestrator.application.engine import Engine, Received
from orchestrator.application.plan import sources
from orchestrator.application.reread import ImportReader, imports_in
from orchestrator.domain.attempt import AttemptResult, AttemptSpec
from orchestrator.domain.events import PlanChanged
from orchestrator.domain.graph import Graph
from orchestrator.domain.schedule import End
from tests.support.effects import FixedClock, ScriptedEffects, accepted
from tests.support.landed import Edit, LandedRun, make_landed
from tests.support.plans import make_run


def reader(made: LandedRun, folder: Path) -> ImportReader:
    checkouts = Checkouts(made.canonical.directory, folder / "checkouts")
    return ImportReader(
        repository=made.canonical,
        worktrees=WorktreePool(made.canonical, folder / "worktrees"),
        imports=RuffImportGraph(),
        sources=lambda commit: sources(checkouts.entries(commit), "python"),
    )


BASE = {"a.py": b"import b\n", "b.py": b"x = 1\n", "c.py": b"y = 2\n"}


@pytest.mark.parametrize("content", [b"x = 2\n", b"# import c\nx = 1\n", b"import typing\n"])
def test_a_landing_that_changes_no_import_reads_nothing(content: bytes, tmp_path: Path) -> None:
    made = make_landed(tmp_path, BASE, [Edit("b", {"b.py": content})])
    assert reader(made, tmp_path)(made.run.base, made.run.head) is None


def test_a_new_import_gives_the_graph_of_the_head(tmp_path: Path) -> None:
    made = make_landed(tmp_path, BASE, [Edit("b", {"b.py": b"import c\n"})])
    graph = reader(made, tmp_path)(made.run.base, made.run.head)
    assert graph == {"a.py": ("b.py",), "b.py": ("c.py",), "c.py": ()}


def test_imports_are_statements_not_text() -> None:
    assert imports_in(b"x = 'import a'") == set()
    assert imports_in(b"\n\nimport a") == imports_in(b"import a")
    assert imports_in(b"import a") != imports_in(b"import b")
    assert {name for _, name in imports_in(b"import a.b, c\nfrom . import d")} == {"a", "c", ""}
    assert imports_in(b"import (") == imports_in(None) == set()


def test_the_engine_lets_a_task_wait_for_what_a_landing_has_made_it_depend_on() -> None:
    run = make_run({"hub": [], "user": ["hub"], "work": ["hub"], "late": ["work"]}, concurrency=1)
    asked: list[tuple[str, str]] = []

    def reread(since: str, head: str) -> Graph | None:
        asked.append((since, head))
        return {"user.py": ["late.py"], "late.py": []} if head == "head1" else None

    def script(spec: AttemptSpec) -> AttemptResult:
        if spec.task.id == "user":
            assert run.tasks["late"].state == "landed"
        return accepted(spec)

    journal = MemoryJournal(FixedClock())
    executor: ThreadExecutor[Received] = ThreadExecutor(1)
    effects = ScriptedEffects(script)
    engine = Engine(run, journal, effects, executor, observe=lambda *_: None, reread=reread)
    assert engine.go() == End("done")
    assert asked[0] == (run.base, "head1")
    assert [e for e in journal.read() if isinstance(e.event, PlanChanged)]
