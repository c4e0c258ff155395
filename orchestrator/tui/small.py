"""What stands in a terminal that is too small for anything else."""

from textual.app import RenderResult
from textual.geometry import Size
from textual.widget import Widget

LEAST = Size(40, 10)


class TooSmall(Widget):
    """Says so over all the rest, until there is room again.

    It covers the rest, which keeps its focus: what is hidden would lose that.
    """

    DEFAULT_CSS = """
    TooSmall {
        display: none; layer: above; width: 100%; height: 100%;
        content-align: center middle; background: $background;
    }
    """

    def fit(self, size: Size) -> None:
        """Show it where there is no room for the rest."""
        self.display = size.width < LEAST.width or size.height < LEAST.height

    def render(self) -> RenderResult:
        """Return the words."""
        return f"too small: needs {LEAST.width}×{LEAST.height}"
