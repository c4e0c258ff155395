"""What every view of the dashboard is: a place that is shown what is known, while it is seen."""

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message

if TYPE_CHECKING:
    from orchestrator.application.watching.follow import Look


class View(Container):
    """One view; `name_of` stands in the tab, `hint` says in a line what it shows."""

    name_of: ClassVar[str] = ""
    hint: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [  # the screen's own tab would come before the app's
        Binding("tab", "app.turn(1)", "Next view", show=False),
        Binding("shift+tab", "app.turn(-1)", "View before", show=False),
    ]

    def look(self, look: "Look") -> None:
        """Show what is known now; called while it is seen, a few times a second at most."""
        raise NotImplementedError

    def prepare(self, look: "Look") -> None:
        """Work out what the first look would be long for; called once, when there is time."""

    def badge(self, look: "Look") -> str:
        """Return what stands beside the name in the tab, empty for nothing."""
        del look
        return ""

    @property
    def tasks_meant(self) -> tuple[str, ...]:
        """The tasks that a person's command is about, as the cursor stands."""
        return ()

    @property
    def learnings_meant(self) -> tuple[str, ...]:
        """The learnings that a person's command is about, as the cursor stands."""
        return ()


class TaskOpened(Message):
    """A person wants to see a task from near."""

    def __init__(self, task: str) -> None:
        """Say which."""
        super().__init__()
        self.task = task
