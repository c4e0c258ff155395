"""What stands in a terminal that is too small for anything else."""

from textual.app import RenderResult
from textual.widget import Widget


class TooSmall(Widget):
    """Says so in place of all the rest, until there is room again."""

    # It covers the rest, which keeps its focus: what is hidden would lose that.
    DEFAULT_CSS = """
    TooSmall {
        display: none; layer: above; width: 100%; height: 100%;
        content-align: center middle; background: $background;
    }
    Screen.-tiny > TooSmall, Screen.-low > TooSmall { display: block; }
    """

    def render(self) -> RenderResult:
        """Return the words."""
        return "too small: needs 40×10"
