"""An agent's prompt: the playbook's words, then the task as its desk tells it."""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.application.templates import rendered
from orchestrator.domain.expressions import Value
from orchestrator.domain.prompt import DEFAULT, LONGEST, sections
from orchestrator.domain.shortening import without_middle

TOLD = ("attempt", "history", "hand_off", "last_verdict", "note")
"""What a playbook's prompt may also say of an attempt; all of it is told after it anyway."""
PROMPT_NAMES = frozenset(
    {
        "playbook.description", "playbook.name", "playbook.title", "task.files",
        "task.id", "task.title", *TOLD,
    }
)  # fmt: skip
"""What a playbook's prompt may name, besides its own parameters."""
_TOPS = ("params", "playbook", "task")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptWriter:
    """Writes the prompts of a playbook: `template` is its prompt.md, "" for Leafcut's own words."""

    template: str = ""
    description: str = ""

    def __call__(
        self, task: Mapping[str, object], values: Mapping[str, Value], *, tools: bool
    ) -> str:
        """Return the prompt for one attempt at a task.

        Raises:
            InvalidInputError: the template uses what is not there.
        """
        words = rendered(
            self.template or DEFAULT,
            self._names(task, values),
            named="the playbook's prompt",
            hint="leafcut playbook validate NAME",
        )
        return without_middle(f"{words.strip()}\n\n{sections(task, tools=tools)}", LONGEST)

    def _names(self, task: Mapping[str, object], values: Mapping[str, Value]) -> dict[str, object]:
        """Return what the template sees; paths of this machine are not among it."""
        seen = {
            name: value
            for name, value in {**values, "playbook.description": self.description}.items()
            if name.partition(".")[0] in _TOPS and name != "playbook.dir"
        }
        told = {name: task.get(name) for name in TOLD}
        return {**{top: {} for top in _TOPS}, **seen, **told}
