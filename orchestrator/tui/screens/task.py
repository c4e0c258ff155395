"""A task from near: why it is where it is, and everything that its attempts left behind."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import ContentSwitcher

from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.near.story import Episode, episodes, opening
from orchestrator.application.watching.watched import Watched
from orchestrator.tui.acts import quiet
from orchestrator.tui.keys import Keys
from orchestrator.tui.listing import Listing
from orchestrator.tui.panes.about import AboutPane
from orchestrator.tui.panes.attempts import AttemptsPane
from orchestrator.tui.panes.checks import ChecksPane
from orchestrator.tui.panes.diff import DiffPane
from orchestrator.tui.panes.pane import Near, Pane
from orchestrator.tui.panes.prompt import PromptPane
from orchestrator.tui.panes.title import Chooser, Title
from orchestrator.tui.panes.transcript import TranscriptPane
from orchestrator.tui.tabs import Tab, Tabs


class TaskScreen(Screen[str]):
    """One task; `[` and `]` choose the attempt that is shown, the last one at first.

    Its result is the task that was seen last.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(n), f"pane({n - 1})", f"Pane {n}", show=False) for n in range(1, 7)),
        Binding("tab", "turn(1)", "Next pane", show=False),
        Binding("shift+tab", "turn(-1)", "Pane before", show=False),
        Binding("right_square_bracket,right", "choose(1)", "Attempt", key_display="[ ]"),
        Binding("left_square_bracket,left", "choose(-1)", "Attempt before", show=False),
        Binding("n", "go(1)", "Next", key_display="n N", tooltip="Next task"),
        Binding("N", "go(-1)", "Task before", show=False),
        Binding("escape,q", "leave", "Back", key_display="esc"),
        *quiet("stop"),
    ]

    def __init__(
        self, task: str, look: Look, watched: Watched, around: Callable[[], Sequence[str]]
    ) -> None:
        """Show a task; `around` gives the tasks of the list that it was chosen from."""
        super().__init__()
        self.shows = task
        self._look = look
        self._around = around
        self._token = ""
        self.panes: tuple[Pane, ...] = (
            ChecksPane(),
            TranscriptPane(watched),
            DiffPane(watched),
            PromptPane(watched),
            AttemptsPane(),
            AboutPane(),
        )

    def compose(self) -> ComposeResult:
        """Lay out the title, the panes and the keys."""
        yield Title()
        yield Tabs()
        yield Chooser()
        with ContentSwitcher(initial=opening(self._look, self.shows)):
            yield from self.panes
        yield Keys()

    def on_mount(self) -> None:
        """Begin with the pane that answers what a person wants to know."""
        self._open()

    @property
    def tasks_meant(self) -> tuple[str, ...]:
        """The task that a person's command is about."""
        return (self.shows,)

    @property
    def pane(self) -> Pane:
        """The pane that is seen."""
        return self.panes[self.query_one(Tabs).current]

    def look(self, look: Look) -> None:
        """Show what is known now."""
        self._look = look
        if not self.query(Title):  # not laid out yet, or gone already
            return
        near = self._near()
        self.query_one(Title).show(look, self.shows)
        self.query_one(Chooser).show(near)
        self.query_one(Tabs).tabs = tuple(
            Tab(pane.name_of, _badge(pane, near)) for pane in self.panes
        )
        self.pane.near(near)

    def _near(self) -> Near:
        told = episodes(self._look, self.shows)
        index = self._index(told)
        chosen = told[index] if told else None
        before = told[index - 1] if index > 0 else None
        return Near(look=self._look, task=self.shows, told=told, chosen=chosen, before=before)

    def _index(self, told: Sequence[Episode]) -> int:
        """Return which attempt is chosen; the last one where a person chose none."""
        tokens = [episode.span.token for episode in told]
        return tokens.index(self._token) if self._token in tokens else len(told) - 1

    def _open(self) -> None:
        names = [pane.id for pane in self.panes]
        self.action_pane(names.index(opening(self._look, self.shows)))

    # -- keys and mouse ----------------------------------------------------------------------

    def action_pane(self, index: int) -> None:
        """Show the pane of a number, from 0."""
        self.query_one(Tabs).current = index
        self.query_one(ContentSwitcher).current = self.pane.id
        self.pane.target.focus()
        self.look(self._look)

    def action_turn(self, by: int) -> None:
        """Show the next pane, or the one before."""
        self.action_pane((self.query_one(Tabs).current + by) % len(self.panes))

    def action_choose(self, by: int) -> None:
        """Show the next attempt, or the one before; the last one means whichever that is."""
        told = episodes(self._look, self.shows)
        index = max(0, min(len(told) - 1, self._index(told) + by))
        self._choose(told[index].span.token if index < len(told) - 1 else "")

    def _choose(self, token: str) -> None:
        self._token = token
        self.look(self._look)

    def action_go(self, by: int) -> None:
        """Show the next task of the list, or the one before."""
        around = self._around()
        if self.shows not in around:
            return
        at = around.index(self.shows) + by
        if 0 <= at < len(around):
            self.open(around[at])

    def open(self, task: str) -> None:
        """Show another task instead."""
        self.shows, self._token = task, ""
        self._open()

    def action_leave(self) -> None:
        """Go back to where the task was chosen."""
        self.dismiss(self.shows)

    def on_tabs_pressed(self, message: Tabs.Pressed) -> None:
        """Show another pane."""
        message.stop()
        self.action_pane(message.index)

    def on_listing_moved(self, message: Listing.Moved) -> None:
        """Choose the attempt under the cursor."""
        message.stop()
        told = episodes(self._look, self.shows)
        if told and message.key != told[self._index(told)].span.token:
            self._choose("" if message.key == told[-1].span.token else message.key)

    def on_listing_chosen(self, message: Listing.Chosen) -> None:
        """Show the checks of an attempt."""
        message.stop()
        self.action_pane(0)

    def on_listing_head_pressed(self, message: Listing.HeadPressed) -> None:
        """Leave the attempts in their order."""
        message.stop()


def _badge(pane: Pane, near: Near) -> str:
    """Return what stands beside a pane's name."""
    if pane.id == "checks" and near.chosen is not None and near.chosen.reasons:
        return f"✗{len(near.chosen.reasons)}"
    return str(len(near.told)) if pane.id == "attempts" and near.told else ""
