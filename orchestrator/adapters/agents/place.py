"""An agent's own place beside the tree: a home with its settings, its prompt, its command."""

from dataclasses import dataclass
from pathlib import Path

from orchestrator.application.templates import rendered
from orchestrator.domain.agent_spec import AgentSpec
from orchestrator.domain.expressions import Value, command_line, for_text
from orchestrator.domain.wires import MCP_PATH, WIRE_PATHS

UNWRITABLE = "surrogateescape"
"""Names of files may hold bytes that are no UTF-8; they go to the agent as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one attempt's agent works; `base` is the gateway's URL and `tree` as the agent sees it.

    `folder` is that of agent.yaml; `scratch` and `notes` are outside the tree, at one path for the
    agent and for us. `token` is what the agent holds in place of a key.
    """

    agent: AgentSpec
    folder: Path
    model: str
    scratch: Path
    notes: Path
    tree: str
    base: str
    token: str
    files: tuple[str, ...]

    @property
    def home(self) -> Path:
        """The agent's home folder."""
        return self.scratch / "home"

    @property
    def prompt(self) -> Path:
        """The file with the prompt."""
        return self.scratch / "prompt.md"

    def furnish(self, prompt: str) -> None:
        """Make the home with the agent's settings in it, and the file of its prompt.

        Raises:
            InvalidInputError: a template of the agent cannot be rendered.
        """
        self.home.mkdir()
        self.prompt.write_text(prompt, encoding="utf-8", errors=UNWRITABLE)
        for target, template in self.agent.files.items():
            path = Path(for_text(target, {"home": str(self.home)}))
            path.parent.mkdir(parents=True, exist_ok=True)
            named = f"{self.agent.name}'s {template}"
            text = (self.folder / template).read_text(encoding="utf-8")
            text = rendered(text, self.values(), named=named, hint="mend it, then leafcut resume")
            path.write_text(text, encoding="utf-8", errors=UNWRITABLE)

    def invocation(self) -> str:
        """Return the shell command that starts the agent."""
        return command_line(self.agent.command, self.values())

    def environment(self) -> dict[str, str]:
        """Return the variables that the agent is started with, besides the sandbox's own."""
        values, llm = self.values(), self.agent.llm
        variables = {name: for_text(text, values) for name, text in self.agent.env.items()}
        if llm is not None and llm.url is not None:
            variables[llm.url] = str(values["llm.url"])
        if llm is not None and llm.token is not None:
            variables[llm.token] = self.token
        return {"HOME": str(self.home), **variables}

    def values(self) -> dict[str, Value]:
        """Return what the agent's commands, variables and templates may name."""
        llm = self.agent.llm
        return {
            "home": str(self.home),
            "prompt_file": str(self.prompt),
            "model": self.model,
            "notes": str(self.notes),
            "token": self.token,
            "tree": self.tree,
            "task.files": self.files,
            "mcp.url": f"{self.base}{MCP_PATH}",
            **({"llm.url": f"{self.base}{WIRE_PATHS[llm.wire]}"} if llm else {}),
        }
