"""Events as a person reads them, a line each."""

from collections.abc import Iterator, Mapping

from orchestrator.domain.attempt import REPEATED, AttemptResult
from orchestrator.domain.blindness import Blindness, blind_at
from orchestrator.domain.counting import many
from orchestrator.domain.durations import moment
from orchestrator.domain.events import (
    AttemptEnded,
    BaselineTaken,
    BusChanged,
    CommandAccepted,
    HeadChecked,
    LandingEnded,
    LandingLooked,
    LearningAdded,
    MessageSent,
    PlanChanged,
    PlaybookChanged,
    RunStarted,
    Unparked,
)
from orchestrator.domain.learnings.gist import gist
from orchestrator.domain.run import Run
from orchestrator.domain.visible import on_one_line
from orchestrator.ports.journal import Recorded

SHOWN_TASKS = 3
"""How many tasks one line names."""


def lines(run: Run, entry: Recorded) -> Iterator[str]:
    """Return what a person is told of an event, a line each."""
    yield from map(on_one_line, _lines(run, entry))


def _lines(run: Run, entry: Recorded) -> Iterator[str]:
    event = entry.event
    total = len(run.by_id)
    if isinstance(event, RunStarted):
        size = f"{many(total, 'task')} in {many(run.plan.layers, 'layer')}"
        yield f"run {event.run}: {size}, sandbox {event.sandbox}"
    elif isinstance(event, BaselineTaken):
        yield from _baseline_lines(event)
    elif isinstance(event, AttemptEnded):
        yield from _attempt_lines(run, event.result)
    elif isinstance(event, Unparked):
        yield f"◷ goes on   {event.agent}: its limit is over"
    elif isinstance(event, LandingEnded | LandingLooked | HeadChecked):
        yield from _head_lines(run, event)
    elif isinstance(event, PlanChanged):
        yield from _change_lines(run, event)
    elif isinstance(event, LearningAdded | MessageSent | BusChanged):
        yield from _shared_lines(run, event)
    elif isinstance(event, CommandAccepted | PlaybookChanged):
        yield _steering_line(run, event)


def _bus_line(event: BusChanged) -> str:
    if event.state == "well":
        return "✓ well      learnings reach attempts under way again"
    return f"⚠ degraded  {event.reason}; learnings wait in the journal, nothing is lost"


def _head_lines(run: Run, event: LandingEnded | LandingLooked | HeadChecked) -> Iterator[str]:
    if isinstance(event, LandingLooked):
        glyph, word = ("✓", "green") if event.green else ("✗", "red")
        where = f"batch {event.batch}, {event.at} of {event.of}"
        yield f"{glyph} looked    {where}: {word} at {title(run, event.task)}"
        return
    if isinstance(event, HeadChecked):
        for one in event.reverted:
            yield f"↶ reverted  {title(run, one.task)}: {run.tasks[one.task].reason}"
        if event.fault:
            yield f"✗ {event.fault}"
        return
    before, total = run.counts["landed"] - len(event.landed), len(run.by_id)
    for done, landed in enumerate(event.landed, before + 1):
        yield f"✓ landed    [{done}/{total}] {title(run, landed.task)}  {landed.commit[:10]}"
    for back in event.sent_back:
        yield f"↺ sent back {title(run, back.task)}: {back.reason}"


def _change_lines(run: Run, event: PlanChanged) -> Iterator[str]:
    for task, _ in event.seeds:
        yield f"⇄ grown     {title(run, task)}: {event.reason}"
    for one in event.added:
        yield f"⇄ added     {one.title}: {event.reason}"
    if event.changed and not (event.seeds or event.added):
        yield f"⇄ reordered {len(event.changed)} tasks: {event.reason}"
    for task, why in event.given_up:
        yield f"✗ given up  {title(run, task)}: {why}"


def _shared_lines(run: Run, event: LearningAdded | MessageSent | BusChanged) -> Iterator[str]:
    if isinstance(event, BusChanged):
        yield _bus_line(event)
    elif isinstance(event, MessageSent):
        said = event.message
        yield f"✉ {said.kind:<9} {title(run, said.task)} → {title(run, said.to)}: {said.text}"
    elif event.suspicion:
        text = gist(event.learning.text)
        yield f"⚠ quarantined learning {event.learning.id} {event.suspicion}: {text}"
    elif not event.same_as:
        yield f"✎ learnt    {event.learning.id}: {gist(event.learning.text)}"


def _learning_line(event: CommandAccepted) -> str:
    word = event.action.partition("_")[0]
    kept = event.added.suspicion if event.added else ""
    why = f": {event.reason}" if event.reason else ""
    quarantined = f" is quarantined, it {kept}" if kept else ""
    says = f": {event.added.learning.text}" if event.added else ""
    return f"» {word:<9} {event.who}: {', '.join(event.learnings)}{quarantined}{says}{why}"


_ABOUT_THE_RUN = {
    "stop": "the run stops",
    "pause": "no attempt starts until leafcut resume",
    "unpause": "the run goes on",
}
"""What commands mean that name nothing."""


def _steering_line(run: Run, event: CommandAccepted | PlaybookChanged) -> str:
    if isinstance(event, PlaybookChanged):
        return f"» playbook  {event.who} took over {event.digest[:12]}"
    if event.learnings:
        return _learning_line(event)
    if event.concurrency:
        return f"» jobs      {event.who}: {many(event.concurrency, 'attempt')} at once"
    titles = [title(run, task) for task in event.tasks]
    rule = event.rule.id if event.rule else ""
    what = _ABOUT_THE_RUN.get(event.action) or event.checkpoint or rule
    what = what or ", ".join(titles[:SHOWN_TASKS])
    more = 0 if rule else len(titles[SHOWN_TASKS:]) + len(event.rest)
    others = f" and {more} more" if more > 0 else ""
    why = f": {event.reason}" if event.reason else ""
    return f"» {event.action:<9} {event.who}: {what}{others}{why}"


_TURNED_DOWN = {
    "rejected": "✗ rejected ",
    "unchanged": "– no offer ",
    "blocked": "✗ blocked  ",
    "limited": "◷ parked   ",
    "overloaded": "◷ parked   ",
}
"""What came of an attempt that leads to no landing, in words."""


def _attempt_lines(run: Run, result: AttemptResult) -> Iterator[str]:
    word, reason = _TURNED_DOWN.get(result.outcome), result.reason
    stands = run.tasks.get(result.task)
    if stands is not None and stands.reason_code == REPEATED:
        word, reason = _TURNED_DOWN["unchanged"], stands.reason
    if word and reason:
        until = result.retry_at
        till = f" (till {moment(until)})" if until is not None else ""
        yield f"{word} {title(run, result.task)}: {reason}{till}"


def _baseline_lines(event: BaselineTaken) -> Iterator[str]:
    for check in event.checks:
        known = len(check.failures)
        do = "failure does" if known == 1 else "failures do"
        state = "green" if check.green else f"red: {known} known {do} not count"
        yield f"baseline: {check.check} is {state} ({check.duration_s:.1f} s)"
    yield from blind_lines(blind_at(event))


def blind_lines(found: Mapping[str, Blindness]) -> Iterator[str]:
    """Return a warning for each check that proves nothing, as far as anybody knows."""
    for name, one in found.items():
        yield on_one_line(f"⚠ warning: check {name} is blind: {one.why}; {one.advice}")


def title(run: Run, task: str) -> str:
    """Return what a task is called; one that is not known, by its id."""
    return run.by_id[task].title if task in run.by_id else task
