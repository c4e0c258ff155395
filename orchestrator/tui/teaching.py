"""What a person says of learnings: trust, retire, add."""

from collections.abc import Callable, Mapping

from orchestrator.domain.events import PersonCommand
from orchestrator.domain.learnings.learning import (
    LONGEST_TEXT,
    Learning,
    LearningKind,
    Provenance,
    Scope,
)
from orchestrator.tui.acts import ActName
from orchestrator.tui.screens.form import Field, Values
from orchestrator.tui.steering import Steered

KINDS: tuple[LearningKind, ...] = ("convention", "fix", "pitfall")


class Teaching(Steered):
    """The acts, those about learnings among them."""

    def acting(self, name: ActName) -> Callable[[], None]:
        """Return what an act does."""
        own: Mapping[ActName, Callable[[], None]] = {
            "trust": self.trust,
            "retire": self.retire,
            "teach": self.teach,
        }
        return own[name] if name in own else super().acting(name)

    def trust(self) -> None:
        """Vouch for the learnings that are meant."""
        command = self._command("trust_learning", learnings=self.app.learnings_meant)
        self._confirm("Trust the learning", command, "Trust")

    def retire(self) -> None:
        """Have no attempt told of the learnings that are meant."""
        meant = self.app.learnings_meant
        why = Field(key="reason", label="Why", hint="for others to read; may be left out")

        def command(said: Values) -> PersonCommand:
            return self._command("retire_learning", learnings=meant, reason=said["reason"])

        self._fill_in("Retire the learning", (why,), "Retire", command)

    def teach(self) -> None:
        """Add a learning."""
        text = Field(key="text", label="Says", hint=f"the lesson, at most {LONGEST_TEXT} letters")
        paths = Field(key="paths", label="Files", hint="globs, such as tests/**; all if left out")
        kind = Field(key="kind", label="Kind", value=KINDS[0], offers=KINDS)
        self._fill_in("Add a learning", (text, paths, kind), "Add", self._lesson)

    def _lesson(self, said: Values) -> PersonCommand:
        started = self.look.run.started
        learning = Learning(
            kind=next((kind for kind in KINDS if kind == said["kind"]), KINDS[0]),
            text=said["text"],
            scope=Scope(paths=tuple(said["paths"].replace(",", " ").split())),
            provenance=Provenance(
                source="person", run=started.run if started else "", who=self.app.watched.who
            ),
        )
        return self._command("add_learning", learning=learning)
