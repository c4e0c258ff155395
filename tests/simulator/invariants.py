"""What holds after every run, however its processes died."""

from collections import Counter

from orchestrator.domain.attempt import AttemptResult
from orchestrator.domain.clusters import signature
from orchestrator.domain.events import (
    AttemptEnded,
    AttemptStarted,
    CommandAccepted,
    LandingEnded,
    LandingLooked,
    RunEnded,
    RunResumed,
    RunStarted,
    Unparked,
)
from orchestrator.domain.fold import apply, fold
from orchestrator.domain.learnings.choice import MOST_AT_ONCE
from orchestrator.domain.learnings.learning import Learning
from orchestrator.domain.lifecycle import ENDED
from orchestrator.domain.messages import REVERTS, TASK
from orchestrator.domain.pace import MOST_ATTEMPTS
from orchestrator.domain.run import Run
from orchestrator.domain.verdict import Verdict
from orchestrator.ports.repository import CommitInfo
from tests.simulator.world import REF, World
from tests.support.learnings import MOVES


def check(world: World, run: Run) -> None:
    """Assert everything that Leafcut promises."""
    nothing_acknowledged_is_lost(world)
    the_journal_says_it_all(world, run)
    no_task_has_two_commits(world, run)
    nothing_untested_is_on_the_branch(world, run)
    no_task_is_stranded(run)
    every_accepted_change_set_is_pinned(world)
    dependencies_landed_first(world, run)
    no_dead_attempt_counts(world, run)
    no_agent_works_before_its_limit_is_over(world, run)
    no_limit_spends_an_attempt(world, run)
    nothing_starts_while_it_is_paused(world, run)
    no_more_work_than_a_person_allows(world, run)
    looks_are_told_from_the_first_red_one_on(world, run)
    nobody_is_told_what_nobody_should_be(world, run)
    counters_are_what_attempts_said(world, run)
    learnings_move_as_the_table_says(world, run)


def nothing_acknowledged_is_lost(world: World) -> None:
    """What an observer was shown stands in the journal, at its place."""
    recorded = {entry.sequence: entry for entry in world.journal.read()}
    lost = [entry for entry in world.acknowledged if recorded.get(entry.sequence) != entry]
    assert not lost, lost


def the_journal_says_it_all(world: World, run: Run) -> None:
    """A fold of the journal is the state that the last process ended in."""
    events = [entry.event for entry in world.journal.read()]
    again = fold(run.plan, world.scenario.policy, events)
    assert again.tasks == run.tasks
    assert again.ledger.standings == run.ledger.standings
    assert (again.head, again.ended, again.pace) == (run.head, run.ended, run.pace)
    assert again.policy == run.policy


def landed_in(world: World) -> list[CommitInfo]:
    """Return the branch's commits that land a task, oldest first."""
    head = world.repository.head(REF)
    assert head is not None
    history = world.repository.history(world.repository.base, head)
    return [commit for commit in history if REVERTS not in commit.trailers]


def no_task_has_two_commits(world: World, run: Run) -> None:
    """The branch holds exactly one commit of each landed task, and the state names it."""
    assert world.repository.head(REF) == run.head
    history = landed_in(world)
    tasks = Counter(commit.trailers[TASK] for commit in history)
    assert max(tasks.values(), default=1) == 1, tasks
    landed = {name: s.commit for name, s in run.tasks.items() if s.state == "landed"}
    assert {commit.trailers[TASK]: commit.oid for commit in history} == landed


def nothing_untested_is_on_the_branch(world: World, run: Run) -> None:
    """The checks saw the tree of every commit, or of every batch's last one, and it was green.

    The last commit of a run whose landings ran some checks only was seen by all of them.
    """
    ends = [e.event for e in world.journal.read() if isinstance(e.event, LandingEnded)]
    commits = {landing.head for landing in ends if landing.landed}
    if world.scenario.verify == "commit":
        commits |= {commit.oid for commit in landed_in(world)}
    affected = run.policy.affected
    for commit in commits:
        assert (world.repository.tree_of(commit), not affected) in world.tested, commit
        assert world.is_green(commit, whole=not affected), commit
    if affected and run.head != run.plan.base and not run.red_head:
        assert (world.repository.tree_of(run.head), True) in world.tested
        assert world.is_green(run.head, whole=True)


def no_task_is_stranded(run: Run) -> None:
    """Every task has ended, and the run says so."""
    open_tasks = {name: s.state for name, s in run.tasks.items() if s.state not in ENDED}
    assert not open_tasks, open_tasks
    assert run.idle
    short = run.counts["failed"] + run.counts["blocked"] or run.red_head
    assert run.ended is not None
    assert run.ended.state == ("incomplete" if short else "done")


def every_accepted_change_set_is_pinned(world: World) -> None:
    """No change set that an attempt made can be collected as garbage."""
    for entry in world.journal.read():
        if isinstance(entry.event, AttemptEnded) and entry.event.result.commit:
            result = entry.event.result
            pin = f"refs/leafcut/attempt/{result.task}/{result.number}"
            assert world.repository.head(pin) == result.commit


def no_dead_attempt_counts(world: World, run: Run) -> None:
    """A result changes nothing unless it comes from the attempt that is under way."""
    again = Run(run.plan, run.policy)
    under_way: dict[str, str] = {}
    for entry in world.journal.read():
        event = entry.event
        before = dict(again.tasks)
        apply(again, event)
        if isinstance(event, AttemptStarted):
            under_way[event.task] = event.token
        elif isinstance(event, RunResumed):
            under_way.clear()
        elif isinstance(event, AttemptEnded) and under_way.get(event.result.task) != (
            event.result.token
        ):
            assert again.tasks == before, event


def no_agent_works_before_its_limit_is_over(world: World, run: Run) -> None:
    """Between the word of a limit and its end no attempt of that agent begins."""
    again = Run(run.plan, run.policy)
    for entry in world.journal.read():
        event = entry.event
        if isinstance(event, AttemptStarted):
            assert event.agent not in again.parked_until, event
        elif isinstance(event, Unparked):
            assert entry.at >= again.parked_until[event.agent], event
        apply(again, event)
    assert not again.counts["parked"]


def nothing_starts_while_it_is_paused(world: World, run: Run) -> None:
    """Between a pause and its end no attempt begins and the run does not end by itself."""
    again = Run(run.plan, world.scenario.policy)
    for entry in world.journal.read():
        event = entry.event
        if again.paused:
            assert not isinstance(event, AttemptStarted), event
            assert not isinstance(event, RunEnded) or event.state == "stopped", event
        apply(again, event)
    assert not again.paused


def no_more_work_than_a_person_allows(world: World, run: Run) -> None:
    """When an attempt begins there is room for it, whatever a person said before."""
    allowed, again = 0, Run(run.plan, world.scenario.policy)
    for entry in world.journal.read():
        event = entry.event
        apply(again, event)
        if isinstance(event, RunStarted | RunResumed):
            allowed = event.concurrency
        elif isinstance(event, CommandAccepted) and event.action == "concurrency":
            assert 1 <= event.concurrency <= MOST_ATTEMPTS, event
            allowed = event.concurrency
        elif isinstance(event, AttemptStarted):
            assert again.busy <= allowed, event


def looks_are_told_from_the_first_red_one_on(world: World, run: Run) -> None:
    """A look belongs to the landing under way, and a batch that is green has none."""
    again = Run(run.plan, world.scenario.policy)
    for entry in world.journal.read():
        event = entry.event
        if isinstance(event, LandingLooked):
            assert again.landing is not None, event
            assert (event.batch, event.task in again.landing.tasks) == (again.landing.batch, True)
            assert again.looks or not event.green, event
        elif isinstance(event, LandingEnded) and event.sent_back and not event.unseen:
            red = any(back.reason_code == "red_landing" for back in event.sent_back)
            assert bool(again.looks) == red, event
        apply(again, event)
    assert not run.looks


def no_limit_spends_an_attempt(world: World, run: Run) -> None:
    """A limit leaves a task and its run as many attempts as they had before it was tried."""
    again = Run(run.plan, run.policy)
    had: dict[str, int] = {}
    for entry in world.journal.read():
        event, made = entry.event, again.attempts
        if isinstance(event, AttemptStarted):
            had[event.task] = again.tasks[event.task].agent_attempts
        busy = set(again.under_way)
        apply(again, event)
        if isinstance(event, AttemptEnded) and event.result.outcome == "limited":
            task = event.result.task
            if task in busy and task not in again.under_way:
                assert again.tasks[task].agent_attempts == had[task], event
                assert again.attempts == made - 1, event


def dependencies_landed_first(world: World, run: Run) -> None:
    """On the branch every commit stands after those of the tasks that its task needs."""
    place = {commit.trailers[TASK]: at for at, commit in enumerate(landed_in(world))}
    for task in run.plan.tasks:
        for need in task.depends_on:
            both = task.id in place and need in place
            if both and not run.policy.continue_after_failure:
                assert place[need] < place[task.id]


def nobody_is_told_what_nobody_should_be(world: World, run: Run) -> None:
    """No attempt is given what is retired, quarantined or expired; few at once try a candidate."""
    again = Run(run.plan, run.policy)
    under_way: dict[str, tuple[str, ...]] = {}
    before = at = 0.0
    for entry in world.journal.read():
        event = entry.event
        if entry.at > at:  # what is recorded together was decided after what was recorded before
            before, at = at, entry.at
        if isinstance(event, AttemptStarted):
            for name in event.learnings:
                standing = again.ledger.standings[name]
                assert standing.status in {"trusted", "candidate"}, event
                expires = standing.learning.expires_at
                assert expires is None or expires > before, event
                trying = sum(name in given for given in under_way.values())
                assert standing.status == "trusted" or trying < MOST_AT_ONCE, event
            under_way[event.token] = event.learnings
        elif isinstance(event, AttemptEnded):
            under_way.pop(event.result.token, None)
        elif isinstance(event, RunResumed):
            under_way.clear()
        apply(again, event)
    assert not +run.ledger.trying


def counters_are_what_attempts_said(world: World, run: Run) -> None:
    """A recount of what ended attempts were told gives the counters that the fold has."""
    again = Run(run.plan, run.policy)
    counted: dict[str, Counter[str]] = {}
    met: dict[str, set[str]] = {}
    for entry in world.journal.read():
        event = entry.event
        if isinstance(event, LandingEnded):
            for back in event.sent_back:
                verdict = Verdict(failures=back.failures, checks=back.checks)
                met.setdefault(back.task, set()).update(map(signature, verdict.reasons))
        elif isinstance(event, AttemptEnded) and is_under_way(again, event.result):
            result = event.result
            earlier = met.setdefault(result.task, set())
            repeated = result.change_hash in again.tasks[result.task].refused
            for name in result.learnings if result.outcome in JUDGED else ():
                learning = again.ledger.standings[name].learning
                word = "" if repeated else spoken(result, learning, earlier)
                counted.setdefault(name, Counter()).update(filter(None, ("told", word)))
            earlier.update(map(signature, result.verdict.reasons))
        apply(again, event)
    for name, standing in run.ledger.standings.items():
        has = {key: getattr(standing, key) for key in ("told", "helpful", "harmful", "clean")}
        assert +Counter(has) == counted.get(name, Counter()), (name, has)


JUDGED = frozenset({"accepted", "rejected", "unchanged", "blocked"})


def is_under_way(run: Run, result: AttemptResult) -> bool:
    """Say whether a result is that of the attempt under way."""
    status = run.tasks[result.task]
    return status.token == result.token and status.state in {"working", "checking"}


def spoken(result: AttemptResult, learning: Learning, earlier: set[str]) -> str:
    """Return what an attempt says of a learning, written another way than in the domain."""
    now = set(map(signature, result.verdict.reasons))
    failed_so = learning.signature in now or not learning.signature
    got_over = learning.signature in earlier or (not learning.signature and bool(earlier))
    if result.outcome == "rejected" and failed_so:
        return "harmful"
    if result.outcome == "accepted" and learning.provenance.task != result.task:
        return "helpful" if got_over else "clean"
    return ""


def learnings_move_as_the_table_says(world: World, run: Run) -> None:
    """Only a person brings back what is retired, or frees what is quarantined."""
    again = Run(run.plan, run.policy)
    for entry in world.journal.read():
        before = dict(again.ledger.standings)
        apply(again, entry.event)
        for name, old in before.items():
            new = again.ledger.standings[name].status
            assert new == old.status or new in MOVES[old.status], (name, entry)
            if old.status in {"retired", "quarantined"} and new != old.status:
                assert isinstance(entry.event, CommandAccepted), entry
