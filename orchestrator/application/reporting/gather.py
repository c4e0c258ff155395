"""The report of a run, put together from its journal and from what its folder says of it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from orchestrator.application import report as status
from orchestrator.application.learnings.documents import learnings_document, standing_document
from orchestrator.application.objections import by_cluster
from orchestrator.application.reporting.axis import Axis, lives_of
from orchestrator.application.reporting.burndown import burndown
from orchestrator.application.reporting.critical import critical_path
from orchestrator.application.reporting.facts import (
    AttemptFacts,
    LandingFacts,
    Report,
    Slices,
    TaskFacts,
    Verdict,
    WholeCheckFacts,
)
from orchestrator.application.reporting.undone import by_reason
from orchestrator.application.steering import failures
from orchestrator.application.timeline import AttemptSpan, LandingSpan, timeline_of
from orchestrator.domain import spending
from orchestrator.domain.blindness import blind
from orchestrator.domain.events import (
    BaselineTaken,
    HeadChecked,
    HeadCheckStarted,
    RunEnded,
    RunResumed,
    RunStarted,
)
from orchestrator.domain.evidence import evidence
from orchestrator.domain.flakiness import flaky_passes
from orchestrator.domain.reasons import reason_of
from orchestrator.domain.run import Run
from orchestrator.ports.journal import Recorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a report is made of.

    `run` is the run as its journal says, `fresh` one of the same plan and policy to which nothing
    has happened. `title` is the playbook's, `target` the repository's path, `alive` whether a
    process works on the run, `now` seconds since the epoch.
    """

    run: Run
    fresh: Run
    recorded: Sequence[Recorded]
    title: str
    target: str
    alive: bool
    now: float
    slices: Slices = Slices()


def report_of(source: Source) -> Report:
    """Return all that is told of a run; `source.fresh` is used up."""
    run, recorded = source.run, source.recorded
    timeline = timeline_of(recorded)
    axis = Axis(lives_of(timeline, source.now if source.alive else timeline.at))
    clusters = failures(run)
    needs = {task.id: task.depends_on for task in run.by_id.values()}
    return Report(
        made_at=source.now,
        verdict=_verdict(source, axis),
        not_done=by_reason(status.not_done(run)),
        not_planned=by_reason(status.not_planned(run)),
        clusters=clusters,
        objections=by_cluster(clusters, (entry.event for entry in recorded)),
        tasks=tuple(_task(run, task, timeline.latest(task)) for task in run.by_id),
        lives=axis.lives,
        attempts=tuple(_attempt(span) for span in timeline.attempts),
        landings=tuple(_landing(span) for span in timeline.landings),
        whole_checks=tuple(_whole_checks(recorded)),
        burndown=burndown(source.fresh, recorded, axis),
        critical_path=critical_path(timeline.attempts, timeline.landings, needs, axis.lives),
        agents=tuple({"agent": name, **asdict(run.agents[name])} for name in sorted(run.agents)),
        learnings=learnings_document(run),
        standings=tuple(standing_document(one) for one in run.ledger),
        slices=source.slices,
        receipts=tuple(
            replace(one, files=()) for one in evidence(entry.event for entry in recorded).values()
        ),
    )


def _verdict(source: Source, axis: Axis) -> Verdict:
    run, recorded = source.run, source.recorded
    ended_at = _ended_at(run, recorded)
    began = recorded[0].at if recorded else source.now
    last = recorded[-1].at if recorded else source.now
    until = ended_at or (source.now if source.alive else last)
    return Verdict(
        **_named(run),
        **_residue(run),
        state=status.run_state(run, alive=source.alive),
        reason=run.ended.reason if run.ended else run.degraded,
        title=source.title,
        target=source.target,
        began_at=began,
        ended_at=ended_at,
        wall_s=round(until - began, 3),
        worked_s=round(axis.total, 3),
        counts=status.counts(run),
        criteria=run.ended.criteria if run.ended else (),
        budget=tuple(asdict(line) for line in spending.lines(run, round(axis.total, 3))),
        flaky=dict(sorted(flaky_passes(entry.event for entry in recorded).items())),
    )


def _ended_at(run: Run, recorded: Sequence[Recorded]) -> float | None:
    if run.ended is None:
        return None
    ends = (entry.at for entry in reversed(recorded) if isinstance(entry.event, RunEnded))
    return next(ends, None)


def _named(run: Run) -> dict[str, Any]:
    started = run.started
    return {
        "run": started.run if started else "",
        "playbook": run.plan.playbook,
        "base": run.base,
        "head": run.head,
        "branch": started.branch if started else "",
        "version": started.version if started else "",
        "sandbox": started.sandbox if started else "",
        "concurrency": run.policy.concurrency,
    }


def _residue(run: Run) -> dict[str, Any]:
    return {
        "residue_before": run.baseline.residue if run.baseline else None,
        "residue_after": run.ended.residue if run.ended else None,
        "blind": tuple(blind(run)),
    }


def _task(run: Run, task: str, latest: AttemptSpan | None) -> TaskFacts:
    planned, stands = run.by_id[task], run.tasks[task]
    return TaskFacts(
        id=task,
        title=planned.title,
        files=planned.files,
        stage=planned.stage,
        layer=planned.layer,
        depends_on=planned.depends_on,
        state=stands.state,
        reason=reason_of(stands),
        reason_code=stands.reason_code,
        agent=latest.agent if latest else "",
        attempts=stands.attempts,
        worked_s=round(stands.worked_s, 3),
        tokens=stands.tokens,
        cost_usd=stands.cost_usd,
        commit=stands.commit,
        occurrences=planned.occurrences,
        left=stands.residue,
    )


def _attempt(span: AttemptSpan) -> AttemptFacts:
    result = span.result
    return AttemptFacts(
        task=span.task,
        number=span.number,
        agent=span.agent,
        trial=span.trial,
        slot=span.slot,
        began=span.began,
        checking=span.checking,
        ended=span.ended,
        outcome=span.outcome,
        reason=result.reason if result else "",
        tokens=result.usage.tokens if result else 0,
        cost_usd=result.usage.cost_usd if result else 0.0,
    )


def _landing(span: LandingSpan) -> LandingFacts:
    end = span.end
    return LandingFacts(
        batch=span.batch,
        began=span.began,
        ended=span.ended,
        tasks=span.tasks,
        landed=tuple(one.task for one in end.landed) if end else (),
        sent_back=tuple(one.task for one in end.sent_back) if end else (),
    )


def _whole_checks(recorded: Sequence[Recorded]) -> Iterator[WholeCheckFacts]:
    """Yield the looks at whole trees that came to an end."""
    life, head = 0.0, 0.0
    for entry in recorded:
        match entry.event:
            case RunStarted() | RunResumed():
                life = entry.at
            case BaselineTaken():
                yield WholeCheckFacts(kind="baseline", began=life or entry.at, ended=entry.at)
            case HeadCheckStarted():
                head = entry.at
            case HeadChecked() as seen:
                yield WholeCheckFacts(
                    kind="head",
                    began=head or entry.at,
                    ended=entry.at,
                    reverted=tuple(one.task for one in seen.reverted),
                    fault=seen.fault,
                )
            case _:
                pass
