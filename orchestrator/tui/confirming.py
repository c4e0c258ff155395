"""Nothing is asked of a run before a person knows what would come of it and says yes.

Nothing is decided here: whether a command makes sense is the domain's to say, and only the run's
own process carries it out.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from orchestrator.application.watching import acts
from orchestrator.application.watching.follow import Look
from orchestrator.domain.commands import ABOUT_A_PROCESS, Answer
from orchestrator.domain.events import CommandAccepted, PersonCommand, Steering
from orchestrator.domain.visible import on_one_line, visible
from orchestrator.errors import LeafcutError
from orchestrator.tui.aside import aside
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
        if self._refused(command):
            return

        def ask() -> None:
            said = self.app.watched.ask(command)
            self.app.call_later(self._tell_answer, command, said)
            if then_on:
                self._set_to_work()

        aside(ask, self.app, self._tell_failure, command.word)

    def _go_on(self, said: str | None) -> None:
        if said:
            self.app.notify("a process is set to work on the run …")
            aside(self._set_to_work, self.app, self._tell_failure, "go on")

    def _set_to_work(self) -> None:
        self.app.watched.go_on()
        self.app.call_later(self.app.notify, "a process works on the run")

    def _tell_answer(self, command: PersonCommand, said: Answer | None) -> None:
        taken = said is None or isinstance(said, CommandAccepted)
        self.app.notify(
            acts.outcome(self.look, command, said),
            severity="information" if taken else "error",
            markup=False,
        )

    def _tell_failure(self, doing: str, error: LeafcutError) -> None:
        said = f"{visible(error.message)}\n{visible(error.hint)}".strip()
        self.app.push_screen(Confirm(f"{doing}: failed", said, (Choice(CANCEL, "Close"),)))
