"""What every pane of a task is, and what it is given to show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Container
from textual.widget import Widget

from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.near.story import Episode
from orchestrator.tui.panes.paper import Paper
from orchestrator.tui.panes.rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A task seen from near: its attempts, and the one that a person has chosen, if there is one.

    `before` is the attempt to compare it with.
    """

    look: Look
    task: str
    told: Sequence[Episode]
    chosen: Episode | None
    before: Episode | None

    @property
    def version(self) -> tuple[object, ...]:
        """What makes two of these say the same."""
        chosen = self.chosen.span.token if self.chosen else ""
        return self.look.sequence, self.look.alive, self.task, chosen


class Pane(Container):
    """One pane; `name_of` stands in the tab."""

    name_of: ClassVar[str] = ""
    DEFAULT_CSS = """
    Pane { height: 1fr; }
    """

    def near(self, near: Near) -> None:
        """Show what is known now; called while it is seen, a few times a second at most."""
        raise NotImplementedError

    @property
    def target(self) -> Widget:
        """What keys go to."""
        return self.query_one(Paper)


class Page(Pane):
    """A pane that is one text, made of what is known; it is made anew when that is another."""

    def __init__(self, id: str) -> None:  # noqa: A002 - Textual's own name
        """Show nothing yet."""
        super().__init__(id=id)
        self.paper = Paper()
        self._shown: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        yield self.paper

    def near(self, near: Near) -> None:
        """Show the text, where it is another; from its beginning, where it is of something else."""
        if near.version == self._shown:
            return
        if near.version[2:] != self._shown[2:]:
            self.paper.scroll_to(y=0, animate=False)
        self._shown = near.version
        self.paper.show(self.rows(near))

    def rows(self, near: Near) -> Sequence[Row]:
        """Return the text."""
        raise NotImplementedError
