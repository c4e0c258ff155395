"""The prompts of a playbook: templates beside its playbook.yaml."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestrator.adapters.library.folders import leaves
from orchestrator.adapters.library.source import Document, Fault, Location
from orchestrator.adapters.library.templates import template_faults
from orchestrator.application.prompt import PROMPT_NAMES
from orchestrator.domain.playbook import Playbook
from orchestrator.domain.staging import stages_of


def prompt_of(playbook: Playbook, folder: Path) -> str:
    """Return a playbook's prompt template, "" where it has none; `folder` is the playbook's."""
    return "" if playbook.prompt is None else (folder / playbook.prompt).read_text("utf-8")


def prompt_faults(document: Document, playbook: Playbook, declared: Any) -> Iterator[Fault]:
    """Yield what is wrong with a playbook's prompts; `declared` are its params as they stand."""
    params = {f"params.{name}" for name in declared} if isinstance(declared, dict) else set()
    named: list[tuple[Location, str | None]] = [(("prompt",), playbook.prompt)]
    named += [((name, "prompt"), stage.prompt) for name, stage in stages_of(playbook)]
    for location, path in named:
        if path is not None and leaves(path):
            yield document.fault(location, f"{path} leaves the playbook's folder — copy it in")
        elif path is not None and not (file := document.path.parent / path).is_file():
            yield document.fault(location, f"{path} is not in the playbook's folder — add it")
        elif path is not None:
            yield from template_faults(file, PROMPT_NAMES | params)
