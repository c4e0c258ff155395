"""What an agent may ask of Leafcut while it works: one row a tool."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from orchestrator.ports.agent import Desk

LONGEST_ARGUMENT = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool. `arguments` are texts, all required: their names and what they are for."""

    name: str
    description: str
    answer: Callable[[Desk, Mapping[str, str]], str]
    arguments: Mapping[str, str] = field(default_factory=dict)

    @property
    def schema(self) -> dict[str, object]:
        """The JSON schema of the arguments."""
        texts = {
            name: {"type": "string", "description": purpose, "maxLength": LONGEST_ARGUMENT}
            for name, purpose in self.arguments.items()
        }
        return {
            "type": "object",
            "properties": texts,
            "required": list(texts),
            "additionalProperties": False,
        }

    def call(self, desk: Desk, arguments: Mapping[str, object]) -> str:
        """Return what the desk answers.

        Raises:
            ValueError: the arguments are not those of the tool.
        """
        texts = {name: value for name, value in arguments.items() if isinstance(value, str)}
        if texts.keys() != self.arguments.keys() or len(texts) != len(arguments):
            wanted = ", ".join(self.arguments) or "none"
            raise ValueError(f"{self.name} takes these arguments, all texts: {wanted}")
        if any(len(text) > LONGEST_ARGUMENT for text in texts.values()):
            raise ValueError(f"an argument has at most {LONGEST_ARGUMENT} characters")
        return self.answer(desk, texts)


def _task(desk: Desk, _: Mapping[str, str]) -> str:
    return json.dumps(desk.task(), indent=1, ensure_ascii=False, default=str)


def _verify(desk: Desk, _: Mapping[str, str]) -> str:
    return desk.verify()


def _report_blocked(desk: Desk, arguments: Mapping[str, str]) -> str:
    desk.report_blocked(arguments["why"])
    return "Noted. Stop here: a person will read it."


def _hand_off(desk: Desk, arguments: Mapping[str, str]) -> str:
    desk.hand_off(arguments["note"])
    return "Noted for the next attempt."


TOOLS: Mapping[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool(
            name="get_task",
            description=(
                "Read your task: its files, the checks that must hold, the rules, "
                "and what rejected the attempt before."
            ),
            answer=_task,
        ),
        Tool(
            name="verify",
            description=(
                "Run the task's checks on the files as they are now. Returns what fails, or that "
                "all is well. May take minutes. Nothing else decides whether the work is accepted."
            ),
            answer=_verify,
        ),
        Tool(
            name="report_blocked",
            description="Say that the task cannot be done as it is, and why.",
            answer=_report_blocked,
            arguments={"why": "What stands in the way, in a few sentences."},
        ),
        Tool(
            name="hand_off",
            description="Leave a note for the next attempt, which starts without your memory.",
            answer=_hand_off,
            arguments={"note": "What was tried, what is left to do."},
        ),
    )
}
