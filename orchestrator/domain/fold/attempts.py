"""Attempts: begun, judged, and what comes of each."""

from orchestrator.domain.attempt import REPEATED, UNSPENT, AttemptResult
from orchestrator.domain.clusters import signatures
from orchestrator.domain.events import AttemptEnded, AttemptStarted, CheckingStarted
from orchestrator.domain.fold import learnings, parking
from orchestrator.domain.handoff import remembered
from orchestrator.domain.propagation import spread
from orchestrator.domain.run import Run
from orchestrator.domain.spending import paid
from orchestrator.domain.tally import Tally


def started(run: Run, event: AttemptStarted) -> None:
    """An agent is at work."""
    run.attempts += 1
    run.agents[event.agent] = run.agents.get(event.agent, Tally()).begun()
    run.ledger.give(event.token, event.learnings)
    of = run.trial if event.trial and run.trial is not None else run
    status = of.tasks[event.task]
    of.tried += status.attempts == 0
    of.spreading.pop(event.task, None)
    of.change(
        event.task,
        "working",
        attempts=event.number,
        agent_attempts=status.agent_attempts + 1,
        token=event.token,
    )


def checking(run: Run, event: CheckingStarted) -> None:
    """The agent is done; the word of an attempt that is over counts for nothing."""
    run = run.whose(event.task, event.token)
    status = run.tasks[event.task]
    if (status.token, status.state) == (event.token, "working"):
        run.change(event.task, "checking")


def ended(run: Run, event: AttemptEnded) -> None:
    """Judge a result; a late one of a dead attempt bears another token and is refused."""
    result = event.result
    whole, run = run, run.whose(result.task, result.token)
    status = run.tasks[result.task]
    if status.token != result.token or status.state not in {"working", "checking"}:
        return
    whole.ledger.take_back(result.token)
    whole.objected.update(result.verdict.red)
    agent = run.agent_of(result.task)
    paid(whole, agent, result)
    if result.headroom:
        whole.headroom[agent] = result.headroom
    run.update(
        result.task,
        worked_s=status.worked_s + result.duration_s,
        tokens=status.tokens + result.usage.tokens,
        cost_usd=status.cost_usd + result.usage.cost_usd,
        reason=result.reason,
        reason_code=result.reason_code,
        **remembered(status, agent, result),
    )
    if result.outcome in UNSPENT and not parking.is_worn_out(status, result):
        parking.park(whole, run, result)
        return
    whole.strikes.pop(agent, None)
    repeated = result.change_hash in status.refused
    learnings.weigh(whole, status, result, repeated=repeated)
    _judge(run, result, repeated=repeated)
    whole.fault = whole.fault or run.fault


_SAME_AGAIN = "offered the same change again"
"""Why an attempt does not count that checks of its own have accepted."""

_TELLING = frozenset({"accepted", "rejected", "unchanged"})
"""Outcomes that say something of the task's files."""


def _judge(run: Run, result: AttemptResult, *, repeated: bool) -> None:
    if result.outcome in _TELLING or result.verdict.reasons:
        run.update(
            result.task,
            residue=result.residue,
            verdict=result.verdict,
            rejected=result.commit,
        )
    if reasons := result.verdict.reasons:
        met = run.tasks[result.task].met | signatures(reasons)
        run.update(result.task, met=met, objections=reasons)
    run.update(result.task, overloads=0)
    if result.outcome == "environment":
        run.fault = result.reason
        unspent = run.tasks[result.task].agent_attempts - 1
        run.change(result.task, "ready", token="", agent_attempts=unspent)
    elif result.outcome == "unchanged" and result.residue == 0:
        run.change(result.task, "unchanged", reason="", reason_code="")
    elif result.outcome == "accepted" and not repeated:
        run.change(result.task, "queued", candidate=result, changed_lines=result.changed_lines)
    else:
        if result.outcome == "accepted":
            run.update(result.task, reason=_SAME_AGAIN, reason_code=REPEATED)
        is_done = repeated or result.outcome in {"unchanged", "blocked"}
        _turn_down(run, result, agent_is_done=is_done)


def _turn_down(run: Run, result: AttemptResult, *, agent_is_done: bool) -> None:
    status = run.tasks[result.task]
    refused = status.refused | ({result.change_hash} if result.change_hash else frozenset())
    turn_is_over = agent_is_done or status.agent_attempts >= run.policy.attempts
    failures = result.verdict.reasons
    how = spread(run, result.task, failures, result.commit, turn_is_over=turn_is_over)
    if how:
        run.spreading[result.task] = how
    if run.policy.keep_work and result.commit:
        run.update(result.task, seed=result.commit)
    if how or not turn_is_over:
        run.change(result.task, "ready", refused=refused)
    elif not status.agent and status.agent_index + 1 < len(run.ladder(result.task)):
        run.change(
            result.task,
            "ready",
            refused=refused,
            agent_index=status.agent_index + 1,
            agent_attempts=0,
        )
    else:
        run.change(result.task, "failed", refused=refused)
