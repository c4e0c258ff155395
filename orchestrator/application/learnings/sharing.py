"""What one attempt exchanges with others while it goes on: lessons and messages, within bounds.

What it offers goes to the engine, which decides and records; what it reads is on the board.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import get_args

from orchestrator.application.redaction import spotless
from orchestrator.application.telling import Tell
from orchestrator.application.workshop import Workshop
from orchestrator.domain.attempt import AttemptSpec
from orchestrator.domain.clusters import signature
from orchestrator.domain.guards.secrets import masked
from orchestrator.domain.learnings.admission import MOST_OFFERS
from orchestrator.domain.learnings.learning import LONGEST_TEXT, Learning, LearningKind, Provenance
from orchestrator.domain.learnings.meaning import globs, meant, scope_for
from orchestrator.domain.learnings.message import LONGEST_MESSAGE, Message, MessageKind
from orchestrator.domain.learnings.quoted import DATA, as_data, quoted, quoted_messages
from orchestrator.domain.learnings.room import tokens
from orchestrator.domain.learnings.search import fitting, found
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.shortening import bounded
from orchestrator.domain.verdict import Failure

MOST_SHARED = MOST_OFFERS["agent"]
"""How many lessons an attempt may offer: what the engine would not take is refused at once."""
MOST_SENT = 10
"""How many messages an attempt may send."""
HINTS = 3
"""How many lessons are told with a red verdict."""
READ_AT_ONCE = 20

NOTHING = "nobody has found out anything about that yet"


@dataclass(slots=True)
class Exchange:
    """One attempt's part in what is shared; safe to use from any thread.

    `used` are the ids of the lessons that its agent was given or found, `tokens` is about how much
    it was told of what others learned.
    """

    spec: AttemptSpec
    shop: Workshop
    tell: Tell
    used: dict[str, None] = field(default_factory=dict)
    tokens: int = 0
    _shared: int = 0
    _sent: int = 0
    _read: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        """Remember what the agent is given from the start."""
        self.used.update(dict.fromkeys(one.id for one in self.spec.learnings))

    def given(self) -> list[dict[str, object]]:
        """Return the lessons that the attempt was given at its start, as data."""
        if "learnings" not in self.shop.learnings.exchanges:
            return []
        standing = {one.learning.id: one for one in self.shop.board.standings}
        return [as_data(one, standing.get(one.id)) for one in self.spec.learnings]

    def count(self, text: str) -> None:
        """Take down that this was told of what others learned."""
        with self._lock:
            self.tokens += tokens(text)

    def find(self, query: str, about: str, failures: Sequence[Failure]) -> str:
        """Return the lessons about words or a failure, or those for the task's files.

        `failures` are those that the attempt has met: one of them may be meant.
        """
        fits = self._found(query, meant(about, failures))
        return self._quoted(fits, f"What others have found out. {DATA}") or NOTHING

    def hint(self, failures: Sequence[Failure]) -> str:
        """Return trusted lessons about these very failures, "" where there are none."""
        if "learnings" not in self.shop.learnings.exchanges:
            return ""
        met = dict.fromkeys(map(signature, failures))
        fits = [
            one
            for sign in met
            for one in self._found("", sign)
            if (one.status, one.learning.signature) == ("trusted", sign)
        ]
        return self._quoted(fits[:HINTS], f"Others have met this failure. {DATA}")

    def trusted(self) -> list[dict[str, object]]:
        """Return trusted lessons for the task's files that it was not given, as data."""
        files, now = self.spec.task.files, self.shop.clock.now()
        fits = fitting(self._of_others(), files, now, playbook=_playbook(self.shop))
        trusted = (one for one in fits if one.status == "trusted")
        return [as_data(one.learning, one) for one in trusted if one.learning.id not in self.used]

    def share(
        self, kind: str, text: str, about: str, paths: str, failures: Sequence[Failure]
    ) -> str:
        """Offer a lesson and return what came of it."""
        kinds = get_args(LearningKind)
        if kind not in kinds:
            return f"not shared: kind is one of {', '.join(kinds)}"
        scope = globs(paths)
        if isinstance(scope, str):
            return f"not shared: {scope}"
        words = self._clean(text)
        if not words:
            return "not shared: the text is empty"
        if not self._may_share():
            return f"not shared: an attempt shares at most {MOST_SHARED} learnings"
        learning = Learning(
            kind=kind,  # type: ignore[arg-type]
            text=bounded(words, LONGEST_TEXT),
            signature=masked(meant(about, failures)),
            scope=scope_for(scope, self.spec.task.files, _playbook(self.shop)),
            provenance=self._provenance(),
            reach=self.shop.learnings.scope,
        )
        self.tell(learning)
        return f"noted: verdicts decide who is told{_what_was_cut(words, LONGEST_TEXT)}"

    def send(self, to: str, kind: str, text: str) -> str:
        """Send a message and return what came of it."""
        kinds = get_args(MessageKind)
        task = self.shop.addressee(to.strip())
        words = self._clean(text)
        if kind not in kinds:
            return f"not sent: kind is one of {', '.join(kinds)}"
        if not task:
            return "not sent: `to` is a task's id, a file that a task has, or all"
        if task == self.spec.task.id:
            return "not sent: that is your own task"
        if not words:
            return "not sent: the text is empty"
        number = self._next_message()
        if number > MOST_SENT:
            return f"not sent: an attempt sends at most {MOST_SENT} messages"
        self.tell(
            Message(
                kind=kind,  # type: ignore[arg-type]
                to=task,
                text=bounded(words, LONGEST_MESSAGE),
                task=self.spec.task.id,
                agent=self.spec.agent,
                token=self.spec.token,
                number=number,
            )
        )
        return f"sent to {task}{_what_was_cut(words, LONGEST_MESSAGE)}"

    def read(self) -> str:
        """Return what others have sent, what was not read yet first."""
        messages = self.shop.board.messages_to(self.spec.task.id)
        with self._lock:
            new = [one for one in messages if one.id not in self._read][:READ_AT_ONCE]
            old = [one for one in messages if one.id in self._read]
            self._read.update(one.id for one in new)
        room = READ_AT_ONCE - len(new)
        parts = [f"New. {DATA}\n\n{quoted_messages(new)}" if new else "no new messages"]
        if old and room:
            parts.append(f"Read before. {DATA}\n\n{quoted_messages(old[-room:])}")
        text = "\n\n".join(parts)
        self.count(text if new or old else "")
        return text

    def _found(self, query: str, about: str) -> tuple[Standing, ...]:
        """Return the few lessons of others that fit best."""
        files, now = self.spec.task.files, self.shop.clock.now()
        return found(self._of_others(), query, about, files, now, playbook=_playbook(self.shop))

    def _of_others(self) -> Iterator[Standing]:
        own = self._provenance()
        return (one for one in self.shop.board.standings if one.learning.provenance != own)

    def _quoted(self, standings: Sequence[Standing], words: str) -> str:
        """Return lessons for the agent, which has used them from now on."""
        if not standings:
            return ""
        text = f"{words}\n\n{quoted(as_data(one.learning, one) for one in standings)}"
        self.count(text)
        with self._lock:
            self.used.update(dict.fromkeys(one.learning.id for one in standings))
        return text

    def _provenance(self) -> Provenance:
        spec = self.spec
        return Provenance(
            source="agent", run=spec.run, who=spec.agent, task=spec.task.id, attempt=spec.number
        )

    def _may_share(self) -> bool:
        with self._lock:
            self._shared += 1
            return self._shared <= MOST_SHARED

    def _next_message(self) -> int:
        with self._lock:
            self._sent += 1
            return self._sent

    def _clean(self, text: str) -> str:
        return spotless(text, self.shop.redact).strip()


def _what_was_cut(words: str, most: int) -> str:
    return f"; cut to {most} characters of {len(words)}" if len(words) > most else ""


def _playbook(shop: Workshop) -> str:
    name: object = shop.values.get("playbook.name", "")
    return str(name)
