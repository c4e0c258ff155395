"""Journals of earlier versions are read as they were meant, and can be gone on with."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from orchestrator.adapters import plan_file
from orchestrator.adapters.journal.sqlite import SCHEMA_VERSION, SqliteJournal
from orchestrator.adapters.library import playbooks
from orchestrator.adapters.runs import RunFolder
from orchestrator.application.timeline import timeline_of
from orchestrator.domain.events import RunResumed
from orchestrator.domain.fold import fold
from orchestrator.wiring.runs import policy_of
from tests.support.effects import FixedClock

GOLDEN = sorted(path for path in (Path(__file__).parents[1] / "golden").iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", GOLDEN, ids=lambda folder: folder.name)
def test_a_golden_journal(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((folder / "journal.sql").read_text())
    expected = json.loads((folder / "expected.json").read_text())
    settings = RunFolder(folder).settings()
    policy = policy_of(playbooks.snapshot(folder / "playbook"), settings)
    with closing(SqliteJournal(path, FixedClock())) as journal:
        recorded = journal.read()
        run = fold(plan_file.load(folder / "plan.json"), policy, [e.event for e in recorded])
        timeline = timeline_of(recorded)
        assert len(timeline.attempts) == sum(s.attempts for s in run.tasks.values())
        assert all(span.ended is not None for span in timeline.attempts)
        told = {name: [s.state, s.attempts, s.commit] for name, s in run.tasks.items()}
        assert told == expected["tasks"]
        assert run.parked_until == expected.get("parked_until", {})
        known = {
            name: [s.status, s.told, s.helpful, s.harmful, s.clean, s.seen]
            for name, s in run.ledger.standings.items()
        }
        assert known == expected.get("learnings", {})
        assert [one.text for one in run.ledger.messages] == expected.get("messages", [])
        assert run.degraded == expected.get("degraded", "")
        left = {
            name: [[one.kind, one.limit, one.remaining, one.reset_at] for one in said]
            for name, said in run.headroom.items()
        }
        assert left == expected.get("headroom", {})
        assert run.policy.concurrency == expected.get("concurrency", settings.concurrency)
        assert sum(len(span.looks) for span in timeline.landings) == expected.get("looks", 0)
        assert not run.paused
        assert run.ended is not None
        assert run.ended.state == expected["state"]
        assert len(journal.commands()) == expected["waiting_commands"]
        journal.append([RunResumed(concurrency=1)])
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
