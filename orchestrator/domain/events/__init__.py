"""What can happen in a run, as frozen values; the journal is a sequence of these.

Intent stands before each effect and its result after it: `AttemptStarted` before `AttemptEnded`,
`LandingStarted` before `LandingEnded`. Only `orchestrator.domain.fold` gives them meaning, in
modules of the same names.
"""

from orchestrator.domain.events.about import Event, tasks_of
from orchestrator.domain.events.attempts import (
    AttemptEnded,
    AttemptStarted,
    CheckingStarted,
    Unparked,
    attempt_key,
)
from orchestrator.domain.events.course import (
    BaselineTaken,
    BudgetChanged,
    PlaybookChanged,
    RunEnd,
    RunEnded,
    RunResumed,
    RunStarted,
)
from orchestrator.domain.events.growth import BaseUpdated, PlanChanged
from orchestrator.domain.events.landings import (
    HeadChecked,
    HeadCheckStarted,
    Landed,
    LandingEnded,
    LandingLooked,
    LandingStarted,
    Reverted,
    SentBack,
)
from orchestrator.domain.events.learnings import BusChanged, LearningAdded, MessageSent
from orchestrator.domain.events.people import (
    CommandAccepted,
    CommandRefused,
    PersonCommand,
    Steering,
)

__all__ = [
    "AttemptEnded",
    "AttemptStarted",
    "BaseUpdated",
    "BaselineTaken",
    "BudgetChanged",
    "BusChanged",
    "CheckingStarted",
    "CommandAccepted",
    "CommandRefused",
    "Event",
    "HeadCheckStarted",
    "HeadChecked",
    "Landed",
    "LandingEnded",
    "LandingLooked",
    "LandingStarted",
    "LearningAdded",
    "MessageSent",
    "PersonCommand",
    "PlanChanged",
    "PlaybookChanged",
    "Reverted",
    "RunEnd",
    "RunEnded",
    "RunResumed",
    "RunStarted",
    "SentBack",
    "Steering",
    "Unparked",
    "attempt_key",
    "tasks_of",
]
