"""Runs that earlier versions made have reports, too."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from orchestrator.adapters import plan_file
from orchestrator.adapters.journal.sqlite import SqliteJournal
from orchestrator.adapters.library import playbooks
from orchestrator.adapters.reporting.page import page
from orchestrator.adapters.runs import RunFolder
from orchestrator.application.reporting.facts import document
from orchestrator.application.reporting.gather import Source, report_of
from orchestrator.application.reporting.trace import trace
from orchestrator.domain.fold import fold
from orchestrator.domain.run import Run
from orchestrator.wiring.runs import policy_of
from tests.support.effects import FixedClock

GOLDEN = sorted(path for path in (Path(__file__).parents[2] / "golden").iterdir() if path.is_dir())


@pytest.mark.parametrize("folder", GOLDEN, ids=lambda folder: folder.name)
def test_a_golden_journal_has_a_report(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((folder / "journal.sql").read_text(encoding="utf-8"))
    policy = policy_of(playbooks.snapshot(folder / "playbook"), RunFolder(folder).settings())
    plan = plan_file.load(folder / "plan.json")
    with closing(SqliteJournal(path, FixedClock())) as journal:
        recorded = journal.read()
    run = fold(plan, policy, [entry.event for entry in recorded])
    report = report_of(
        Source(
            run=run,
            fresh=Run(plan, policy),
            recorded=recorded,
            title="An old run",
            target="/a/target",
            alive=False,
            now=recorded[-1].at + 1,
        )
    )
    assert report.verdict.state == (run.ended.state if run.ended else "stopped")
    assert report.burndown[-1].landed == run.counts["landed"]
    assert len(report.attempts) == sum(one.attempts for one in run.tasks.values())
    assert report.critical_path
    assert json.loads(json.dumps(document(report)))["verdict"]["run"] == report.verdict.run
    assert trace(report)["traceEvents"]
    assert page(report).count("<tr id=t") == len(run.by_id)
