"""The line of keys at the foot of the screen."""

from textual import events
from textual.widgets import Footer


class Keys(Footer):
    """The keys that are good for something here, closer together where it is narrow."""

    WIDE = 100
    """From how many cells on there is room to spare."""

    def __init__(self) -> None:
        """Have no key of the palette: it is told among the others."""
        super().__init__(show_command_palette=False)

    def on_resize(self, event: events.Resize) -> None:
        """Use the room that there is."""
        self.compact = event.size.width < self.WIDE
