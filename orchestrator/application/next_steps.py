"""What a person can do next, as commands to copy: decided from the state of a run alone."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from shlex import quote

from orchestrator.application.steering import failures
from orchestrator.domain import spending
from orchestrator.domain.budget import FREE
from orchestrator.domain.checkpoints import may_publish
from orchestrator.domain.counting import many
from orchestrator.domain.durations import moment
from orchestrator.domain.events import RunEnd
from orchestrator.domain.parking import next_over
from orchestrator.domain.run import Run
from orchestrator.domain.schedule import BY_A_PERSON
from orchestrator.domain.shortening import cut

MOST = 3
"""How many steps are told at once."""
SHOWN = 100
"""How many characters are told of what stopped a run."""
NOTE = "what to do instead"
"""What stands where a person writes a note."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do: `why` in a few words, `command` for a shell, complete as it stands."""

    why: str
    command: str


def next_steps(run: Run, *, alive: bool, source: str = "") -> tuple[NextStep, ...]:
    """Return what to do next, the most useful first, three steps at most.

    `alive` says whether somebody works on the run, `source` where its playbook lies, empty for one
    that nobody edits.
    """
    if run.started is None:
        return ()
    if run.ended is None:
        steps = _meanwhile(run) if alive else _died(run)
    else:
        steps = _AFTER[run.ended.state](run, source)
    return tuple(islice(steps, MOST))


def next_document(run: Run, *, alive: bool, source: str = "") -> list[dict[str, str]]:
    """Return the steps as `status --json` prints them."""
    steps = next_steps(run, alive=alive, source=source)
    return [{"why": step.why, "command": step.command} for step in steps]


def more_needed(run: Run) -> NextStep | None:
    """Return how to allow a run more that ended at a limit, which it would meet again at once."""
    at_limit = run.ended is not None and run.ended.state == "incomplete"
    return next(_more_to_spend(run, ""), None) if at_limit else None


def _meanwhile(run: Run) -> Iterator[NextStep]:
    yield from _look(run)
    yield NextStep("read what has happened so far", f"leafcut logs {_name(run)}")


def _died(run: Run) -> Iterator[NextStep]:
    yield NextStep("go on: nobody works on this run", f"leafcut resume {_name(run)}")


def _after_done(run: Run, _source: str) -> Iterator[NextStep]:
    if not run.counts["landed"]:
        yield NextStep(
            "nothing landed; see what became of each task", f"leafcut status {_name(run)}"
        )
        return
    yield from _slices(run)
    if may_publish(run):
        yield NextStep("make branches and pages of them", f"leafcut prs create {_name(run)}")
    else:
        approved = f"leafcut approve {_name(run)} && leafcut prs create {_name(run)}"
        yield NextStep("approve them, and make branches and pages", approved)


def _after_incomplete(run: Run, source: str) -> Iterator[NextStep]:
    yield from _more_to_spend(run, source)
    yield from _look(run)
    yield from _retry(run, source)
    yield from _slices(run)
    if not (run.counts["failed"] or run.counts["landed"]):
        yield NextStep("see what is not done, and why", f"leafcut status {_name(run)}")


def _after_waiting(run: Run, source: str) -> Iterator[NextStep]:
    checkpoint = run.ended.checkpoint if run.ended else ""
    name = _name(run)
    if not checkpoint:
        held = next((task for task, one in run.tasks.items() if one.state == "held"), "")
        approve = (
            f"leafcut approve {name} --task {quote(held)}" if held else f"leafcut approve {name}"
        )
        yield NextStep("let go of a task on hold", f"{approve} && leafcut resume {name}")
        return
    yield from _look(run)
    if checkpoint == "sample" and source:
        tune = f"tune: edit {source}, then take it over"
        yield NextStep(tune, f"leafcut resume {name} --accept-drift")
    go_on = f"leafcut approve {name} && leafcut resume {name}"
    yield NextStep(f"go on beyond the checkpoint {checkpoint}", go_on)


def _after_stopped(run: Run, _source: str) -> Iterator[NextStep]:
    name = _name(run)
    until = next_over(run)
    if fault := run.fault or _no_baseline(run):
        yield NextStep("see what this machine lacks", "leafcut doctor")
        why = cut(fault.partition("\n")[0], SHOWN)
        yield NextStep(f"go on once this is mended: {why}", f"leafcut resume {name}")
    elif until is not None:
        yield NextStep(f"go on after {moment(until)}", f"leafcut resume {name}")
    elif run.limited:
        yield from _further(run)
    else:
        yield NextStep("go on where it stopped", f"leafcut resume {name}")
    yield from _slices(run)


def _no_baseline(run: Run) -> str:
    """Return why the baseline could not be taken; empty where it was, or would have been."""
    if run.baseline is not None or run.ended is None or run.ended.reason == BY_A_PERSON:
        return ""
    return run.ended.reason


_AFTER: Mapping[RunEnd, Callable[[Run, str], Iterator[NextStep]]] = {
    "done": _after_done,
    "incomplete": _after_incomplete,
    "waiting": _after_waiting,
    "stopped": _after_stopped,
}


def _more_to_spend(run: Run, source: str) -> Iterator[NextStep]:
    """Say how to go on where a limit ended the run; money and tasks have options of their own."""
    line = _spent(run)
    if line is None:
        yield from _further(run)
    elif line.name == "money":
        more = f"leafcut resume {_name(run)} --budget {line.limit * 2 or 1:g}"
        yield NextStep("go on with twice the budget", more)
    else:
        where = source or "the playbook"
        why = f"raise the limit on {line.name} in {where}, then take it over"
        yield NextStep(why, f"leafcut resume {_name(run)} --accept-drift")


def _spent(run: Run) -> spending.Line | None:
    """Return the limit that ended the run, as `spending.shortage` has said."""
    said = run.ended.reason if run.ended else ""
    limits = spending.lines(run, 0.0)
    return next((one for one in limits if f"budget of {one.limit:g} {one.unit}" in said), None)


def _further(run: Run) -> Iterator[NextStep]:
    if run.limited:
        more = run.policy.max_tasks
        yield NextStep(
            f"begin {many(more or 0, 'more task')}",
            f"leafcut resume {_name(run)} --max-tasks {more}",
        )


def _look(run: Run) -> Iterator[NextStep]:
    """Point at one task of a cluster: to see one failure is to see them all."""
    if (found := next(iter(failures(run)), None)) is not None:
        why = f"see how {many(len(found.tasks), 'task')} failed ({found.key})"
        yield NextStep(why, f"leafcut logs {_name(run)} --task {quote(found.tasks[0])}")


def _retry(run: Run, source: str) -> Iterator[NextStep]:
    """Say how to try failed tasks again: a codemod reads no note, so it is to be mended."""
    found = next(iter(failures(run)), None)
    if found is None or not run.counts["failed"]:
        return
    name = _name(run)
    again = f"leafcut retry {name} --cluster {found.key}"
    if run.policy.all_agents - FREE.keys():
        hinted = f'{again} --note "{NOTE}" && leafcut resume {name}'
        yield NextStep("try them again with a hint", hinted)
    elif source:
        mended = f"{again} && leafcut resume {name} --accept-drift"
        yield NextStep(f"mend the codemod in {source}, then try them again", mended)


def _slices(run: Run) -> Iterator[NextStep]:
    if run.counts["landed"]:
        why = f"see {many(run.counts['landed'], 'landed task')} as slices"
        yield NextStep(why, f"leafcut prs preview {_name(run)}")


def _name(run: Run) -> str:
    return quote(run.started.run) if run.started else ""
