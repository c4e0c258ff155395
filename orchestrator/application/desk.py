"""The desk of one attempt: what its agent may ask of Leafcut while it works.

The agent's tree is only read, with no-follow opens; what is in it is committed as an object that no
ref names, and looked at in another worktree. So nothing that an agent leaves in its tree runs
anywhere but in its own sandbox and in that of the checks.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from threading import Lock
from typing import Self

from orchestrator.application.redaction import clean, words
from orchestrator.application.weigh import Weighed, weigh
from orchestrator.application.workshop import Workshop
from orchestrator.domain.answers import accepted, against, rejected
from orchestrator.domain.attempt import AttemptSpec
from orchestrator.domain.changes import ChangeSet, UnsafeTree
from orchestrator.domain.guards import unsafe
from orchestrator.domain.messages import candidate_message
from orchestrator.domain.rules import rules
from orchestrator.domain.verdict import Verdict
from orchestrator.errors import LeafcutError
from orchestrator.ports.repository import Worktree

MOST = 20
"""How many different trees of one attempt are verified."""
TRIES = 5
"""How often a tree is read that changes meanwhile."""

OVER = "this attempt is over: nothing that you do now counts"
RESTLESS = "the files change while they are read: verify again when nothing writes to them"
SPENT = f"verify has looked at {MOST} trees in this attempt and looks at no more: end it"


class AttemptDesk:
    """The adapter behind `ports.agent.Desk`: a context manager, over at exit.

    `note` and `blocked` are what the agent has left word of. `start` is the commit whose files the
    agent began with.
    """

    def __init__(self, spec: AttemptSpec, worktree: Worktree, start: str, shop: Workshop) -> None:
        """Serve the attempt that works in `worktree`."""
        self.note = ""
        self.blocked = ""
        self._spec = spec
        self._worktree = worktree
        self._start = start
        self._shop = shop
        self._turn = Lock()
        self._scanning = Lock()
        self._reading = Lock()
        self._open = True
        self._answers: dict[str, str] = {}
        self._occurrences: Mapping[str, Sequence[int]] | None = None
        self._scanned = False

    def __enter__(self) -> Self:
        """Begin to answer."""
        return self

    def __exit__(self, *_: object) -> None:
        """Answer nothing more; a tree that is being read is read to its end."""
        with self._reading:
            self._open = False

    def task(self) -> Mapping[str, object]:
        """Return the task as data; see the port."""
        if not self._open:
            return {"over": OVER}
        spec, shop = self._spec, self._shop
        verdict = spec.last_verdict
        return {
            "id": spec.task.id,
            "title": spec.task.title,
            "files": list(spec.task.files),
            "occurrences": self._found(),
            "checks": [{"name": one.name, "run": one.run, "on": one.on} for one in shop.checks],
            "rules": list(rules(shop.guards)),
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
            if not changes.files:
                return "nothing is changed yet"
            if changes.hash not in self._answers:
                if len(self._answers) >= MOST:
                    return SPENT
                self._answers[changes.hash] = self._answer(changes)
            return f"{self._answers[changes.hash]}\n(verified {len(self._answers)} of {MOST} trees)"

    def report_blocked(self, why: str) -> None:
        """Take down that the task cannot be done, and why; the last word counts."""
        if self._open:
            self.blocked = words(why, self._shop.redact) or "it gave no reason"

    def hand_off(self, note: str) -> None:
        """Take down what the next attempt should know; the last word counts."""
        if self._open:
            self.note = words(note, self._shop.redact)

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

    def _answer(self, changes: ChangeSet) -> str:
        spec, shop = self._spec, self._shop
        message = candidate_message(spec.run, spec.task, spec.number, spec.agent)
        try:
            commit = shop.repository.commit(spec.base, changes, message)
            with shop.worktrees.lease() as worktree:
                weighed = weigh(spec, worktree, changes, commit, shop)
        except LeafcutError as error:
            return clean(f"the checks cannot run: {error.message}", shop.redact)
        return self._told(weighed)

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
