"""Landings: what reached the integration branch and what came back."""

from dataclasses import replace

from orchestrator.domain.clusters import signatures
from orchestrator.domain.events import (
    Landed,
    LandingEnded,
    LandingLooked,
    LandingStarted,
    SentBack,
)
from orchestrator.domain.propagation import spread
from orchestrator.domain.run import Run
from orchestrator.domain.verdict import Verdict

MAX_SENT_BACK = 5
"""How often a task may come back from landing without spending an attempt."""


def started(run: Run, event: LandingStarted) -> None:
    """A batch is being combined and checked."""
    run.landing = event
    run.looks = ()
    run.batches = event.batch


def looked(run: Run, event: LandingLooked) -> None:
    """The batch under check is searched for what makes it red."""
    if run.landing is not None and run.landing.batch == event.batch:
        run.looks = (*run.looks, event)


def ended(run: Run, event: LandingEnded) -> None:
    """The branch moved to `event.head`; what the event does not name stays in the queue."""
    run.landing = None
    run.looks = ()
    run.head = event.head
    for landed in event.landed:
        _land(run, landed)
    for back in event.sent_back:
        _send_back(run, back)
    run.pace = run.pace.after_landing(landed=len(event.landed), set_back=len(event.sent_back))


def _land(run: Run, landed: Landed) -> None:
    """Keep what landed, but not its verdict: of many tasks those are most of the memory."""
    candidate = run.tasks[landed.task].candidate
    run.change(
        landed.task,
        "landed",
        candidate=replace(candidate, verdict=Verdict()) if candidate else None,
        verdict=None,
        rejected=None,
        hand_off="",
        history=(),
        met=frozenset(),
        objections=(),
        commit=landed.commit,
        files=landed.files,
        reason="",
        reason_code="",
    )
    status = run.tasks[landed.task]
    more_agents = status.agent_index + 1 < len(run.ladder(landed.task))
    if run.policy.follow_up and status.residue and more_agents:
        run.left_over[landed.task] = None


def _send_back(run: Run, back: SentBack) -> None:
    status = run.tasks[back.task]
    candidate = status.candidate
    red = back.reason_code == "red_landing"
    commit = candidate.commit if red and candidate else None
    verdict = Verdict(failures=back.failures, checks=back.checks)
    run.objected.update(verdict.red)
    how = spread(run, back.task, verdict.reasons, commit, turn_is_over=False)
    if how:
        run.spreading[back.task] = how
    if run.policy.keep_work and candidate:
        run.update(back.task, seed=candidate.commit)
    refused = status.refused | ({candidate.change_hash} if red and candidate else frozenset())
    run.change(
        back.task,
        "ready" if how or status.sent_back < MAX_SENT_BACK else "failed",
        candidate=None,
        sent_back=status.sent_back + 1,
        agent_attempts=max(0, status.agent_attempts - 1),
        refused=refused,
        verdict=verdict if red else status.verdict,
        met=status.met | signatures(verdict.reasons),
        objections=verdict.reasons or status.objections,
        reason=back.reason,
        reason_code=back.reason_code,
    )
