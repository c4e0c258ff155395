"""What can be found by name: acts, views, and the tasks of the run."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias, cast

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider

from orchestrator.application.glyphs import STATE_GLYPHS
from orchestrator.domain.visible import on_one_line
from orchestrator.tui.acts import ABOUT_LEARNINGS, ACTS

if TYPE_CHECKING:
    from orchestrator.tui.app import Dashboard

MOST = 50
"""How many tasks are offered at once."""
Entry: TypeAlias = tuple[str, str, Callable[[], None]]


class _Named(Provider):
    """Few things, each with a name and what it is good for; all are shown before a word is said."""

    @property
    def dashboard(self) -> "Dashboard":
        """The dashboard."""
        return cast("Dashboard", self.app)

    def entries(self) -> Iterator[Entry]:
        """Return them."""
        raise NotImplementedError

    async def discover(self) -> Hits:
        """Offer all."""
        for name, says, call in self.entries():
            yield DiscoveryHit(name, call, help=says)

    async def search(self, query: str) -> Hits:
        """Offer those whose name is like what was typed."""
        matcher = self.matcher(query)
        for name, says, call in self.entries():
            if (score := matcher.match(name)) > 0:
                yield Hit(score, matcher.highlight(name), call, help=says)


class ActsProvider(_Named):
    """What a person can ask the run for."""

    def entries(self) -> Iterator[Entry]:
        """Return the acts, none where the run is only looked at."""
        for act in () if self.dashboard.read_only else (*ACTS, *ABOUT_LEARNINGS):
            yield act.title, act.says, partial(self.dashboard.action_act, act.name)


class ViewsProvider(_Named):
    """The views, and what stands beside them."""

    def entries(self) -> Iterator[Entry]:
        """Return the views, the keys, and the look of the screen."""
        for index, view in enumerate(self.dashboard.views):
            yield f"View {view.name_of}", view.hint, partial(self.dashboard.action_view, index)
        yield "Keys", "what each key does, and what the signs mean", self.dashboard.action_help
        yield "Theme", "light or dark, and other colours", self.dashboard.action_change_theme


class TasksProvider(Provider):
    """The tasks of the run, by title or file."""

    async def search(self, query: str) -> Hits:
        """Offer the first tasks that have all the words."""
        from orchestrator.application.watching.query import Query

        dashboard = cast("Dashboard", self.app)
        look, asked = dashboard.look, Query.of(query)
        if look is None or not asked:
            return
        found = (task for task in look.run.by_id if asked.finds(look, task))
        for task in islice(found, MOST):
            state = look.run.tasks[task].state
            title = on_one_line(look.run.by_id[task].title)
            says = f"{STATE_GLYPHS[state]} {state}"
            call = partial(dashboard.open_task, task)
            yield Hit(0.1, Text(title), call, text=title, help=says)
