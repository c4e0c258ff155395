"""Attempts: begun, judged, and what comes of each."""

from orchestrator.domain.attempt import AttemptResult, Usage
from orchestrator.domain.events import AttemptEnded, AttemptStarted, CheckingStarted
from orchestrator.domain.propagation import spread
from orchestrator.domain.run import Run


def started(run: Run, event: AttemptStarted) -> None:
    """An agent is at work."""
    if event.trial and run.trial is not None:
        run.attempts += 1
        started(run.trial, event)
        return
    status = run.tasks[event.task]
    run.tried += status.attempts == 0
    run.attempts += 1
    run.spreading.pop(event.task, None)
    run.change(
        event.task,
        "working",
        attempts=event.number,
        agent_attempts=status.agent_attempts + 1,
        token=event.token,
    )


def checking(run: Run, event: CheckingStarted) -> None:
    """The agent is done; the word of an attempt that is over counts for nothing."""
    run = _of(run, event.task, event.token)
    status = run.tasks[event.task]
    if (status.token, status.state) == (event.token, "working"):
        run.change(event.task, "checking")


def ended(run: Run, event: AttemptEnded) -> None:
    """Judge a result; a late one of a dead attempt bears another token and is refused."""
    result = event.result
    whole, run = run, _of(run, result.task, result.token)
    status = run.tasks[result.task]
    if status.token != result.token or status.state not in {"working", "checking"}:
        return
    _pay(whole, run.agent_of(result.task), result.usage)
    run.update(
        result.task,
        worked_s=status.worked_s + result.duration_s,
        tokens=status.tokens + result.usage.tokens,
        cost_usd=status.cost_usd + result.usage.cost_usd,
        residue=result.residue,
        verdict=result.verdict,
        reason=result.reason,
        reason_code=result.reason_code,
    )
    _judge(run, result, repeated=result.change_hash in status.refused)
    whole.fault = whole.fault or run.fault


def _of(run: Run, task: str, token: str) -> Run:
    """Return the run that an attempt belongs to: the trial, when its token is from there."""
    trial = run.trial
    known = trial is not None and task in trial.tasks and trial.tasks[task].token == token
    return trial if trial is not None and known else run


def _pay(run: Run, agent: str, usage: Usage) -> None:
    run.cost_usd += usage.cost_usd
    run.tokens += usage.tokens
    dearest = run.prices.get(agent, usage)
    run.prices[agent] = Usage(
        tokens=max(dearest.tokens, usage.tokens), cost_usd=max(dearest.cost_usd, usage.cost_usd)
    )


def _judge(run: Run, result: AttemptResult, *, repeated: bool) -> None:
    if result.outcome == "environment":
        run.fault = result.reason
        unspent = run.tasks[result.task].agent_attempts - 1
        run.change(result.task, "ready", token="", agent_attempts=unspent)
    elif result.outcome == "unchanged" and result.residue == 0:
        run.change(result.task, "unchanged", reason="", reason_code="")
    elif result.outcome == "accepted" and not repeated:
        run.change(result.task, "queued", candidate=result, changed_lines=result.changed_lines)
    else:
        _turn_down(run, result, agent_is_done=repeated or result.outcome == "unchanged")


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
