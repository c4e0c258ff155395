"""All views, in the order of their keys."""

from orchestrator.application.watching.watched import Watched
from orchestrator.tui.view import View
from orchestrator.tui.views.graph import GraphView
from orchestrator.tui.views.landing import LandingView
from orchestrator.tui.views.learnings import LearningsView
from orchestrator.tui.views.problems import ProblemsView
from orchestrator.tui.views.slices import SlicesView
from orchestrator.tui.views.tasks import TasksView


def every_view(watched: Watched) -> tuple[View, ...]:
    """Return the views of a run."""
    return (
        TasksView(),
        GraphView(),
        ProblemsView(),
        LandingView(),
        LearningsView(),
        SlicesView(watched.slices),
    )
