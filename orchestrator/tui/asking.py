"""Threads that ask a run for something and say what came of it; the screen never waits for them.

They are daemons: a run that is slow to answer keeps nobody from leaving.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Thread

from textual.message import Message
from textual.message_pump import MessagePump

from orchestrator.application.watching.watched import Watched
from orchestrator.domain.commands import Answer
from orchestrator.domain.events import PersonCommand
from orchestrator.errors import LeafcutError


@dataclass
class Answered(Message):
    """A command was left, and this was said to it."""

    command: PersonCommand
    said: Answer | None


class WentOn(Message):
    """A process works on the run."""


@dataclass
class Failed(Message):
    """What was asked for did not come about, and why."""

    doing: str
    error: LeafcutError


def ask(watched: Watched, to: MessagePump, command: PersonCommand, *, then_on: bool) -> None:
    """Leave a command, then go on with the run if that is wanted; tell `to`."""

    def asking() -> None:
        to.post_message(Answered(command, watched.ask(command)))
        if then_on:
            _going(watched, to)

    _start(asking, to, command.word)


def go_on(watched: Watched, to: MessagePump) -> None:
    """Set a process to work on the run; tell `to`."""
    _start(lambda: _going(watched, to), to, "go on")


def _going(watched: Watched, to: MessagePump) -> None:
    watched.go_on()
    to.post_message(WentOn())


def _start(call: Callable[[], None], to: MessagePump, doing: str) -> None:
    def told() -> None:
        try:
            call()
        except LeafcutError as error:
            to.post_message(Failed(doing, error))

    Thread(target=told, name=f"leafcut-{doing}", daemon=True).start()
