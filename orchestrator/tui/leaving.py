"""Leaving a dashboard, and what is to become of a run that was started for it."""

from orchestrator.application.watching import acts
from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.watched import Watched
from orchestrator.tui.screens.confirm import CANCEL, Choice, Confirm
from orchestrator.tui.teaching import Teaching

STAY = Choice(CANCEL, "Stay")
LET_BE, STOP = "let be", "stop"


class Leaving(Teaching):
    """A dashboard that asks before it leaves its own run behind."""

    def __init__(self, watched: Watched, *, read_only: bool, own: bool) -> None:
        """Ask only where the run was started for this dashboard."""
        super().__init__(watched, read_only=read_only)
        self._own = own
        self._leaves_at_end = False
        self._was_alive = own

    async def action_quit(self) -> None:
        """Leave, at once where nothing goes on that was begun here."""
        look = self.look
        if not self._own or look is None or not look.alive or look.run.ended:
            self.exit()
            return
        if isinstance(self.screen, Confirm):
            return
        said = (
            f"Left going, it needs no screen. Stopped: {acts.meaning(look, self._command('stop'))}"
        )
        choices = (Choice(LET_BE, "Leave it going"), Choice(STOP, "Stop it"), STAY)
        self.push_screen(Confirm("Leave", said, choices), self._leave)

    def _leave(self, said: str | None) -> None:
        if said == LET_BE:
            self.exit()
        elif said == STOP:
            self._leaves_at_end = True
            self._ask(self._command("stop"))
            self.notify("leaves when the run has stopped; q leaves at once")

    def tell_end(self, look: Look) -> None:
        """Say once that nobody works on the run any more, and leave where that was waited for."""
        ended = self._was_alive and not look.alive
        self._was_alive = look.alive
        if not ended:
            return
        if self._leaves_at_end:
            self.exit()
            return
        self.notify(acts.ending(look), markup=False, timeout=10)
