"""One attempt: a worktree, an agent, a change set, a verdict. Pure data in, pure data out."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from orchestrator.application import transcripts
from orchestrator.application.beside import environment, keep_transcript, live
from orchestrator.application.desk import AttemptDesk
from orchestrator.application.learnings.handout import handout
from orchestrator.application.learnings.lessons import lessons_of
from orchestrator.application.redaction import clean_verdict, spotless, words
from orchestrator.application.telling import Tell
from orchestrator.application.weigh import Weighed, present, residue, weigh
from orchestrator.application.workshop import Workshop
from orchestrator.domain.attempt import NO_CHANGE, AttemptOutcome, AttemptResult, AttemptSpec
from orchestrator.domain.changes import ChangeSet, UnsafeTree
from orchestrator.domain.events import CheckingStarted
from orchestrator.domain.guards import unsafe
from orchestrator.domain.guards.secrets import masked
from orchestrator.domain.guards.size import changed_by_file, changed_lines
from orchestrator.domain.handoff import note
from orchestrator.domain.learnings.notebook import notebooks, own_work
from orchestrator.domain.messages import candidate_message, task_values
from orchestrator.domain.verdict import Verdict
from orchestrator.ports.agent import AgentEnding, AgentReport
from orchestrator.ports.repository import Conflict, Repository, Worktree

BLOCKED = "agent_blocked"
"""Why a task failed that its last agent could not do, by its own word."""


def attempt(spec: AttemptSpec, shop: Workshop, tell: Tell) -> AttemptResult:
    """Do one attempt and return what came of it; `tell` hears of it meanwhile."""
    began = shop.clock.now()
    with shop.worktrees.lease() as worktree:
        shop.prepare(worktree, spec.base)
        start = _sow(spec, worktree, shop.repository)
        with (
            live(spec, shop.transcripts, shop.redacted_stream()) as heard,
            AttemptDesk(spec, worktree, start, shop, tell, heard.hear) as desk,
            handout(desk.exchange, worktree.scratch) as learnings,
        ):
            report = shop.agents[spec.agent].work(
                spec,
                worktree,
                shop.sandbox,
                {**shop.values, **task_values(spec.task)},
                {**environment(spec, worktree, shop.notes), **learnings},
                desk,
            )
        report = _heard(report, desk, shop)
        transcript = keep_transcript(spec, report, shop.transcripts)
        if shop.learnings.strategy == "transcripts" and transcript:
            _tell_all(report, transcript, shop)
        if report.ending not in _CUT_SHORT:
            tell(CheckingStarted(task=spec.task.id, token=spec.token))
        result = _judge(spec, worktree, report, shop)
    return replace(
        result,
        learnings=tuple(desk.exchange.used),
        learning_tokens=desk.exchange.tokens,
        met=desk.met,
        proposed=lessons_of(spec, result, desk.verified, shop),
        tools=report.tools,
        offered=report.offered,
        headroom=report.headroom,
        usage=report.usage,
        transcript=transcript,
        hand_off=desk.note or result.hand_off,
        duration_s=shop.clock.now() - began,
    )


_CUT_SHORT: Mapping[AgentEnding, AttemptOutcome] = {
    "environment": "environment",
    "limited": "limited",
    "overloaded": "overloaded",
}
"""How an agent ends whose change set is not judged, and what comes of its attempt."""


def _heard(report: AgentReport, desk: AttemptDesk, shop: Workshop) -> AgentReport:
    """Return what an agent reports, and has told the desk, without any secrets."""
    ending, message = report.ending, report.message
    if desk.blocked and ending in {"done", "gave_up", "blocked"}:
        ending, message = "blocked", desk.blocked
    return replace(
        report,
        ending=ending,
        message=" ".join(words(message, shop.redact).split()),
        transcript=shop.redact(report.transcript),
        told=spotless(report.told, shop.redact),
    )


def _tell_all(report: AgentReport, transcript: str, shop: Workshop) -> None:
    """Let the attempts that start from now on read what this one's agent did."""
    text = report.told or masked(report.transcript.decode("utf-8", "replace"))
    transcripts.keep(shop.transcripts, transcript.removesuffix(".log"), text)


def _sow(spec: AttemptSpec, worktree: Worktree, repository: Repository) -> str:
    """Replay the change set that the attempt goes on from, unless it conflicts with the base.

    Returns the commit whose files the worktree then holds.
    """
    if spec.seed is None:
        return spec.base
    combined = repository.combine(spec.base, spec.seed, "The seed of an attempt\n")
    if isinstance(combined, Conflict):
        return spec.base
    worktree.apply(repository.changes(spec.base, combined))
    return combined


def _judge(
    spec: AttemptSpec, worktree: Worktree, report: AgentReport, shop: Workshop
) -> AttemptResult:
    if report.ending == "environment":
        return _result(spec, "environment", "environment", report.message)
    changes = worktree.changes()
    if isinstance(changes, UnsafeTree):
        return _noted(spec, _unsafe(spec, changes, report, shop), ChangeSet(), shop)
    if own_work(changes, notebooks(shop.learnings)):
        result = _weighed(spec, worktree, changes, report, shop)
    else:
        result = _unchanged(spec, worktree, report, shop)
    return _noted(spec, result, changes, shop)


def _noted(
    spec: AttemptSpec, result: AttemptResult, changes: ChangeSet, shop: Workshop
) -> AttemptResult:
    """Return a result with word for the next attempt, where there is to be one."""
    if result.outcome == "accepted" or (result.outcome == "unchanged" and not result.residue):
        return result
    changed = changed_by_file(changes, partial(shop.repository.read, spec.base))
    told = note(spec.agent, result.reason, changed, result.verdict, result.residue)
    return replace(result, hand_off=told)


def _unsafe(
    spec: AttemptSpec, tree: UnsafeTree, report: AgentReport, shop: Workshop
) -> AttemptResult:
    verdict = clean_verdict(Verdict(failures=unsafe(tree)), shop.redact)
    return _cut_short(spec, report) or _rejected(spec, verdict)


def _weighed(
    spec: AttemptSpec, worktree: Worktree, changes: ChangeSet, report: AgentReport, shop: Workshop
) -> AttemptResult:
    """Commit and pin a change set before anything else, then let guards and checks look at it."""
    commit = _pinned(spec, changes, shop)
    result = _cut_short(spec, report)
    if result is None:
        weighed = weigh(spec, worktree, changes, commit, shop)
        result = _verdict_on(spec, report, weighed, changes)
    return replace(
        result,
        commit=commit,
        files=present(changes, notebooks(shop.learnings)),
        changed_lines=changed_lines(changes, partial(shop.repository.read, spec.base)),
    )


def _verdict_on(
    spec: AttemptSpec, report: AgentReport, weighed: Weighed, changes: ChangeSet
) -> AttemptResult:
    """Return the result of a change set; that its agent says it is blocked matters if it is red."""
    verdict = weighed.verdict
    if verdict.accepted:
        result = _result(spec, "accepted", "", "")
    elif report.ending == "blocked":
        result = _blocked(spec, report)
    else:
        result = _rejected(spec, verdict)
    return replace(
        result, change_hash=changes.hash, residue=weighed.residue, verdict=weighed.verdict
    )


def _pinned(spec: AttemptSpec, changes: ChangeSet, shop: Workshop) -> str:
    message = candidate_message(spec.run, spec.task, spec.number, spec.agent)
    commit = shop.repository.commit(spec.base, changes, message)
    kind = "trial" if spec.trial else "attempt"
    pin = f"refs/leafcut/{kind}/{spec.task.id}/{spec.number}"
    if not shop.repository.move(pin, commit, None):
        message = f"{pin} is taken: attempt {spec.number} was made before"
        raise RuntimeError(message)
    return commit


def _cut_short(spec: AttemptSpec, report: AgentReport) -> AttemptResult | None:
    """Return the result of an attempt whose agent could not go on, None where it could."""
    if report.ending not in _CUT_SHORT:
        return None
    outcome = _CUT_SHORT[report.ending]
    reason = report.message or outcome
    return replace(_result(spec, outcome, outcome, reason), retry_at=report.retry_at)


def _unchanged(
    spec: AttemptSpec, worktree: Worktree, report: AgentReport, shop: Workshop
) -> AttemptResult:
    if cut_short := _cut_short(spec, report):
        return cut_short
    if report.ending == "blocked":
        return _blocked(spec, report)
    if report.ending in {"gave_up", "timeout"}:
        return _result(spec, "rejected", report.ending, report.message)
    if spec.task.kind == "review":
        said = f"nothing to offer: {spec.agent} changed nothing, and a review asks for a change"
        return _result(spec, "rejected", NO_CHANGE, said)
    found = residue(spec, worktree, ChangeSet(), shop)
    left = f"nothing to offer: {spec.agent} changed nothing, {_left(found)}"
    return replace(
        _result(spec, "unchanged", NO_CHANGE if found else "", left if found else ""),
        residue=found,
    )


def _blocked(spec: AttemptSpec, report: AgentReport) -> AttemptResult:
    return _result(spec, "blocked", BLOCKED, report.message or "it gave no reason")


def _left(residue: int) -> str:
    """Say it in the same words for one as for many: failures are told apart by their words."""
    return f"occurrences left: {residue}"


def _rejected(spec: AttemptSpec, verdict: Verdict) -> AttemptResult:
    first = verdict.reasons[0] if verdict.reasons else None
    code = first.check if first else "rejected"
    return replace(_result(spec, "rejected", code, _summary(verdict)), verdict=verdict)


def _summary(verdict: Verdict) -> str:
    """Return one line that names the first failure and counts the others."""
    if not verdict.reasons:
        return "rejected"
    first, *others = verdict.reasons
    where = f"{first.path}:{first.line}" if first.line else first.path
    more = f" (+{len(others)} more)" if others else ""
    said = " ".join(part for part in (where, first.message or first.rule) if part)
    return f"{first.check}: {said}{more}"


def _result(spec: AttemptSpec, outcome: AttemptOutcome, code: str, reason: str) -> AttemptResult:
    return AttemptResult(
        task=spec.task.id,
        number=spec.number,
        token=spec.token,
        outcome=outcome,
        reason_code=code,
        reason=reason,
    )
