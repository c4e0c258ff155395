"""What happens in a run, or at one task of it, told on standard output."""

import json
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from orchestrator.cli.garbage import uncollected
from orchestrator.domain.visible import visible

if TYPE_CHECKING:
    from orchestrator.domain.run import Run
    from orchestrator.ports.journal import Recorded
    from orchestrator.wiring.runs import OpenRun

POLL_S = 0.3
"""How far apart a run is looked at, in seconds."""
SHARE = 4
"""How many times as long as a look took is waited after it."""


class Story:
    """What happens in a run, or at one task of it, printed from where it was left."""

    def __init__(self, there: "OpenRun", task: str | None, *, raw: bool, as_json: bool) -> None:
        self._there, self._task, self._raw, self._as_json = there, task, raw, as_json
        self._agents: dict[tuple[int, bool], str] = {}
        self._heard: dict[tuple[int, bool], _Heard] = {}
        self._note_agents(there.recorded)

    def print_once(self) -> None:
        """Print everything that there is."""
        going_on = self._there.folder.busy()
        self._print_past()
        self._print_transcripts(going_on=going_on, whole=True)
        self._say_why_nothing(going_on=going_on)

    def _print_past(self) -> None:
        """Print what has been recorded so far, each event with the run as it was then."""
        from orchestrator.domain.fold import apply
        from orchestrator.domain.run import Run
        from orchestrator.wiring.runs import first_policy

        there = self._there
        then = Run(there.run.plan, first_policy(there.folder, there.settings))
        with uncollected():
            for entry in there.recorded:
                if not self._as_json:
                    apply(then, entry.event)
                self._print_event(entry, then)

    def _print_event(self, entry: "Recorded", run: "Run") -> None:
        """Print an event, if it is about the task or there is none."""
        from orchestrator.application.objections import against
        from orchestrator.cli.render.lines import lines
        from orchestrator.cli.render.objections import objection_lines
        from orchestrator.domain.events import tasks_of

        if self._task is not None and self._task not in tasks_of(entry.event):
            return
        if self._as_json:
            typer.echo(_document(entry))
            return
        at = datetime.fromtimestamp(entry.at, UTC).astimezone().strftime("%H:%M:%S")
        for line in lines(run, entry):
            typer.echo(f"{at} {line}")
        if self._task is not None:
            for line in objection_lines(against(entry.event, self._task)):
                typer.echo(line)

    def _print_transcripts(self, *, going_on: bool, whole: bool = False) -> None:
        """Print what the task's agents have said and has not been printed yet.

        `whole` says that nobody prints the rest later.
        """
        from orchestrator.application.beside import attempts_heard

        if self._task is None or self._as_json:
            return
        attempts = attempts_heard(self._there.folder.transcripts, self._task)
        for attempt in attempts:
            if going_on and attempt not in self._agents:
                continue  # it began just now: who it is stands in events that are read next
            if attempt not in self._heard or not self._heard[attempt].whole:
                live = going_on and attempt == attempts[-1]
                self._print_transcript(self._task, attempt, live=live, whole=whole)

    def follow(self) -> None:
        """Print everything, and what comes, until nothing more is to come."""
        going_on = self._there.folder.busy()
        self._print_past()
        self._print_transcripts(going_on=going_on)
        self._say_why_nothing(going_on=going_on)
        last = max((entry.sequence for entry in self._there.recorded), default=0)
        while going_on and not self._is_over():
            began = time.monotonic()
            going_on = self._there.folder.busy()
            came = self._there.journal.read(last)
            last = came[-1].sequence if came else last
            self._note_agents(came)
            # Word of an attempt's end comes after its transcript, so that is printed first.
            self._print_transcripts(going_on=going_on)
            self._take_in(came)
            time.sleep(max(POLL_S, SHARE * (time.monotonic() - began)))
        self._print_transcripts(going_on=False)
        self._say_how_it_stands(going_on=going_on)

    def _take_in(self, came: "Iterable[Recorded]") -> None:
        from orchestrator.domain.fold import apply

        for entry in came:
            apply(self._there.run, entry.event)
            self._print_event(entry, self._there.run)

    def _note_agents(self, recorded: "Iterable[Recorded]") -> None:
        from orchestrator.domain.events import AttemptStarted

        for event in (entry.event for entry in recorded):
            if isinstance(event, AttemptStarted) and event.task == self._task:
                self._agents[event.number, event.trial] = event.agent

    def _print_transcript(
        self, task: str, attempt: tuple[int, bool], *, live: bool, whole: bool
    ) -> None:
        """Print what is new of an attempt; `live` says that somebody may work at it."""
        from orchestrator.application.beside import file_name, said_so_far

        number, trial = attempt
        folder = self._there.folder.transcripts
        content, unfinished = said_so_far(folder, task, number, trial=trial)
        if attempt not in self._heard:
            kind = "live" if unfinished else "log"
            typer.echo(f"--- {file_name(task, number, trial=trial)}.{kind}")
            self._heard[attempt] = _Heard(self._agents.get(attempt, ""), raw=self._raw)
        heard = self._heard[attempt]
        if fresh := heard.take(content, live=unfinished and live, whole=whole):
            typer.echo("\n".join(fresh))

    def _is_over(self) -> bool:
        from orchestrator.domain.lifecycle import ENDED

        run = self._there.run
        if run.ended is not None or self._task is None:
            return run.ended is not None
        stands = run.tasks.get(self._task)
        return stands is None or stands.state in ENDED

    def _say_why_nothing(self, *, going_on: bool) -> None:
        """Say of a task that had no attempt what it waits for."""
        from orchestrator.application.watching.follow import Look
        from orchestrator.application.watching.near.why import why
        from orchestrator.cli.render.lines import title
        from orchestrator.domain.lifecycle import ENDED
        from orchestrator.domain.visible import on_one_line

        if self._task is None or self._agents:
            return
        look = Look.at(self._there.run, self._there.recorded, alive=going_on)
        named, stands = title(look.run, self._task), look.run.tasks[self._task]
        none = "no attempt" if stands.state in ENDED else "no attempt yet"
        typer.echo(on_one_line(f"{named}: {none}. {why(look, self._task)}"), err=True)

    def _say_how_it_stands(self, *, going_on: bool) -> None:
        from orchestrator.application.report import run_state

        state = run_state(self._there.run, alive=going_on)
        if state != "running":
            typer.echo(f"run {self._there.folder.name}: {state}", err=True)


class _Heard:
    """What has been printed of one attempt's transcript; `whole` says that no more will come."""

    def __init__(self, agent: str, *, raw: bool) -> None:
        from orchestrator.application.news import News

        self.whole = False
        self._agent, self._raw = agent, raw
        self._news = News()
        self._read: tuple[bytes, bool] = (b"", True)
        self._text = ""

    def take(self, content: bytes, *, live: bool, whole: bool) -> list[str]:
        """Return the lines that are new."""
        if (content, live) != self._read:
            self._read, self._text = (content, live), self._readable(content, live=live)
        self.whole = whole or not live
        return self._news.take(self._text, whole=self.whole)

    def _readable(self, content: bytes, *, live: bool) -> str:
        from orchestrator.wiring.agents import told

        if self._raw:
            return visible(content.decode(errors="replace"))
        return told(self._agent, content, live=live)


def _document(entry: "Recorded") -> str:
    from orchestrator.adapters.journal.codec import encode

    # A name in it may turn what a terminal shows around: in ASCII, as all other documents.
    event = json.dumps(json.loads(encode(entry.event)), separators=(",", ":"))
    return f'{{"schema":1,"at":{entry.at},"sequence":{entry.sequence},"event":{event}}}'
