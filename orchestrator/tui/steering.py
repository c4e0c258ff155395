"""What a person can ask a run for: each act gathers what it is about, and is said before done."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar

from textual.binding import BindingType

from orchestrator.application.watching import acts
from orchestrator.application.watching.follow import Look
from orchestrator.domain.checkpoints import to_approve
from orchestrator.domain.events import PersonCommand
from orchestrator.tui.acts import ALWAYS, ActName, bindings
from orchestrator.tui.confirming import AND_GO_ON, NO, Confirming
from orchestrator.tui.screens.confirm import Choice, Confirm
from orchestrator.tui.screens.form import YES, Field, Values


class Steered(Confirming):
    """A dashboard's acts."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]

    offered: frozenset[str] = frozenset()
    """What the line of keys has because the run is as it is."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Know no act where the run is only looked at, and offer only what applies."""
        if action in {"act", "offer"} and self.read_only:
            return False
        if action == "offer":
            return bool({*parameters} & (ALWAYS | self.offered))
        return super().check_action(action, parameters)

    def offer(self, look: Look) -> None:
        """Have what applies now in the line of keys."""
        offered = acts.offered(look) if look.whole else self.offered
        if offered != self.offered:
            self.offered = offered
            self.refresh_bindings()

    def action_offer(self, name: ActName) -> None:
        """Begin an act that stands in the line of keys."""
        self.action_act(name)

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
        those = acts.fit_for(look, "hold", tasks)
        self._fill_in("Hold", (why,), "Hold", self._about("hold", those))

    def skip(self, look: Look) -> None:
        """Leave the tasks that are meant out."""
        tasks = acts.fit_for(look, "skip", self.tasks_meant)
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
        cluster = acts.failing_cluster(look, tasks[0]) if tasks else ""
        size = acts.size_of(look, cluster)
        whole = Field(
            key="cluster",
            label=f"the whole cluster {cluster} ({size} tasks)",
            kind="flag",
            value=YES if len(tasks) == size else "",
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
