"""Nothing is asked of a run before a person knows what would come of it and says yes.

Nothing is decided here: whether a command makes sense is the domain's to say, and only the run's
own process carries it out.
"""

from collections.abc import Callable
from typing import Any

from textual.app import App

from orchestrator.application.watching import acts
from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.watched import Watched
from orchestrator.domain.commands import ABOUT_A_PROCESS
from orchestrator.domain.events import CommandAccepted, PersonCommand, Steering
from orchestrator.domain.visible import on_one_line, visible
from orchestrator.tui import asking
from orchestrator.tui.screens.confirm import CANCEL, Choice, Confirm
from orchestrator.tui.screens.form import Field, Form, Told, Values

NO = Choice(CANCEL, "Cancel")
AND_GO_ON = "go on"


class Confirming(App[None]):
    """A dashboard that asks a person first, then the run, and tells what was answered."""

    def __init__(self, watched: Watched, *, read_only: bool) -> None:
        """Steer a run, unless it is only looked at."""
        super().__init__()
        self.watched = watched
        self.read_only = read_only
        self.look: Look | None = None

    @property
    def tasks_meant(self) -> tuple[str, ...]:
        """The tasks that a command is about."""
        raise NotImplementedError

    def on_notify(self) -> None:
        """Show one word at a time, the last: several would hide the rows that they are about."""
        self.clear_notifications()

    # -- asking a person ---------------------------------------------------------------------

    def _confirm(
        self, title: str, command: PersonCommand, word: str, *, also: tuple[Choice, ...] = ()
    ) -> None:
        """Say what would come of a command; refuse at once what the run would refuse."""
        if self.look is None or self._refused(command):
            return
        destroys = command.action in acts.DESTROYING
        yes = Choice("do", word)
        choices = (NO, yes) if destroys else (*also, yes, NO)

        def answered(said: str | None) -> None:
            if said:
                self._ask(command, then_on=said == AND_GO_ON)

        self.push_screen(Confirm(title, acts.meaning(self.look, command), choices), answered)

    def _fill_in(
        self,
        title: str,
        fields: tuple[Field, ...],
        word: str,
        command: Callable[[Values], PersonCommand],
    ) -> None:
        """Have fields filled in, and say meanwhile what would come of it."""
        likely = {one.key: one.value or ("" if one.kind == "flag" else "…") for one in fields}
        if self.look is None or self._refused(command(likely)):
            return

        def tell(said: Values) -> Told:
            return self._foretold(command(said))

        def answered(said: Values | None) -> None:
            if said is not None:
                self._ask(command(said))

        self.push_screen(Form(title, fields, tell, word), answered)

    def _foretold(self, command: PersonCommand) -> Told:
        if self.look is None:
            return Told("")
        why = acts.refusal(self.look, command)
        return Told(acts.meaning(self.look, command), on_one_line(why))

    def _refused(self, command: PersonCommand) -> bool:
        if self.look is None or not (why := acts.refusal(self.look, command)):
            return False
        hint = ": R goes on with it" if command.action in ABOUT_A_PROCESS and _idle(self) else ""
        said = on_one_line(f"{command.word}: refused: {why}{hint}")
        self.notify(said, severity="warning", markup=False)
        return True

    # -- asking the run ----------------------------------------------------------------------

    def _command(self, action: Steering, **said: Any) -> PersonCommand:
        return PersonCommand(id=0, who=self.watched.who, action=action, **said)

    def _about(self, action: Steering, tasks: tuple[str, ...]) -> Callable[[Values], PersonCommand]:
        return lambda said: self._command(action, tasks=tasks, reason=said["reason"])

    def _ask(self, command: PersonCommand, *, then_on: bool = False) -> None:
        """Ask the run, unless it has come to refuse the command while a person thought."""
        if not self._refused(command):
            asking.ask(self.watched, self, command, then_on=then_on)

    def _go_on(self, said: str | None) -> None:
        if said:
            self.notify("a process is set to work on the run …")
            asking.go_on(self.watched, self)

    def on_answered(self, message: asking.Answered) -> None:
        """Say what was answered."""
        if self.look is None:
            return
        taken = message.said is None or isinstance(message.said, CommandAccepted)
        self.notify(
            acts.outcome(self.look, message.command, message.said),
            severity="information" if taken else "error",
            markup=False,
        )

    def on_went_on(self) -> None:
        """Say that the run goes on."""
        self.notify("a process works on the run")

    def on_failed(self, message: asking.Failed) -> None:
        """Say why not."""
        error = message.error
        said = f"{visible(error.message)}\n{visible(error.hint)}".strip()
        title = f"{message.doing}: failed"
        self.push_screen(Confirm(title, said, (Choice(CANCEL, "Close"),)))


def _idle(app: Confirming) -> bool:
    return app.look is not None and not app.look.alive
