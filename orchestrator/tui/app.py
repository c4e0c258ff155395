"""The dashboard itself: it takes in what the reader finds and shows it in the view that is seen.

It owns no state but where a person stands. What it knows is the fold of the journal, taken in
between keys, a few milliseconds at a time; what a person asks for goes to the run as a command.

What is imported here is there before the first frame is, and so is only the frame: views, acts and
all that knows what a run is made of come after it.
"""

import asyncio
import signal
import time
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import ContentSwitcher

from orchestrator.tui.acts import ALWAYS, ActName, bindings
from orchestrator.tui.header import Header
from orchestrator.tui.intake import Intake
from orchestrator.tui.keys import Keys
from orchestrator.tui.palette import ActsProvider, TasksProvider, ViewsProvider
from orchestrator.tui.reader import Begun, News, Reader, Unreadable
from orchestrator.tui.small import TooSmall
from orchestrator.tui.sparing import Sparing
from orchestrator.tui.tabs import Tab, Tabs
from orchestrator.tui.themes import DARK, LIGHT

if TYPE_CHECKING:
    from orchestrator.application.watching.follow import Look
    from orchestrator.application.watching.watched import Watched
    from orchestrator.tui.helm import Helm
    from orchestrator.tui.listing import Listing
    from orchestrator.tui.screens.task import TaskScreen
    from orchestrator.tui.view import TaskOpened, View

TICK_S = 0.2
"""How often it is seen whether something is to be drawn, in seconds."""
DRAW_S = 1.0
"""How often what goes on is drawn, in seconds; what happens after a pause is drawn at once."""
SHARE = 0.05
"""What part of a processor drawing may take by itself; a person's keys are drawn at once."""


class Dashboard(App[None]):
    """See and steer one run; with `read_only` it is only seen.

    `own` is a run that was started for this dashboard: who leaves while it goes on is asked what is
    to become of it. Its result is None; `failed` is the error that made it end, where one did.
    """

    TITLE = "leafcut"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS = {ActsProvider, ViewsProvider, TasksProvider}  # noqa: RUF012 - as Textual has it
    CSS = """
    Screen { layers: default above; }
    ContentSwitcher { height: 1fr; }
    """
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - as Textual has it
        (0, "-narrow"),
        (100, "-wide"),
        (160, "-huge"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(),
        *(Binding(str(n), f"view({n - 1})", f"View {n}", show=False) for n in range(1, 7)),
        Binding("question_mark", "help", "Keys", key_display="?"),
        Binding("q", "quit", "Quit"),
    ]

    def __init__(self, watched: "Watched", *, read_only: bool = False, own: bool = False) -> None:
        """Show a run."""
        super().__init__()
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = DARK.name
        self.watched = watched
        self.read_only = read_only
        self.failed: Exception | None = None
        self.views: tuple[View, ...] = ()
        self._unprepared: list[View] = []
        self._own = own
        self._helm: Helm | None = None
        self._offered: frozenset[str] = frozenset()
        self._reader = Reader(watched, self)
        self._intake: Intake | None = None
        self._drawing = Sparing(DRAW_S, SHARE)
        self._due = False

    def compose(self) -> ComposeResult:
        """Lay out the header, room for the views, and the keys."""
        yield Header(self.watched.name, self.watched.target)
        yield Tabs()
        yield ContentSwitcher()
        yield Keys()
        yield TooSmall()

    def on_mount(self) -> None:
        """Bring the views once the first frame is there."""
        self._heed_signals()
        self.query_one(TooSmall).fit(self.size)
        self.set_interval(TICK_S, self._tick)
        self.call_after_refresh(self._furnish)

    async def _furnish(self) -> None:
        """Bring the views, which take a while to be read in and laid out; then begin to read."""
        from orchestrator.tui.views.every import every_view

        room = self.query_one(ContentSwitcher)
        if not room.is_attached:  # whoever has left already needs none
            return
        self.views = every_view(self.watched)
        self._unprepared = list(self.views)
        for view in self.views:
            view.display = False
        await room.mount(*self.views)
        self._name_views()
        self.action_view(0)
        self._reader.start()

    def on_resize(self, event: events.Resize) -> None:
        """Say where there is too little room."""
        self.query_one(TooSmall).fit(event.size)

    def on_unmount(self) -> None:
        """Stop reading."""
        self._reader.close()
        if self._intake is not None:
            self._intake.close()

    def _heed_signals(self) -> None:
        """Leave a terminal as it was found, also when somebody ends the dashboard from outside."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self.exit)

    @property
    def look(self) -> "Look | None":
        """What is known of the run, once its journal is open."""
        return None if self._helm is None else self._helm.look

    @property
    def settled(self) -> bool:
        """Whether all that has been read is on the screen."""
        return self.look is not None and self.look.whole and not self._due

    @property
    def view(self) -> "View":
        """The view that is seen."""
        return self.views[self.query_one(Tabs).current]

    @property
    def near(self) -> "TaskScreen | None":
        """The task that is seen from near, which covers the views."""
        from orchestrator.tui.screens.task import TaskScreen

        found = (screen for screen in self.screen_stack if isinstance(screen, TaskScreen))
        return next(found, None)

    @property
    def tasks_meant(self) -> tuple[str, ...]:
        """The tasks that a person's command is about."""
        return (self.near or self.view).tasks_meant

    @property
    def learnings_meant(self) -> tuple[str, ...]:
        """The learnings that a person's command is about."""
        return () if self.near else self.view.learnings_meant

    # -- what the reader finds ---------------------------------------------------------------

    def on_begun(self, message: Begun) -> None:
        """Begin to take in the journal."""
        from orchestrator.application.watching.follow import Look
        from orchestrator.tui.helm import Helm

        look = Look(message.plan, message.policy)
        look.of, look.now = message.of, self.watched.now()
        self._helm = Helm(self, look, own=self._own)
        self._intake = Intake(look, self, taken=self._taken, so_far=self._tell_how_far)
        self._draw()

    def on_news(self, message: News) -> None:
        """Take in what was recorded, bit by bit."""
        if self._intake is not None:
            self._intake.add(message)

    def _taken(self) -> None:
        self._due = True
        if self._helm is not None and self._helm.look.whole:
            self._helm.tell_end()

    def _tell_how_far(self) -> None:
        if self.look is not None:
            self.query_one(Header).reading = (self.look.sequence, self.look.of)

    def on_unreadable(self, message: Unreadable) -> None:
        """End, and let the command line say why."""
        self.failed = message.error
        self.exit()

    # -- what is seen ------------------------------------------------------------------------

    def _tick(self) -> None:
        """Draw what is new, and ages, but no more often than what drawing takes allows.

        While nothing is to be drawn, views are made ready to be seen for the first time.
        """
        if self.look is None or not self.look.whole:
            return
        if (self._due or self.look.alive) and self._drawing.allows(time.perf_counter()):
            self._draw()
        elif self._unprepared:
            self._unprepared.pop().prepare(self.look)

    def _draw(self) -> None:
        from orchestrator.application.watching.headline import headline

        helm = self._helm
        if helm is None or not self.query(Header):  # which is gone while it ends
            return
        began, look = time.perf_counter(), helm.look
        look.now = self.watched.now()
        header = self.query_one(Header)
        if look.whole:
            header.headline = headline(look)
        header.note = helm.note()
        if look.whole and (offered := helm.offered()) != self._offered:
            self._offered = offered
            self.refresh_bindings()
        (self.near or self.view).look(look)
        self._name_views()
        self._due = False
        if look.whole:
            now = time.perf_counter()
            self._drawing.done(now, now - began)

    def _name_views(self) -> None:
        look = self.look
        self.query_one(Tabs).tabs = tuple(
            Tab(view.name_of, view.badge(look) if look and look.whole else "")
            for view in self.views
        )

    def on_tabs_pressed(self, message: Tabs.Pressed) -> None:
        """Show another view."""
        self.action_view(message.index)

    def on_task_opened(self, message: "TaskOpened") -> None:
        """Show a task from near."""
        from orchestrator.tui.listing import Listing
        from orchestrator.tui.screens.task import TaskScreen

        if self.look is None or message.task not in self.look.run.tasks:
            return
        if self.near is not None:
            self.near.open(message.task)
            return
        here = self.focused
        listing = here if isinstance(here, Listing) else self.view.query(Listing).first()
        around = partial(self._around, listing)
        screen = TaskScreen(message.task, self.look, self.watched, around)
        self.push_screen(screen, partial(self._come_back, listing))

    def _around(self, listing: "Listing") -> list[str]:
        """Return the tasks of a list, in its order."""
        return [key for key in listing.keys if self.look and key in self.look.run.tasks]

    def _come_back(self, listing: "Listing", task: str | None) -> None:
        """Go on in the list, at the task that was seen last where it has that."""
        listing.go_to(task or "")
        self._draw()

    def action_view(self, index: int) -> None:
        """Show the view of a number, from 0."""
        if index >= len(self.views):
            return
        view = self.views[index]
        self.query_one(ContentSwitcher).current = view.id
        self.query_one(Tabs).current = index
        view.query("Listing").first().focus()
        if self.look is not None:
            view.look(self.look)

    def action_help(self) -> None:
        """Show the keys and what the signs mean."""
        from orchestrator.tui.help import Help

        if not isinstance(self.screen, Help):
            self.push_screen(Help(self.screen.active_bindings.values()))

    def open_task(self, task: str) -> None:
        """Go to a task in the table of all, and open it."""
        from orchestrator.tui.listing import Listing
        from orchestrator.tui.view import TaskOpened

        self.action_view(0)
        self.query_one("#tasks Listing", Listing).go_to(task)
        self.post_message(TaskOpened(task))

    def action_turn(self, by: int) -> None:
        """Show the next view, or the one before."""
        self.action_view((self.query_one(Tabs).current + by) % max(1, len(self.views)))

    # -- what a person asks for ----------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Know no act where the run is only looked at, and offer only what applies."""
        if action in {"act", "offer"} and self.read_only:
            return False
        if action == "offer":
            return bool({*parameters} & (ALWAYS | self._offered))
        return super().check_action(action, parameters)

    def action_offer(self, name: ActName) -> None:
        """Begin an act that stands in the line of keys."""
        self.action_act(name)

    def action_act(self, name: ActName) -> None:
        """Begin an act."""
        if self._helm is None or not self._helm.look.whole:
            self.notify("the journal is still being read", severity="warning")
        else:
            self._helm.acting(name)()

    async def action_quit(self) -> None:
        """Leave, or ask what is to become of the run first."""
        if self._helm is not None:
            self._helm.leave()
        else:
            self.exit()

    def on_notify(self) -> None:
        """Show one word at a time, the last: several would hide the rows that they are about."""
        self.clear_notifications()
