"""The pane of what an attempt's agent was told, word by word."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import ClassVar

from orchestrator.application.tail import tail
from orchestrator.application.timeline import AttemptSpan
from orchestrator.application.watching.watched import Watched
from orchestrator.tui.panes.fetched import FetchedPane, Wanted
from orchestrator.tui.panes.pane import Near
from orchestrator.tui.panes.rows import Row, in_line, quoted, row


class PromptPane(FetchedPane):
    """The exact prompt."""

    name_of: ClassVar[str] = "Prompt"

    def __init__(self, watched: Watched) -> None:
        """Show nothing yet."""
        super().__init__("prompt")
        self._watched = watched

    def wanted(self, near: Near) -> Wanted | str:
        """Return whose prompt is to be shown; it may come only with the attempt's end."""
        if near.chosen is None:
            return "no agent has been told anything yet"
        span = near.chosen.span
        return Wanted(f"{span.token} {span.ended is None}", partial(self._rows, span))

    def _rows(self, span: AttemptSpan) -> Sequence[Row]:
        text = self._watched.told(span)
        if text:
            return list(_shown(text, f"{in_line(self._watched.name)} --task {in_line(span.task)}"))
        later = "it is kept when the agent has ended" if span.ended is None else "it takes none"
        return [row((f"there is no prompt of {span.agent}: {later}", "dim"))]


def _shown(text: str, whose: str) -> Iterator[Row]:
    """Yield the end of a prompt, under a line that says so where it is not all."""
    found = tail(text)
    if found.lacks:
        yield row((f"… {found.lacks}; leafcut logs {whose} --prompt", "wait"))
    yield from quoted("\n".join(found.lines), lead="")
