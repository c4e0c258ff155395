"""The helm: all that a person can ask a run for, and what is asked before it is left.

It is there once the journal is open; before, there is a screen and nothing to be asked.
"""

from typing import TYPE_CHECKING

from orchestrator.application.watching import acts
from orchestrator.application.watching.follow import Look
from orchestrator.tui.screens.confirm import CANCEL, Choice, Confirm
from orchestrator.tui.teaching import Teaching

if TYPE_CHECKING:
    from orchestrator.tui.app import Dashboard

STAY = Choice(CANCEL, "Stay")
LET_BE, STOP = "let be", "stop"


class Helm(Teaching):
    """Acts, and asks before a run that was started for its dashboard is left behind.

    `own` says that it was.
    """

    def __init__(self, app: "Dashboard", look: Look, *, own: bool) -> None:
        """Steer the run that is known as `look`, from its dashboard."""
        super().__init__(app, look)
        self._own = own
        self._leaves_at_end = False
        self._was_alive = own

    def offered(self) -> frozenset[str]:
        """Return what applies to the run because it is as it is."""
        return acts.offered(self.look)

    def note(self) -> str:
        """Return what a person should know at any time."""
        return acts.note(self.look, read_only=self.app.read_only)

    def leave(self) -> None:
        """Leave, at once where nothing goes on that was begun here."""
        if not self._own or not self.look.alive or self.look.run.ended:
            self.app.exit()
            return
        if isinstance(self.app.screen, Confirm):
            return
        meaning = acts.meaning(self.look, self._command("stop"))
        said = f"Left going, it needs no screen. Stopped: {meaning}"
        choices = (Choice(LET_BE, "Leave it going"), Choice(STOP, "Stop it"), STAY)
        self.app.push_screen(Confirm("Leave", said, choices), self._leave)

    def _leave(self, said: str | None) -> None:
        if said == LET_BE:
            self.app.exit()
        elif said == STOP:
            self._leaves_at_end = True
            self._ask(self._command("stop"))
            self.app.notify("leaves when the run has stopped; q leaves at once")

    def tell_end(self) -> None:
        """Say once that nobody works on the run any more, and leave where that was waited for."""
        ended = self._was_alive and not self.look.alive
        self._was_alive = self.look.alive
        if not ended:
            return
        if self._leaves_at_end:
            self.app.exit()
            return
        self.app.notify(acts.ending(self.look), markup=False, timeout=10)
