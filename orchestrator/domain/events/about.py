"""All events as one type, and which tasks one is about."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from orchestrator.domain.events.attempts import (
    AttemptEnded,
    AttemptStarted,
    CheckingStarted,
    Unparked,
)
from orchestrator.domain.events.course import (
    BaselineTaken,
    BudgetChanged,
    PlaybookChanged,
    RunEnded,
    RunResumed,
    RunStarted,
)
from orchestrator.domain.events.growth import BaseUpdated, PlanChanged
from orchestrator.domain.events.landings import (
    HeadChecked,
    HeadCheckStarted,
    LandingEnded,
    LandingLooked,
    LandingStarted,
)
from orchestrator.domain.events.learnings import BusChanged, LearningAdded, MessageSent
from orchestrator.domain.events.people import CommandAccepted, CommandRefused

Event: TypeAlias = (
    RunStarted
    | RunResumed
    | BudgetChanged
    | PlaybookChanged
    | BaselineTaken
    | AttemptStarted
    | CheckingStarted
    | AttemptEnded
    | LearningAdded
    | MessageSent
    | BusChanged
    | Unparked
    | LandingStarted
    | LandingLooked
    | LandingEnded
    | HeadCheckStarted
    | HeadChecked
    | PlanChanged
    | BaseUpdated
    | CommandAccepted
    | CommandRefused
    | RunEnded
)


def _changed(event: PlanChanged) -> set[str]:
    over = (*event.absorbed, *event.given_up, *event.gone)
    return {task.id for task in (*event.added, *event.changed)} | {task for task, _ in over}


def _updated(event: BaseUpdated) -> set[str]:
    undone = {task for task, _ in event.undone}
    return _changed(event.plan) | {one.task for one in event.landed} | undone


_ABOUT: Mapping[type, Callable[[Any], Iterable[str]]] = {
    AttemptStarted: lambda event: (event.task,),
    CheckingStarted: lambda event: (event.task,),
    AttemptEnded: lambda event: (event.result.task,),
    LearningAdded: lambda event: filter(None, (event.learning.provenance.task,)),
    MessageSent: lambda event: (event.message.task,),
    LandingStarted: lambda event: event.tasks,
    LandingLooked: lambda event: (event.task,),
    LandingEnded: lambda event: (one.task for one in (*event.landed, *event.sent_back)),
    HeadChecked: lambda event: (one.task for one in event.reverted),
    PlanChanged: _changed,
    BaseUpdated: _updated,
    CommandAccepted: lambda event: event.tasks,
}


def tasks_of(event: Event) -> frozenset[str]:
    """Return the tasks that an event is about; none when it is about the whole run."""
    about = _ABOUT.get(type(event))
    return frozenset(about(event)) if about else frozenset()
