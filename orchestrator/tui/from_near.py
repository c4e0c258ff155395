"""A view of many things, one of which is seen from near."""

from collections.abc import Iterable, Sequence
from typing import ClassVar, Generic, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from orchestrator.application.watching.follow import Look
from orchestrator.tui.listing import Listing
from orchestrator.tui.view import TaskOpened, View

Thing = TypeVar("Thing")
BACK = Binding("escape", "back", "Back", show=False)
"""A view names it behind its own keys: they are told in this order."""


class Near(Vertical):
    """One thing from near: what is to be read of it, over a list of its parts."""

    def __init__(self, parts: Listing) -> None:
        """Begin with nothing to read."""
        super().__init__()
        self._parts = parts
        self._text = Static(markup=False)

    def compose(self) -> ComposeResult:
        """Lay out the text over the parts."""
        with VerticalScroll(can_focus=False):
            yield self._text
        yield self._parts

    def tell(self, page: Text) -> None:
        """Show something to read."""
        self._text.update(page)


class OneFromNear(View, Generic[Thing]):
    """A list; beside it, or in its place where there is no room for both, one of it from near.

    What a view adds: which `Thing` a key of the list stands for, what there is to read of it, and
    the keys of its parts, each of which leads to a task.
    """

    no_parts: ClassVar[str] = ""
    """What stands where a thing has no parts."""
    SCOPED_CSS = False  # the width is a class of the screen
    DEFAULT_CSS = """
    OneFromNear .all { width: 3fr; }
    OneFromNear Near { display: none; width: 2fr; padding: 0 0 0 1; }
    OneFromNear Near { border-left: solid $surface-lighten-2; }
    OneFromNear.-near Near, .-huge OneFromNear Near { display: block; }
    OneFromNear Near > VerticalScroll { height: auto; max-height: 60%; padding: 0 0 1 0; }
    OneFromNear Near Static { height: auto; }
    .-narrow OneFromNear Near { border-left: none; width: 1fr; padding: 0; }
    .-narrow OneFromNear.-near .all { display: none; }
    """

    def __init__(self, listing: Listing, parts: Listing, *, id: str) -> None:  # noqa: A002 - Textual's own name
        """Show what `listing` and `parts` are told to show."""
        super().__init__(id=id)
        self.listing = listing
        self.listing.add_class("all")
        self.parts = parts
        self.near = Near(parts)
        self._look: Look | None = None

    def compose(self) -> ComposeResult:
        """Lay out the list, and one of it."""
        yield from self.above()
        with Horizontal():
            yield self.listing
            yield self.near

    # -- what a view adds ----------------------------------------------------------------------

    def above(self) -> Iterable[Widget]:
        """Return what stands above the list."""
        return ()

    def thing(self, key: str) -> Thing | None:
        """Return what a key of the list stands for, None where that is not there any more."""
        raise NotImplementedError

    def page(self, thing: Thing, look: Look) -> Text:
        """Return what is to be read of a thing."""
        raise NotImplementedError

    def parts_of(self, thing: Thing, look: Look) -> Sequence[str]:
        """Return the keys of a thing's parts."""
        raise NotImplementedError

    def tasks_of(self, thing: Thing) -> tuple[str, ...]:
        """Return the tasks that a command is about which is given on a thing as a whole."""
        del thing
        return ()

    def task_of(self, part: str) -> str:
        """Return the task that a part leads to."""
        return part

    # -- one of the list -----------------------------------------------------------------------

    @property
    def current(self) -> Thing | None:
        """The thing under the cursor."""
        return self.thing(self.listing.current or "")

    @property
    def tasks_meant(self) -> tuple[str, ...]:
        """The task of the part under the cursor, or those of the thing under it."""
        if self.parts.has_focus and self.parts.current:
            return (self.task_of(self.parts.current),)
        thing = self.current
        return () if thing is None else self.tasks_of(thing)

    def show_near(self) -> None:
        """Show the thing under the cursor from near, where that can be seen."""
        thing, look = self.current, self._look
        if thing is None or look is None:
            self.leave()
        elif self.near.display:
            self.near.tell(self.page(thing, look))
            self.parts.show(self.parts_of(thing, look), empty=self.no_parts)

    def come_near(self) -> None:
        """Go from the list to the parts of the thing under its cursor."""
        self.add_class("-near")
        self.show_near()
        self.parts.cursor = 0
        self.parts.focus()

    def leave(self) -> None:
        """Go back to the list, where somebody is not there."""
        within = self.near.has_focus_within
        self.remove_class("-near")
        if within:
            self.listing.focus()

    def on_listing_moved(self, event: Listing.Moved) -> None:
        """Show the thing that the cursor is on."""
        if event.listing is self.listing:
            self.show_near()

    def on_listing_chosen(self, event: Listing.Chosen) -> None:
        """Show a thing from near; open the task of a part."""
        if event.listing is self.parts:
            self.post_message(TaskOpened(self.task_of(event.key)))
        else:
            self.come_near()

    def action_back(self) -> None:
        """Go back from one to all."""
        self.leave()
