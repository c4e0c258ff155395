"""Steering: a person is told what would come of an act, says yes, and the run is asked for it.

Nothing is decided here: whether a command makes sense is the domain's to say, and only the run's
own process carries it out.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

from textual.app import App
from textual.binding import BindingType

from orchestrator.application.watching import acts
from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.watched import Watched
from orchestrator.domain.checkpoints import to_approve
from orchestrator.domain.commands import ABOUT_A_PROCESS
from orchestrator.domain.events import CommandAccepted, PersonCommand, Steering
from orchestrator.domain.visible import on_one_line, visible
from orchestrator.tui import asking
from orchestrator.tui.acts import ActName, bindings
from orchestrator.tui.screens.confirm import CANCEL, Choice, Confirm
from orchestrator.tui.screens.form import YES, Field, Form, Told, Values

NO = Choice(CANCEL, "Cancel")
AND_GO_ON = "go on"


class Steered(App[None]):
    """A dashboard's acts."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]

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

    @property
    def cluster_meant(self) -> str:
        """The failure cluster that a command is about."""
        raise NotImplementedError

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Know no act where the run is only looked at."""
        if action == "act" and self.read_only:
            return False
        return super().check_action(action, parameters)

    def action_act(self, name: ActName) -> None:
        """Begin an act."""
        if self.look is None or not self.look.whole:
            self.notify("the journal is still being read", severity="warning")
            return
        self.acting(name)(self.look)

    def acting(self, name: ActName) -> Callable[[Look], None]:
        """Return what an act does."""
        return partial(_ACTS[name], self)

    # -- the acts ----------------------------------------------------------------------------

    def pause(self, look: Look) -> None:
        """Pause, or let go on."""
        if look.run.paused:
            self._confirm("Let the run go on", self._command("unpause"), "Go on")
        else:
            self._confirm("Pause", self._command("pause"), "Pause")

    def stop(self, _: Look) -> None:
        """Stop the run."""
        self._confirm("Stop the run", self._command("stop"), "Stop")

    def approve(self, look: Look) -> None:
        """Approve the checkpoint that the run waits at."""
        checkpoint = to_approve(look.run)
        command = self._command("approve", checkpoint=checkpoint)
        further = not look.alive and checkpoint != "before_publish"
        also = (Choice(AND_GO_ON, "Approve and go on"),) if further else ()
        self._confirm("Approve", command, "Approve", also=also)

    def hold(self, look: Look) -> None:
        """Hold the tasks that are meant, or let them start if they are held."""
        tasks = self.tasks_meant
        if tasks and all(task in look.run.on_hold for task in tasks):
            self._confirm("Let it start", self._command("approve", tasks=tasks), "Approve")
            return
        why = Field(key="reason", label="Why", hint="for others to read; may be left out")
        self._fill_in("Hold", (why,), "Hold", self._about("hold", tasks))

    def skip(self, _: Look) -> None:
        """Leave the tasks that are meant out."""
        tasks = self.tasks_meant
        why = Field(key="reason", label="Why", hint="needed: it stands in every report")
        self._fill_in("Skip", (why,), "Skip", self._about("skip", tasks))

    def concurrency(self, look: Look) -> None:
        """Change how many attempts there are at once."""
        now = Field(
            key="jobs", label="At once", kind="number", value=str(look.run.pace.most_at_once)
        )
        self._fill_in(
            "Jobs",
            (now,),
            "Change",
            lambda said: self._command("concurrency", concurrency=_number(said["jobs"])),
        )

    def retry(self, look: Look) -> None:
        """Send the tasks that are meant back to work, or the cluster, or all that failed."""
        tasks = self.tasks_meant
        cluster = self.cluster_meant or (acts.failing_cluster(look, tasks[0]) if tasks else "")
        whole = Field(
            key="cluster",
            label=f"the whole cluster {cluster} ({acts.size_of(look, cluster)} tasks)",
            kind="flag",
            value=YES if self.cluster_meant else "",
        )
        note = Field(key="note", label="Note", hint="what the agent is told; may be left out")
        agents = tuple(sorted(look.run.all_agents))
        who = Field(key="agent", label="Agent", hint="as the playbook has it", offers=agents)

        def command(said: Values) -> PersonCommand:
            one = bool(said.get("cluster"))
            about: dict[str, Any] = {"cluster": cluster} if one else {"tasks": tasks}
            return self._command("retry", note=said["note"], agent=said["agent"], **about)

        fields = (note, who, *((whole,) if cluster else ()))
        self._fill_in("Retry", fields, "Retry", command)

    def go_on(self, look: Look) -> None:
        """Set a process to work on the run."""
        if why := acts.no_going_on(look):
            self.notify(why, severity="warning", markup=False)
            return
        choices = (Choice("do", "Go on"), NO)
        self.push_screen(Confirm("Go on", acts.going_on(look), choices), self._go_on)

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
        word = command.action.replace("_", " ")
        said = on_one_line(f"{word}: refused: {why}{hint}")
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


def _idle(app: Steered) -> bool:
    return app.look is not None and not app.look.alive


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


_ACTS: Mapping[ActName, Callable[[Steered, Look], None]] = {
    "pause": Steered.pause,
    "concurrency": Steered.concurrency,
    "retry": Steered.retry,
    "skip": Steered.skip,
    "hold": Steered.hold,
    "approve": Steered.approve,
    "stop": Steered.stop,
    "go_on": Steered.go_on,
}
