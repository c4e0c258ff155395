"""What is wrong with a run as a whole."""

from collections.abc import Iterator

from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.problems.problem import Problem
from orchestrator.domain import spending
from orchestrator.domain.blindness import blind
from orchestrator.domain.checkpoints import standing
from orchestrator.domain.counting import many

NEARLY = 0.8
"""The part of a budget from which on a person should hear of it."""


def run_problems(look: Look) -> Iterator[Problem]:
    """Yield what is about no task in particular."""
    yield from _red_head(look)
    yield from _criteria(look)
    yield from _end(look)
    yield from _budgets(look)
    yield from _checks(look)
    yield from _others(look)


def _end(look: Look) -> Iterator[Problem]:
    """Yield what keeps the run from going on, and how it ended if that was no good end."""
    run, ended = look.run, look.run.ended
    checkpoint = standing(run) or (ended.checkpoint if ended else "")
    if checkpoint:
        yield _checkpoint(look, checkpoint)
    elif ended is not None and _is_left(look, ended.state):
        yield Problem(
            key="ended",
            severity="fails" if run.fault else "needs you",
            what=f"the run is {ended.state}",
            why=ended.reason,
            since=look.timeline.at,
            press="R",
            advice="goes on with what is left",
        )
    elif ended is None and look.whole and not look.alive and look.left:
        yield Problem(
            key="nobody",
            severity="needs you",
            what="nobody works on the run",
            why=f"its process was stopped or died; {many(look.left, 'task')} left",
            since=look.timeline.at,
            press="R",
            advice="goes on with it",
        )
    elif run.fault:
        yield Problem(key="fault", severity="fails", what="the run is about to stop", why=run.fault)


def _red_head(look: Look) -> Iterator[Problem]:
    if look.run.red_head:
        yield Problem(
            key="red",
            severity="fails",
            what="the integration head is red",
            why=look.run.red_head,
            since=look.signs.red,
            advice="mend what is red, then resume the run",
        )


def _criteria(look: Look) -> Iterator[Problem]:
    ended = look.run.ended
    for one in ended.criteria if ended else ():
        if not one.met:
            yield Problem(
                key=f"criterion:{one.name}",
                severity="fails",
                what="an exit criterion is not met",
                why=one.said,
                since=look.timeline.at,
                advice="see which files are left: leafcut status",
            )


def _is_left(look: Look, state: str) -> bool:
    """Say whether an end is a problem that no other row tells of."""
    if state == "stopped":
        return True
    told = look.run.red_head or look.run.counts["failed"] or look.run.counts["blocked"]
    return state == "incomplete" and not told and look.left > 0


def _checkpoint(look: Look, name: str) -> Problem:
    lives = look.timeline.lives
    return Problem(
        key=f"checkpoint:{name}",
        severity="needs you",
        what=f"the run waits at checkpoint {name}",
        why="nothing beyond it starts before a person has looked at what is done",
        since=lives[-1][1] if lives else None,
        press="a",
        advice="approves it",
    )


def _budgets(look: Look) -> Iterator[Problem]:
    if not look.left:
        return
    for line in spending.lines(look.run, look.timeline.worked_s(look.now)):
        share = line.spent / line.limit if line.limit else 1.0
        if share >= NEARLY:
            spent = share >= 1.0
            said = "is spent" if spent else f"is spent to {share:.0%}"
            yield Problem(
                key=f"budget:{line.name}",
                severity="needs you" if spent else "odd",
                what=f"the budget of {line.name} {said}",
                why=f"{line.spent:,.6g} of {line.limit:,.6g} {line.unit}; "
                f"{many(look.left, 'task')} left",
                advice="leafcut resume --budget sets another limit"
                if line.name == "money"
                else "the playbook's limits set another one",
            )


def _checks(look: Look) -> Iterator[Problem]:
    for check, found in blind(look.run).items():
        yield Problem(
            key=f"blind:{check}",
            severity="odd",
            what=f"check {check} is blind",
            why=found.why,
            since=look.timeline.began,
            advice=found.advice,
        )
    for check, times in look.signs.flaky.items():
        yield Problem(
            key=f"flaky:{check}",
            severity="odd",
            what=f"check {check} is flaky",
            why=f"it was red and then green on the same tree, {many(times, 'time')}",
            since=look.signs.wavered[check],
            advice="mend the test; until then it may turn good work down",
        )


def _others(look: Look) -> Iterator[Problem]:
    run = look.run
    if run.degraded and run.ended is None:
        yield Problem(
            key="bus",
            severity="odd",
            what="the bus is lost",
            why=f"{run.degraded}; learnings arrive late, nothing is lost",
            since=look.signs.degraded,
            advice="leafcut doctor says what is missing",
        )
    doubted = sum(one.status == "quarantined" for one in run.ledger)
    if doubted:
        yield Problem(
            key="quarantined",
            severity="needs you",
            what=f"{many(doubted, 'learning')} in quarantine",
            why="something speaks against them; no agent is told of them before you have looked",
            advice="accept or retire them in the view Learnings",
        )
