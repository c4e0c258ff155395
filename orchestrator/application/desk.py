"""The desk of one attempt: what its agent may ask of Leafcut while it works.

The agent's tree is only read, with no-follow opens; what is in it is committed as an object that no
ref names, and looked at in another worktree. So nothing that an agent leaves in its tree runs
anywhere but in its own sandbox and in that of the checks.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from itertools import islice
from threading import Lock
from typing import Self

from orchestrator.application.beside import keep_prompt
from orchestrator.application.briefing import briefing
from orchestrator.application.learnings.sharing import Exchange
from orchestrator.application.redaction import clean, words
from orchestrator.application.telling import Tell
from orchestrator.application.weigh import Weighed, weigh
from orchestrator.application.workshop import Workshop
from orchestrator.domain.answers import accepted, against, rejected
from orchestrator.domain.attempt import AttemptSpec
from orchestrator.domain.changes import ChangeSet, UnsafeTree
from orchestrator.domain.clusters import signature
from orchestrator.domain.conditions import conditions
from orchestrator.domain.guards import unsafe
from orchestrator.domain.learnings.notebook import notebooks, own_work
from orchestrator.domain.learnings.verdicts import Rejection
from orchestrator.domain.messages import candidate_message
from orchestrator.domain.playbook import Exchanged
from orchestrator.domain.verdict import Failure, Verdict
from orchestrator.errors import LeafcutError
from orchestrator.ports.repository import Worktree
from orchestrator.ports.sandbox import Hear

MOST = 20
"""How many different trees of one attempt are verified."""
TRIES = 5
"""How often a tree is read that changes meanwhile."""

OVER = "this attempt is over: nothing that you do now counts"
RESTLESS = "the files change while they are read: verify again when nothing writes to them"
SPENT = f"verify has looked at {MOST} trees in this attempt and looks at no more: end it"


class AttemptDesk:
    """The adapter behind `ports.agent.Desk`: a context manager, over at exit.

    `note` and `blocked` are what the agent has left word of, `verified` has the verdicts against
    trees that it has asked about, the oldest first. `start` is the commit whose files the agent
    began with, `hear` takes what it prints.
    """

    def __init__(
        self,
        spec: AttemptSpec,
        worktree: Worktree,
        start: str,
        shop: Workshop,
        tell: Tell,
        hear: Hear | None = None,
    ) -> None:
        """Serve the attempt that works in `worktree`; `tell` takes what it shares."""
        self.hear = hear
        self.note = ""
        self.blocked = ""
        self.verified: list[Rejection] = []
        self.exchange = Exchange(spec, shop, tell)
        self._spec = spec
        self._worktree = worktree
        self._start = start
        self._shop = shop
        self._turn = Lock()
        self._scanning = Lock()
        self._reading = Lock()
        self._open = True
        self._answers: dict[str, tuple[str, tuple[Failure, ...]]] = {}
        self._occurrences: Mapping[str, Sequence[int]] | None = None
        self._scanned = False

    def __enter__(self) -> Self:
        """Begin to answer."""
        return self

    def __exit__(self, *_: object) -> None:
        """Answer nothing more; a tree that is being read is read to its end."""
        with self._reading:
            self._open = False

    def given(self, prompt: str) -> None:
        """Take down what the agent is given; see the port."""
        keep_prompt(self._spec, clean(prompt, self._shop.redact), self._shop.transcripts)

    def task(self) -> Mapping[str, object]:
        """Return the task as data; see the port."""
        if not self._open:
            return {"over": OVER}
        spec, shop = self._spec, self._shop
        verdict = spec.last_verdict
        return {
            **briefing(self.exchange),
            "id": spec.task.id,
            "title": spec.task.title,
            "files": list(spec.task.files),
            "occurrences": self._found(),
            "checks": [{"name": one.name, "run": one.run, "on": one.on} for one in shop.checks],
            "rules": list(conditions(shop.guards, notebooks(shop.learnings))),
            "attempt": spec.number,
            "last_verdict": against(verdict) if verdict else [],
            "hand_off": spec.hand_off,
            "history": list(spec.history),
            "note": spec.note,
        }

    def verify(self) -> str:
        """Hold the files as they are now against guards and checks; see the port."""
        with self._turn:
            changes = self._changes()
            if isinstance(changes, str):
                return changes
            if isinstance(changes, UnsafeTree):
                return rejected(Verdict(failures=unsafe(changes)))
            if not own_work(changes, notebooks(self._shop.learnings)):
                return "nothing is changed yet"
            if changes.hash not in self._answers:
                if len(self._answers) >= MOST:
                    return SPENT
                self._answers[changes.hash] = self._answer(changes)
            answer, failures = self._answers[changes.hash]
            hint = self.exchange.hint(failures)
            told = f"{answer}\n(verified {len(self._answers)} of {MOST} trees)"
            return f"{told}\n\n{hint}" if hint else told

    def report_blocked(self, why: str) -> None:
        """Take down that the task cannot be done, and why; the last word counts."""
        if self._open:
            self.blocked = words(why, self._shop.redact) or "it gave no reason"

    def hand_off(self, note: str) -> None:
        """Take down what the next attempt should know; the last word counts."""
        if self._open:
            self.note = words(note, self._shop.redact)

    @property
    def shares(self) -> AbstractSet[Exchanged]:
        """What this attempt may exchange with others; see the port."""
        return self._shop.learnings.exchanges

    def find_learnings(self, query: str = "", signature: str = "") -> str:
        """Return what others found out; see the port."""
        return self.exchange.find(query, signature, self._met()) if self._open else OVER

    def share_learning(self, kind: str, text: str, signature: str = "", paths: str = "") -> str:
        """Offer others a lesson; see the port."""
        if not self._open:
            return OVER
        return self.exchange.share(kind, text, signature, paths, self._met())

    def send_message(self, to: str, kind: str, text: str) -> str:
        """Send others a message; see the port."""
        return self.exchange.send(to, kind, text) if self._open else OVER

    def read_messages(self) -> str:
        """Return what others have sent; see the port."""
        return self.exchange.read() if self._open else OVER

    @property
    def met(self) -> tuple[str, ...]:
        """The signatures of the failures that verify has told its agent of, the first few."""
        failures = (failure for one in self.verified for failure in one.verdict.reasons)
        return tuple(islice(dict.fromkeys(map(signature, failures)), MOST))

    def _met(self) -> tuple[Failure, ...]:
        """Return the failures that the task has met, the latest first."""
        verdicts = [one.verdict for one in reversed(self.verified)]
        last = self._spec.last_verdict
        return tuple(
            failure for one in (*verdicts, *((last,) if last else ())) for failure in one.reasons
        )

    def _changes(self) -> ChangeSet | UnsafeTree | str:
        """Read what the agent has changed so far, or say why that is not possible."""
        for _ in range(TRIES):
            with self._reading:
                if not self._open:
                    return OVER
                try:
                    return self._worktree.changes()
                except OSError:  # a file that was seen is gone before it is read
                    continue
        return RESTLESS

    def _answer(self, changes: ChangeSet) -> tuple[str, tuple[Failure, ...]]:
        spec, shop = self._spec, self._shop
        message = candidate_message(spec.run, spec.task, spec.number, spec.agent)
        try:
            commit = shop.repository.commit(spec.base, changes, message)
            with shop.worktrees.lease() as worktree:
                weighed = weigh(spec, worktree, changes, commit, shop)
        except LeafcutError as error:
            return clean(f"the checks cannot run: {error.message}", shop.redact), ()
        if not weighed.verdict.accepted:
            self.verified.append(Rejection(verdict=weighed.verdict, commit=commit))
        return self._told(weighed), weighed.verdict.reasons

    def _told(self, weighed: Weighed) -> str:
        if not weighed.verdict.accepted:
            return rejected(weighed.verdict)
        later = [check.name for check in self._shop.checks if not check.runs_on("attempt")]
        return accepted(weighed.verdict, weighed.residue, later)

    def _found(self) -> Mapping[str, Sequence[int]] | None:
        """Return the lines of the occurrences by file, as they were at the start; None: unknown."""
        with self._scanning:
            if not self._scanned:
                self._scanned = True
                with suppress(LeafcutError):
                    self._occurrences = self._scan()
            return self._occurrences

    def _scan(self) -> Mapping[str, Sequence[int]]:
        shop = self._shop
        with shop.worktrees.lease() as worktree:
            shop.prepare(worktree, self._start)
            there = [path for path in self._spec.task.files if (worktree.root / path).is_file()]
            found = shop.scan(worktree.root, there, worktree.scratch)
        return {path: list(lines) for path, lines in found.items()}
