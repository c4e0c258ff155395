"""A short, typed word from one attempt to others."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

MessageKind: TypeAlias = Literal["question", "answer", "warning", "interface"]
"""`interface`: something that others use is called or shaped otherwise from now on."""

LONGEST_MESSAGE = 500
"""How many characters a message has at most."""
EVERYONE = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message. `to` is a task's id, or `all`; `token` is the sending attempt's, `number` counts.

    What is addressed to a file's owner goes to the task that has the file.
    """

    kind: MessageKind
    to: str
    text: str
    task: str
    agent: str
    token: str
    number: int

    @property
    def id(self) -> str:
        """What it is called; an attempt numbers its messages."""
        return f"{self.token}/{self.number}"
