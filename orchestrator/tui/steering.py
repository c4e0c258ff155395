"""What a person can ask a run for: each act gathers what it is about, and is said before done."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from orchestrator.application.watching import acts
from orchestrator.domain.checkpoints import to_approve
from orchestrator.domain.events import PersonCommand
from orchestrator.tui.acts import ActName
from orchestrator.tui.confirming import AND_GO_ON, NO, Confirming
from orchestrator.tui.screens.confirm import Choice, Confirm
from orchestrator.tui.screens.form import YES, Field, Values


class Steered(Confirming):
    """The acts about a run and its tasks."""

    def acting(self, name: ActName) -> Callable[[], None]:
        """Return what an act does."""
        return partial(_ACTS[name], self)

    def pause(self) -> None:
        """Pause, or let go on."""
        if self.look.run.paused:
            self._confirm("Let the run go on", self._command("unpause"), "Go on")
        else:
            self._confirm("Pause", self._command("pause"), "Pause")

    def stop(self) -> None:
        """Stop the run."""
        self._confirm("Stop the run", self._command("stop"), "Stop")

    def approve(self) -> None:
        """Approve the checkpoint that the run waits at."""
        checkpoint = to_approve(self.look.run)
        command = self._command("approve", checkpoint=checkpoint)
        further = not self.look.alive and checkpoint != "before_publish"
        also = (Choice(AND_GO_ON, "Approve and go on"),) if further else ()
        self._confirm("Approve", command, "Approve", also=also)

    def hold(self) -> None:
        """Hold the tasks that are meant, or let them start if they are held."""
        tasks = self.app.tasks_meant
        if tasks and all(task in self.look.run.on_hold for task in tasks):
            self._confirm("Let it start", self._command("approve", tasks=tasks), "Approve")
            return
        why = Field(key="reason", label="Why", hint="for others to read; may be left out")
        those = acts.fit_for(self.look, "hold", tasks)
        self._fill_in("Hold", (why,), "Hold", self._about("hold", those))

    def skip(self) -> None:
        """Leave the tasks that are meant out."""
        tasks = acts.fit_for(self.look, "skip", self.app.tasks_meant)
        why = Field(key="reason", label="Why", hint="needed: it stands in every report")
        self._fill_in("Skip", (why,), "Skip", self._about("skip", tasks))

    def concurrency(self) -> None:
        """Change how many attempts there are at once."""
        most = str(self.look.run.pace.most_at_once)
        now = Field(key="jobs", label="At once", kind="number", value=most)
        self._fill_in(
            "Jobs",
            (now,),
            "Change",
            lambda said: self._command("concurrency", concurrency=_number(said["jobs"])),
        )

    def retry(self) -> None:
        """Send the tasks that are meant back to work, or the cluster, or all that failed."""
        tasks = self.app.tasks_meant
        cluster = acts.failing_cluster(self.look, tasks[0]) if tasks else ""
        size = acts.size_of(self.look, cluster)
        whole = Field(
            key="cluster",
            label=f"the whole cluster {cluster} ({size} tasks)",
            kind="flag",
            value=YES if len(tasks) == size else "",
        )
        note = Field(key="note", label="Note", hint="what the agent is told; may be left out")
        agents = tuple(sorted(self.look.run.all_agents))
        who = Field(key="agent", label="Agent", hint="as the playbook has it", offers=agents)

        def command(said: Values) -> PersonCommand:
            one = bool(said.get("cluster"))
            about: dict[str, Any] = {"cluster": cluster} if one else {"tasks": tasks}
            return self._command("retry", note=said["note"], agent=said["agent"], **about)

        fields = (note, who, *((whole,) if cluster else ()))
        self._fill_in("Retry", fields, "Retry", command)

    def go_on(self) -> None:
        """Set a process to work on the run."""
        if why := acts.no_going_on(self.look):
            self.app.notify(why, severity="warning", markup=False)
            return
        choices = (Choice("do", "Go on"), NO)
        self.app.push_screen(Confirm("Go on", acts.going_on(self.look), choices), self._go_on)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


_ACTS: Mapping[ActName, Callable[[Steered], None]] = {
    "pause": Steered.pause,
    "concurrency": Steered.concurrency,
    "retry": Steered.retry,
    "skip": Steered.skip,
    "hold": Steered.hold,
    "approve": Steered.approve,
    "stop": Steered.stop,
    "go_on": Steered.go_on,
}
