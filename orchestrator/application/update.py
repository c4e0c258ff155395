"""The update use case: a run goes on from another commit of the target's main branch.

Everything is made and checked beside the integration branch. Then one transaction of the journal
says that the run stands on the new base, and only then the branch moves there; a process that dies
before has changed nothing, and one that dies after has the branch moved by whoever comes next.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from orchestrator.application.execute import by_process
from orchestrator.application.land import Batch, Candidate, Landing
from orchestrator.application.plan import Planner
from orchestrator.application.recover import follow, reconcile
from orchestrator.application.slices.collate import lasting
from orchestrator.domain.events import BaselineTaken, BaseUpdated, Event, LandingEnded, RunStarted
from orchestrator.domain.fold import apply
from orchestrator.domain.messages import TASK
from orchestrator.domain.plan import Plan
from orchestrator.domain.playbook import Playbook
from orchestrator.domain.run import Run
from orchestrator.domain.updating import Ground, hash_after, renewed, selected
from orchestrator.ports.journal import Journal
from orchestrator.ports.repository import CommitInfo, Conflict, Repository

STAGING = "refs/leafcut/update"
"""Where commits are replayed before the run stands on them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Updating:
    """What an update needs. `landing` lands on `STAGING`, `ref` is the integration branch.

    `baseline` takes the baseline of a plan's base; `include` and `exclude` narrow the selection as
    they did when the run began; `started` says what this process is made of.
    """

    journal: Journal
    repository: Repository
    landing: Landing
    planner: Planner
    baseline: Callable[[Plan], BaselineTaken]
    playbook: Playbook
    started: RunStarted
    ref: str
    concurrency: int
    include: Sequence[str] = ()
    exclude: Sequence[str] = ()


@dataclass(slots=True)
class _Replayed:
    """The landed commits on a new base; `undone` has the tasks that have none, and why."""

    head: str
    landings: list[LandingEnded] = field(default_factory=list)
    undone: dict[str, str] = field(default_factory=dict)


def update(run: Run, base: str, updating: Updating) -> BaseUpdated | None:
    """Let a run stand on `base`, a commit of the canonical repository; None when it does already.

    Raises:
        InvalidInputError: the playbook's checks or its find rule are of no use there.
    """

    def record(events: Sequence[Event]) -> None:
        for event in events:
            apply(run, event)
        updating.journal.append(events)

    repository, ref = updating.repository, updating.ref
    if base == run.base:
        follow(run, repository, ref)  # the process that took it here may have died before it could
        return None
    found = reconcile(run, repository, ref, updating.concurrency)
    record([by_process(event, updating.started) for event in found])
    taken = updating.baseline(_plan_at(run, base, updating))
    replayed = _replay(run, base, updating)
    event = _updated(run, base, replayed, updating)
    record([event, _with_residue(run, taken, event)])
    follow(run, repository, ref)
    return event


def _plan_at(run: Run, base: str, updating: Updating) -> Plan:
    """Return the plan on another base, with the files that are there."""
    there = {entry.path for entry in updating.planner.export.entries(base)}
    kept = [
        replace(task, files=tuple(file for file in task.files if file in there))
        for task in run.by_id.values()
    ]
    return replace(run.plan, base=base, tasks=tuple(task for task in kept if task.files))


def _with_residue(run: Run, taken: BaselineTaken, event: BaseUpdated) -> BaselineTaken:
    before = run.baseline.residue if run.baseline else 0
    return replace(taken, residue=before + sum(task.occurrences for task in event.plan.added))


def _replay(run: Run, base: str, updating: Updating) -> _Replayed:
    """Put the landed commits on the new base, one by one as landing does, without the red ones."""
    replayed = _Replayed(head=base)
    candidates = _candidates(run, replayed, updating.repository)
    repository = updating.repository
    if not repository.move(STAGING, base, repository.head(STAGING)):
        message = f"{STAGING} was moved by someone else"
        raise RuntimeError(message)
    while candidates:
        ended = updating.landing.land(
            Batch(number=0, head=replayed.head, candidates=tuple(candidates))
        )
        replayed.head = ended.head
        replayed.landings.append(ended)
        replayed.undone |= {
            back.task: f"{back.reason}, on the new base" for back in ended.sent_back
        }
        over = {one.task for one in ended.landed} | replayed.undone.keys()
        candidates = [one for one in candidates if one.task not in over]
    return replayed


def _candidates(run: Run, replayed: _Replayed, repository: Repository) -> list[Candidate]:
    """Return what applies to the new base and changes something there; note what does not."""
    candidates: list[Candidate] = []
    head = replayed.head
    for info in lasting(repository.history(run.base, run.head)):
        task = info.trailers[TASK]
        combined = repository.combine(head, info.oid, info.message)
        if isinstance(combined, Conflict):
            where = ", ".join(combined.paths)
            replayed.undone[task] = f"conflicts with the new base in {where}"
        elif repository.info(combined).tree == repository.info(head).tree:
            replayed.undone[task] = "the new base has this change already"
        else:
            candidates.append(_candidate(info, head, combined, repository))
            head = combined
    return candidates


def _candidate(info: CommitInfo, before: str, after: str, repository: Repository) -> Candidate:
    changes = repository.changes(before, after)
    return Candidate(
        task=info.trailers[TASK],
        commit=info.oid,
        files=tuple(change.path for change in changes.files if change.content is not None),
        message=info.message,
    )


def _updated(run: Run, base: str, replayed: _Replayed, updating: Updating) -> BaseUpdated:
    planner, playbook = updating.planner, updating.playbook
    survey = planner.survey(playbook, replayed.head, updating.include, updating.exclude)
    ground = Ground(
        survey=survey,
        there={entry.path for entry in planner.export.entries(replayed.head)},
        before={entry.path for entry in planner.export.entries(run.base)},
        undone=replayed.undone,
        ordered=playbook.ordered,
    )
    plan = renewed(run, ground, playbook.partition, f"the base is {base[:12]} now")
    return BaseUpdated(
        base=base,
        left=run.head,
        head=replayed.head,
        plan_hash=hash_after(run, base, plan),
        plan=plan,
        landings=tuple(replayed.landings),
        undone=tuple(sorted(replayed.undone.items())),
        selected=selected(run, survey),
    )
