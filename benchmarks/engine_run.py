"""`python -m benchmarks.engine_run TASKS HOME`: the real engine over effects that do nothing.

Lays out a run's folder below HOME, takes the run to its end on the real journal and the real
threads with progress as JSON lines, writes what it took to HOME/figures.json.
"""

import json
import sys
import time
from pathlib import Path

from orchestrator.adapters import plan_file
from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.executor import ThreadExecutor
from orchestrator.adapters.journal.sqlite import SqliteJournal
from orchestrator.adapters.runs import RunFolder
from orchestrator.application.engine import Engine, Received
from orchestrator.application.land import Batch, Candidate
from orchestrator.application.telling import Tell
from orchestrator.cli.progress import showing
from orchestrator.domain.attempt import AttemptResult, AttemptSpec
from orchestrator.domain.edits import accept_edits
from orchestrator.domain.events import (
    CheckingStarted,
    HeadChecked,
    Landed,
    LandingEnded,
    LandingStarted,
    RunEnded,
    RunStarted,
)
from orchestrator.domain.fold import apply
from orchestrator.domain.plan import Plan, Task
from orchestrator.domain.policy import Policy
from orchestrator.domain.run import Run
from orchestrator.domain.settings import RunSettings
from orchestrator.domain.verdict import CheckResult, Failure, Verdict
from orchestrator.wiring.places import run_store

CONCURRENCY = 16
OUTPUT = "a line that a check has printed about something that it did not like\n" * 50
PLAYBOOK = """\
version: 1
name: bench
title: Do nothing
find: {regex: ['OLD']}
codemod: {run: "true"}
"""


class NoEffects:
    """Answers at once, as the real effects would: every tenth first attempt is rejected."""

    def attempt(self, spec: AttemptSpec, tell: Tell) -> AttemptResult:
        """Return a result of the usual size."""
        tell(CheckingStarted(task=spec.task.id, token=spec.token))
        red = spec.number == 1 and int(spec.task.id[1:]) % 10 == 0
        return AttemptResult(
            task=spec.task.id,
            number=spec.number,
            token=spec.token,
            outcome="rejected" if red else "accepted",
            reason="types: it is wrong" if red else "",
            commit=_oid(spec.token),
            files=spec.task.files,
            change_hash=_oid(spec.token) + _oid(spec.token),
            changed_lines=12,
            residue=0,
            verdict=Verdict(checks=_checks(red=red)),
            transcript=f"{spec.task.id}-{spec.number}.log",
        )

    def batch(self, run: Run, intent: LandingStarted) -> Batch:
        """Gather what is to land."""
        found = (run.tasks[task].candidate for task in intent.tasks)
        candidates = tuple(
            Candidate(task=one.task, commit=one.commit or "", files=one.files, message="")
            for one in found
            if one is not None
        )
        return Batch(number=intent.batch, head=intent.head, candidates=candidates)

    def land(self, batch: Batch, _: Tell) -> LandingEnded:
        """Land everything."""
        landed = tuple(
            Landed(task=one.task, commit=_oid(one.task), checked=_oid(one.task), files=one.files)
            for one in batch.candidates
        )
        head = landed[-1].commit
        return LandingEnded(batch=batch.number, head=head, landed=landed, checks=_checks(red=False))

    def check_head(self, _: str, head: str) -> HeadChecked:
        """Find nothing; no run here asks."""
        return HeadChecked(head=head)

    def interrupt(self) -> None:
        """Nothing is under way for long."""


def main(count: int, home: Path) -> None:
    """Take a run of `count` tasks to its end."""
    plan = _plan(count)
    folder = _folder(plan, home)
    journal = SqliteJournal(folder.journal, SystemClock())
    run = Run(plan, Policy(agents=("codemod",), concurrency=CONCURRENCY))
    executor: ThreadExecutor[Received] = ThreadExecutor(CONCURRENCY + 1)
    with showing("json") as observe:
        engine = Engine(run, journal, NoEffects(), executor, observe=observe)
        started = RunStarted(
            run=folder.name,
            plan_hash=plan.hash,
            base=plan.base,
            branch="refs/heads/leafcut/integration",
            sandbox="local",
            agents=("codemod",),
            concurrency=CONCURRENCY,
            version="0",
        )
        apply(run, started)
        journal.append([started])
        began, worked = time.perf_counter(), time.process_time()
        end = engine.go()
        wall, cpu = time.perf_counter() - began, time.process_time() - worked
        journal.append([RunEnded(state=end.state, residue=0)])
    journal.close()
    figures = {
        "seconds": wall,
        "cpu": cpu,
        "peak_mib": _peak_mib(),
        "state": end.state,
        "landed": run.counts["landed"],
    }
    (home / "figures.json").write_text(json.dumps(figures), encoding="utf-8")


def _peak_mib() -> float:
    """Return this program's largest resident set; rusage would count the parent's before exec."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def _plan(count: int) -> Plan:
    """Return a plan of `count` tasks, each of which needs up to three of those before it."""
    bare = Plan(
        playbook="bench",
        playbook_digest="0" * 64,
        params={},
        repository="/nowhere",
        base="b" * 40,
        hash="",
        layers=1,
        tasks=tuple(_task(n) for n in range(count)),
    )
    return accept_edits(bare)


def _task(n: int) -> Task:
    path = f"package/part{n % 100}/module{n}.py"
    needs = sorted(n - step for step in (2000, 2001 + n % 7, 2100 + n % 13) if n >= step)
    return Task(
        id=f"t{n:05}",
        title=path,
        files=(path,),
        depends_on=tuple(f"t{need:05}" for need in needs),
        occurrences=1,
        lines=100,
    )


def _folder(plan: Plan, home: Path) -> RunFolder:
    playbook = home / "playbook"
    playbook.mkdir(parents=True)
    (playbook / "playbook.yaml").write_text(PLAYBOOK, encoding="utf-8")
    settings = RunSettings(run="bench", target="/nowhere", created=1.0, author="A <a@b>")
    return run_store().create(settings, plan_file.dumps(plan), playbook, lambda _: None)


def _checks(*, red: bool) -> tuple[CheckResult, ...]:
    failures = tuple(Failure("types", f"f{n}.py", "rule", "it is wrong", n) for n in range(5))
    return (
        CheckResult(
            check="compile", outcome="passed", command="compile it", exit_code=0, duration_s=0.1
        ),
        CheckResult(
            check="types",
            outcome="failed" if red else "passed",
            command="check the types of it",
            exit_code=int(red),
            duration_s=1.2,
            failures=failures if red else (),
            output=OUTPUT if red else "",
        ),
    )


def _oid(name: str) -> str:
    return f"{hash(name) & (1 << 64) - 1:040x}"


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
