"""The stages of a scaffold plan that are one task each, and the playbook's own codemod."""

from dataclasses import dataclass

from orchestrator.domain.playbook.acceptance import Guards
from orchestrator.domain.playbook.find import Find
from orchestrator.domain.strict import Strict


@dataclass(frozen=True, slots=True, kw_only=True)
class Codemod(Strict):
    """The deterministic part of a playbook: a command that edits the task's files in place."""

    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Strict):
    """A stage of a scaffold plan that is one task: its files, who does it, how it is guarded.

    `files` are paths, or globs over the base commit's files; a path need not be there yet. Without
    `agents` the playbook's ladder is used, and `codemod` is what its codemod runs in this stage;
    without `prompt` its agents get the playbook's.
    """

    files: tuple[str, ...]
    title: str = ""
    codemod: Codemod | None = None
    agents: tuple[str, ...] = ()
    prompt: str | None = None
    guards: Guards = Guards()

    def __post_init__(self) -> None:
        """Refuse a stage that could do nothing."""
        if not self.files:
            message = "files must name at least one file"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaffold(Stage):
    """What lets both worlds run side by side; `find` says what a use of it is."""

    find: Find | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Teardown(Stage):
    """What takes the scaffold and the old world away; it may delete its own files."""
