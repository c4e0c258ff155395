"""An agent's prompt: the playbook's words, then the task as its desk tells it."""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.domain.expressions import Value
from orchestrator.domain.prompt import DEFAULT, LONGEST, UNRENDERABLE, sections
from orchestrator.errors import InvalidInputError

TOLD = ("attempt", "history", "hand_off", "last_verdict", "note")
"""What a playbook's prompt may also say of an attempt; all of it is told after it anyway."""
PROMPT_NAMES = frozenset(
    {
        "playbook.description", "playbook.name", "playbook.title", "task.files",
        "task.id", "task.title", *TOLD,
    }
)  # fmt: skip
"""What a playbook's prompt may name, besides its own parameters."""


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
        words = _rendered(self.template or DEFAULT, self._names(task, values))
        return _bounded(f"{words.strip()}\n\n{sections(task, tools=tools)}")

    def _names(self, task: Mapping[str, object], values: Mapping[str, Value]) -> dict[str, object]:
        """Return what the template sees; paths of this machine are not among it."""
        parts: dict[str, dict[str, object]] = {"params": {}, "playbook": {}, "task": {}}
        for name, value in {**values, "playbook.description": self.description}.items():
            top, _, rest = name.partition(".")
            if top in parts and rest != "dir":
                parts[top][rest] = value
        return {**parts, **{name: task.get(name) for name in TOLD}}


def _rendered(template: str, names: Mapping[str, object]) -> str:
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(autoescape=False, undefined=StrictUndefined)
    try:
        return environment.from_string(template).render(names)
    except (TemplateError, *UNRENDERABLE) as error:
        raise InvalidInputError(
            f"the playbook's prompt cannot be written: {error}",
            hint="leafcut playbook validate NAME",
        ) from error


def _bounded(prompt: str) -> str:
    if len(prompt) <= LONGEST:
        return prompt
    half = LONGEST // 2
    return f"{prompt[:half]}\n… {len(prompt) - LONGEST} characters left out …\n{prompt[-half:]}"
