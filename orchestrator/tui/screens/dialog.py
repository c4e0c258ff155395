"""The frame of a question that stands over everything else."""

from textual.screen import ModalScreen, ScreenResultType


class Dialog(ModalScreen[ScreenResultType]):
    """A box in the middle, with the answers at its lower right; what is asked is a subclass's."""

    DEFAULT_CSS = """
    Dialog { align: center middle; }
    Dialog .box {
        width: 68; max-width: 95%; height: auto; max-height: 95%;
        border: round $primary; padding: 0 1; background: $surface;
        border-title-style: bold;
    }
    Dialog .said { height: auto; margin: 1 0; }
    Dialog .answers { height: auto; align-horizontal: right; }
    Dialog Button { margin-left: 2; min-width: 10; }
    """
