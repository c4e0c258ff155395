"""What every view of the dashboard is: a place that is shown what is known, while it is seen."""

from typing import ClassVar, Protocol, runtime_checkable

from textual.containers import Container
from textual.message import Message

from orchestrator.application.watching.follow import Look


class View(Container):
    """One view; `name_of` stands in the tab, `hint` says in a line what it shows."""

    name_of: ClassVar[str] = ""
    hint: ClassVar[str] = ""

    def look(self, look: Look) -> None:
        """Show what is known now; called while it is seen, a few times a second at most."""
        raise NotImplementedError

    def badge(self, look: Look) -> str:
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

    @property
    def cluster_meant(self) -> str:
        """The key of the failure cluster that the cursor stands on, empty for none."""
        return ""


@runtime_checkable
class Meaning(Protocol):
    """A screen over the views that says itself what a person's command is about."""

    @property
    def tasks_meant(self) -> tuple[str, ...]:
        """The tasks, as `View` has them."""
        ...


class TaskOpened(Message):
    """A person wants to see a task from near."""

    def __init__(self, task: str) -> None:
        """Say which."""
        super().__init__()
        self.task = task
