"""Nothing is asked of a run before a person knows what would come of it and says yes.

Nothing is decided here: whether a command makes sense is the domain's to say, and only the run's
own process carries it out.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from orchestrator.application.watching import acts
from orchestrator.application.watching.follow import Look
from orchestrator.domain.commands import ABOUT_A_PROCESS
from orchestrator.domain.events import CommandAccepted, PersonCommand, Steering
from orchestrator.domain.visible import on_one_line, visible
from orchestrator.tui import asking
from orchestrator.tui.screens.confirm import CANCEL, Choice, Confirm
from orchestrator.tui.screens.form import Field, Form, Told, Values

if TYPE_CHECKING:
    from orchestrator.tui.app import Dashboard

NO = Choice(CANCEL, "Cancel")
AND_GO_ON = "go on"


class Confirming:
    """Asks a person first, then the run, and tells on the dashboard what was answered."""

    def __init__(self, app: "Dashboard", look: Look) -> None:
        """Steer the run that is known as `look`, from its dashboard."""
        self.app = app
        self.look = look

    # -- asking a person ---------------------------------------------------------------------

    def _confirm(
        self, title: str, command: PersonCommand, word: str, *, also: tuple[Choice, ...] = ()
    ) -> None:
        """Say what would come of a command; refuse at once what the run would refuse."""
        if self._refused(command):
            return
        destroys = command.action in acts.DESTROYING
        yes = Choice("do", word)
        choices = (NO, yes) if destroys else (*also, yes, NO)

        def answered(said: str | None) -> None:
            if said:
                self._ask(command, then_on=said == AND_GO_ON)

        meaning = acts.meaning(self.look, command)
        self.app.push_screen(Confirm(title, meaning, choices), answered)

    def _fill_in(
        self,
        title: str,
        fields: tuple[Field, ...],
        word: str,
        command: Callable[[Values], PersonCommand],
    ) -> None:
        """Have fields filled in, and say meanwhile what would come of it."""
        likely = {one.key: one.value or ("" if one.kind == "flag" else "…") for one in fields}
        if self._refused(command(likely)):
            return

        def tell(said: Values) -> Told:
            return self._foretold(command(said))

        def answered(said: Values | None) -> None:
            if said is not None:
                self._ask(command(said))

        self.app.push_screen(Form(title, fields, tell, word), answered)

    def _foretold(self, command: PersonCommand) -> Told:
        why = acts.refusal(self.look, command)
        return Told(acts.meaning(self.look, command), on_one_line(why))

    def _refused(self, command: PersonCommand) -> bool:
        if not (why := acts.refusal(self.look, command)):
            return False
        idle = command.action in ABOUT_A_PROCESS and not self.look.alive
        hint = ": R goes on with it" if idle else ""
        said = on_one_line(f"{command.word}: refused: {why}{hint}")
        self.app.notify(said, severity="warning", markup=False)
        return True

    # -- asking the run ----------------------------------------------------------------------

    def _command(self, action: Steering, **said: Any) -> PersonCommand:
        return PersonCommand(id=0, who=self.app.watched.who, action=action, **said)

    def _about(self, action: Steering, tasks: tuple[str, ...]) -> Callable[[Values], PersonCommand]:
        return lambda said: self._command(action, tasks=tasks, reason=said["reason"])

    def _ask(self, command: PersonCommand, *, then_on: bool = False) -> None:
        """Ask the run, unless it has come to refuse the command while a person thought."""
        if not self._refused(command):
            asking.ask(self.app.watched, self.app, command, then_on=then_on)

    def _go_on(self, said: str | None) -> None:
        if said:
            self.app.notify("a process is set to work on the run …")
            asking.go_on(self.app.watched, self.app)

    def tell_answer(self, message: asking.Answered) -> None:
        """Say what was answered."""
        taken = message.said is None or isinstance(message.said, CommandAccepted)
        self.app.notify(
            acts.outcome(self.look, message.command, message.said),
            severity="information" if taken else "error",
            markup=False,
        )

    def tell_failure(self, message: asking.Failed) -> None:
        """Say why something that was asked for did not come about."""
        error = message.error
        said = f"{visible(error.message)}\n{visible(error.hint)}".strip()
        title = f"{message.doing}: failed"
        self.app.push_screen(Confirm(title, said, (Choice(CANCEL, "Close"),)))
