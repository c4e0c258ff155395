"""What events mean: the fold from a plan and a sequence of events to the state of a run.

The journal is the one truth and this is the one reading of it. Each module has the meaning of one
kind of event; the table says which.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from orchestrator.domain import events
from orchestrator.domain.fold import (
    attempts,
    course,
    growth,
    head,
    landings,
    learnings,
    parking,
    people,
)
from orchestrator.domain.plan import Plan
from orchestrator.domain.policy import Policy
from orchestrator.domain.run import Run

MEANING: Mapping[type, Callable[[Run, Any], None]] = {
    events.RunStarted: course.started,
    events.RunResumed: course.resumed,
    events.BudgetChanged: course.budget_changed,
    events.PlaybookChanged: course.playbook_changed,
    events.BaselineTaken: course.baseline_taken,
    events.RunEnded: course.ended,
    events.AttemptStarted: attempts.started,
    events.CheckingStarted: attempts.checking,
    events.AttemptEnded: attempts.ended,
    events.LearningAdded: learnings.added,
    events.MessageSent: learnings.sent,
    events.BusChanged: learnings.bus_changed,
    events.Unparked: parking.unparked,
    events.LandingStarted: landings.started,
    events.LandingLooked: landings.looked,
    events.LandingEnded: landings.ended,
    events.HeadCheckStarted: head.started,
    events.HeadChecked: head.checked,
    events.PlanChanged: growth.changed,
    events.BaseUpdated: growth.updated,
    events.CommandAccepted: people.accepted,
    events.CommandRefused: people.refused,
}


def apply(run: Run, event: events.Event) -> None:
    """Take one event in.

    Raises:
        ValueError: the event asks for a change of state that the table of transitions lacks.
    """
    MEANING[type(event)](run, event)


def fold(plan: Plan, policy: Policy, recorded: Iterable[events.Event]) -> Run:
    """Return the state that a sequence of events leads to."""
    run = Run(plan, policy)
    for event in recorded:
        apply(run, event)
    return run
